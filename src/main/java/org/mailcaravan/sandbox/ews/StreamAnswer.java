package org.mailcaravan.sandbox.ews;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import javax.xml.stream.XMLStreamException;

/** An answer of many SOAP envelopes, one behind the other: each is sent at once, every other with an XML declaration, in changing prefix styles. */
final class StreamAnswer {
    private final OutputStream body;
    private final EwsCall call;
    private final EwsSite site;
    private final int pieceBytes;
    private long envelopes;

    private StreamAnswer(OutputStream body, EwsCall call, EwsSite site, int pieceBytes) {
        this.body = body;
        this.call = call;
        this.site = site;
        this.pieceBytes = pieceBytes;
    }

    static StreamAnswer begin(HttpExchange exchange, EwsCall call, EwsSite site, StreamingRules rules)
            throws IOException {
        boolean packed = rules.gzip() && SoapAnswer.acceptsGzip(exchange);
        exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "private");
        if (packed) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(200, 0);
        OutputStream out =
                packed ? new GZIPOutputStream(exchange.getResponseBody(), 512, true) : exchange.getResponseBody();
        long limit = call.distortion().xmlLimit();
        return new StreamAnswer(
                limit == Long.MAX_VALUE ? out : new LimitedOutputStream(out, limit), call, site, rules.pieceBytes());
    }

    void send(Operation.Answer message) throws IOException {
        byte[] envelope = envelope(message);
        int piece = pieceBytes == 0 ? envelope.length : pieceBytes;
        for (int done = 0; done < envelope.length; done += piece) {
            body.write(envelope, done, Math.min(piece, envelope.length - done));
            body.flush();
        }
    }

    /** The first half of an envelope whose rest never comes. */
    void sendHalf(Operation.Answer message) throws IOException {
        byte[] envelope = envelope(message);
        body.write(Arrays.copyOf(envelope, envelope.length / 2));
        body.flush();
    }

    private byte[] envelope(Operation.Answer message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrefixStyle style = PrefixStyle.of(call.number() + envelopes);
        try {
            SoapWriter out = new SoapWriter(bytes, style, call.distortion());
            if (envelopes++ % 2 == 0) {
                out.startDocument();
            }
            out.start("s:Envelope");
            site.writeHeader(out);
            out.start("s:Body");
            message.write(out);
            out.finish();
        } catch (XMLStreamException impossible) {
            throw new IOException("An envelope could not be written", impossible);
        }
        return bytes.toByteArray();
    }

    /** The answer is complete. */
    void end() throws IOException {
        body.close();
    }
}
