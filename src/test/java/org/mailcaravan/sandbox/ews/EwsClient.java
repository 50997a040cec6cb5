package org.mailcaravan.sandbox.ews;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A client that knows HTTP and XML and nothing of the server's classes. */
final class EwsClient {
    static final String MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages";
    static final String TYPES = "http://schemas.microsoft.com/exchange/services/2006/types";
    static final String ID_ONLY = "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>";
    static final String MIME = "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>"
            + "<t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    final URI url;
    private final Map<String, String> headers = new TreeMap<>();
    private String version = "<t:RequestServerVersion Version=\"Exchange2013_SP1\"/>";

    EwsClient(URI base, String token) {
        this(base, token, "/ews/exchange.ASMX");
    }

    EwsClient(URI base, String token, String path) {
        url = base.resolve(path);
        headers.put("Authorization", "Bearer " + token);
        headers.put("Content-Type", "text/xml; charset=utf-8");
    }

    EwsClient header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    EwsClient soapHeader(String xml) {
        version = xml;
        return this;
    }

    /** One answer; the document is read only when asked for. */
    record Reply(int status, HttpHeaders headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        Document document() {
            return parse(body);
        }

        List<Element> all(String namespace, String name) {
            NodeList found = document().getElementsByTagNameNS(namespace, name);
            List<Element> elements = new ArrayList<>();
            for (int i = 0; i < found.getLength(); i++) {
                elements.add((Element) found.item(i));
            }
            return elements;
        }

        List<String> texts(String namespace, String name) {
            return all(namespace, name).stream().map(Node::getTextContent).toList();
        }

        String one(String namespace, String name) {
            List<String> texts = texts(namespace, name);
            if (texts.size() != 1) {
                throw new AssertionError("Expected one " + name + ", found " + texts.size() + " in " + text());
            }
            return texts.get(0);
        }

        List<String> codes() {
            return texts(MESSAGES, "ResponseCode");
        }

        List<String> itemIds() {
            return all(TYPES, "ItemId").stream()
                    .map(element -> element.getAttribute("Id"))
                    .toList();
        }

        String faultCode() {
            return one("http://schemas.microsoft.com/exchange/services/2006/errors", "ResponseCode");
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    Reply call(String operation) {
        return post(envelope(operation));
    }

    String envelope(String operation) {
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                + "<x:Envelope xmlns:x=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:t=\"" + TYPES
                + "\" xmlns:m=\"" + MESSAGES + "\">\n<x:Header>" + version + "</x:Header>\n<x:Body>" + operation
                + "</x:Body></x:Envelope>";
    }

    Reply post(String body) {
        return send(request(body));
    }

    HttpRequest.Builder request(String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return request;
    }

    Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            boolean packed =
                    answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
            return new Reply(answer.statusCode(), answer.headers(), packed ? unpacked(answer.body()) : answer.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    InputStream stream(String operation) throws IOException, InterruptedException {
        return HTTP.send(request(envelope(operation)).build(), HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    private static byte[] unpacked(byte[] body) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return in.readAllBytes();
        }
    }

    Reply sync(String folder, String state, int limit) {
        return sync(ID_ONLY, folder, state, limit);
    }

    Reply sync(String shape, String folder, String state, int limit) {
        String known = state.isEmpty() ? "" : "<m:SyncState>" + state + "</m:SyncState>";
        return call("<m:SyncFolderItems>" + shape + "<m:SyncFolderId>" + folder + "</m:SyncFolderId>" + known
                + "<m:MaxChangesReturned>" + limit + "</m:MaxChangesReturned></m:SyncFolderItems>");
    }

    Reply getItem(String shape, String... ids) {
        return call(getItemRequest(shape, ids));
    }

    static String getItemRequest(String shape, String... ids) {
        StringBuilder items = new StringBuilder();
        for (String id : ids) {
            items.append("<t:ItemId Id=\"").append(id).append("\"/>");
        }
        return "<m:GetItem>" + shape + "<m:ItemIds>" + items + "</m:ItemIds></m:GetItem>";
    }

    Reply getFolder(String base, String... references) {
        return call("<m:GetFolder><m:FolderShape><t:BaseShape>" + base + "</t:BaseShape></m:FolderShape><m:FolderIds>"
                + String.join("", references) + "</m:FolderIds></m:GetFolder>");
    }

    static String distinguished(String name) {
        return "<t:DistinguishedFolderId Id=\"" + name + "\"/>";
    }

    static Document parse(byte[] xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setExpandEntityReferences(false);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(xml));
        } catch (ParserConfigurationException | SAXException | IOException broken) {
            throw new IllegalStateException("Not well-formed", broken);
        }
    }
}
