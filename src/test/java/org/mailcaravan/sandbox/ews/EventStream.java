package org.mailcaravan.sandbox.ews;

import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Reads a hanging answer envelope by envelope, byte by byte, whatever pieces it comes in. */
final class EventStream implements AutoCloseable {
    private static final Pattern END = Pattern.compile("</([A-Za-z]+:)?Envelope>$");

    private final InputStream body;

    EventStream(InputStream body) {
        this.body = body;
    }

    /** @throws IOException if the stream breaks inside an envelope, or is cut */
    Document next() throws IOException {
        ByteArrayOutputStream envelope = new ByteArrayOutputStream();
        for (int octet = body.read(); octet >= 0; octet = body.read()) {
            envelope.write(octet);
            if (octet == '>' && isComplete(envelope)) {
                return EwsClient.parse(envelope.toByteArray());
            }
        }
        throw new IOException("The stream ended after " + envelope.size() + " bytes of an envelope");
    }

    private static boolean isComplete(ByteArrayOutputStream envelope) {
        byte[] bytes = envelope.toByteArray();
        int from = Math.max(0, bytes.length - 40);
        Matcher end = END.matcher(new String(bytes, from, bytes.length - from, StandardCharsets.US_ASCII));
        return end.find();
    }

    /** The next events, passing over what says nothing. */
    List<Element> events() throws IOException {
        while (true) {
            List<Element> found = new ArrayList<>();
            NodeList notifications = next().getElementsByTagNameNS(MESSAGES, "Notification");
            for (int i = 0; i < notifications.getLength(); i++) {
                NodeList inner = ((Element) notifications.item(i)).getElementsByTagNameNS(TYPES, "*");
                for (int j = 0; j < inner.getLength(); j++) {
                    if (inner.item(j).getLocalName().endsWith("Event")) {
                        found.add((Element) inner.item(j));
                    }
                }
            }
            if (!found.isEmpty()) {
                return found;
            }
        }
    }

    static String text(Document envelope, String name) {
        NodeList found = envelope.getElementsByTagNameNS("*", name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }

    static String id(Element event, String name) {
        NodeList found = event.getElementsByTagNameNS(TYPES, name);
        return found.getLength() == 0 ? "" : ((Element) found.item(0)).getAttribute("Id");
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
