package org.mailcaravan.oauth;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection that cannot log what it carries. HttpClient's own one writes headers and bodies to its wire log when somebody raises the log level; token
 * requests and answers must not get there at any level (S52).
 */
final class QuietConnection extends DefaultBHttpClientConnection implements ManagedHttpClientConnection {
    private @Nullable Timeout ownTimeout;

    QuietConnection() {
        super(Http1Config.DEFAULT);
    }

    @Override
    public @Nullable Socket getSocket() {
        SocketHolder holder = getSocketHolder();
        return holder == null ? null : holder.getSocket();
    }

    @Override
    public @Nullable SSLSession getSSLSession() {
        return getSocket() instanceof SSLSocket secure ? secure.getSession() : super.getSSLSession();
    }

    @Override
    public void setSocketTimeout(Timeout timeout) {
        ownTimeout = timeout;
        super.setSocketTimeout(timeout);
    }

    @Override
    public void bind(Socket socket) throws IOException {
        super.bind(socket);
        ownTimeout = Timeout.ofMilliseconds(socket.getSoTimeout());
    }

    @Override
    public void passivate() {
        super.setSocketTimeout(Timeout.DISABLED);
    }

    @Override
    public void activate() {
        if (ownTimeout != null) {
            super.setSocketTimeout(ownTimeout);
        }
    }
}
