package org.mailcaravan.sandbox.ews;

import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.SandboxServer;

/** Sends one SOAP envelope: chunked, compressed if wanted, in the prefix style whose turn it is. */
final class SoapAnswer {
    private final HttpExchange exchange;
    private final PrefixStyle style;
    private final Distortion distortion;
    private final EwsSite site;
    private final boolean gzip;

    SoapAnswer(HttpExchange exchange, PrefixStyle style, Distortion distortion, EwsSite site, boolean gzip) {
        this.exchange = exchange;
        this.style = style;
        this.distortion = distortion;
        this.site = site;
        this.gzip = gzip && acceptsGzip(exchange);
    }

    static boolean acceptsGzip(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Accept-Encoding"))
                .filter(accepted -> accepted.contains("gzip"))
                .isPresent();
    }

    void send(Operation.Answer answer) throws IOException {
        send(200, out -> {
            site.writeHeader(out);
            out.start("s:Body");
            answer.write(out);
        });
    }

    /** Exchange's faults come without a SOAP header. */
    void send(Problem problem) throws IOException {
        send(500, out -> {
            out.start("s:Body");
            writeFault(out, problem);
        });
    }

    private void send(int status, Operation.Answer envelope) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "private");
        if (gzip) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(status, 0);
        try (OutputStream body = body()) {
            write(body, envelope);
        } catch (XMLStreamException broken) {
            throw ioException(broken);
        }
    }

    private void write(OutputStream body, Operation.Answer envelope) throws XMLStreamException, IOException {
        SoapWriter out = new SoapWriter(body, style, distortion);
        out.startDocument();
        if (distortion.documentType()) {
            out.documentType(documentType());
        }
        out.start("s:Envelope");
        envelope.write(out);
        out.finish();
    }

    private OutputStream body() throws IOException {
        OutputStream body = exchange.getResponseBody();
        OutputStream packed = gzip ? new FastGzip(body) : new BufferedOutputStream(body, 16 * 1024);
        return distortion.xmlLimit() == Long.MAX_VALUE
                ? packed
                : new LimitedOutputStream(packed, distortion.xmlLimit());
    }

    private String documentType() {
        String prefix = style.prefix(Namespaces.SOAP);
        return "<!DOCTYPE " + prefix + ":Envelope SYSTEM \"" + SandboxServer.baseUrl(exchange) + site.path()
                + "/canary.dtd\">";
    }

    private static void writeFault(SoapWriter out, Problem problem) throws XMLStreamException {
        out.start("s:Fault");
        out.start("faultcode").namespace("a", Namespaces.TYPES);
        out.text("a:" + problem.code()).end();
        out.start("faultstring").language("en-US").text(problem.text()).end();
        out.start("detail");
        out.element("e:ResponseCode", problem.code());
        out.element("e:Message", problem.text());
        if (!problem.values().isEmpty()) {
            out.start("t:MessageXml");
            writeValues(out, problem);
            out.end();
        }
        out.end().end();
    }

    /** Schema violations have elements of their own, everything else is a named value. */
    private static void writeValues(SoapWriter out, Problem problem) throws XMLStreamException {
        for (Map.Entry<String, String> value : problem.values().entrySet()) {
            if (problem.code().equals("ErrorSchemaValidation")) {
                out.element("t:" + value.getKey(), value.getValue());
            } else {
                out.start("t:Value").attribute("Name", value.getKey());
                out.text(value.getValue()).end();
            }
        }
    }

    /** The stream's own exception, which may say that the connection is to be cut. */
    private static IOException ioException(XMLStreamException broken) {
        Throwable nested = broken.getNestedException() == null ? broken.getCause() : broken.getNestedException();
        return nested instanceof IOException cause ? cause : new IOException("The answer could not be written", broken);
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
