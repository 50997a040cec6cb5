package org.mailcaravan.http;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Hears an answer that may have no end. Called by one thread at a time, a thread of the HTTP client: it must not wait. */
public interface HttpListener {
    void opened(int status, HttpHeaders headers);

    /** @throws IOException to give the answer up */
    void received(ByteBuffer bytes) throws IOException;

    /**
     * Called once, last, also if nothing came before, unless the stream was closed.
     *
     * @param broken why the answer ended too early; empty: it is whole
     */
    void ended(Optional<IOException> broken);
}
