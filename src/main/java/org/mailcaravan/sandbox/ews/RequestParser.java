package org.mailcaravan.sandbox.ews;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads a request of at most 400 KB into a tree; no DTD, no entities. */
final class RequestParser {
    /** Exchange's own limit for request bodies. */
    static final int LIMIT_BYTES = 400 * 1024;

    private static final XMLInputFactory FACTORY = factory();

    private RequestParser() {}

    private static XMLInputFactory factory() {
        XMLInputFactory factory = new WstxInputFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /**
     * The root element.
     *
     * @throws EwsFault not well-formed, with a DTD, or too long
     */
    static XmlElement parse(InputStream body) throws IOException, EwsFault {
        byte[] bytes = body.readNBytes(LIMIT_BYTES + 1);
        if (bytes.length > LIMIT_BYTES) {
            throw new EwsFault("ErrorRequestStreamTooBig", "The request exceeds the maximum size of 400 KB.");
        }
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(bytes));
            return root(reader);
        } catch (XMLStreamException notWellFormed) {
            XmlElement.Place place = notWellFormed.getLocation() == null
                    ? new XmlElement.Place(1, 1)
                    : place(notWellFormed.getLocation());
            throw EwsFault.schema("The XML is not well-formed.", place);
        }
    }

    private static XmlElement root(XMLStreamReader reader) throws XMLStreamException, EwsFault {
        while (reader.next() != XMLStreamConstants.START_ELEMENT) {
            if (reader.getEventType() == XMLStreamConstants.DTD) {
                throw EwsFault.schema("DTD is prohibited in this XML document.", place(reader.getLocation()));
            }
        }
        XmlElement root = element(reader);
        while (reader.hasNext()) {
            reader.next();
        }
        return root;
    }

    private static XmlElement element(XMLStreamReader reader) throws XMLStreamException {
        String name = Namespaces.shortName(namespace(reader), reader.getLocalName());
        XmlElement.Place place = place(reader.getLocation());
        Map<String, String> attributes = attributes(reader);
        List<XmlElement> children = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        while (reader.next() != XMLStreamConstants.END_ELEMENT) {
            if (reader.isStartElement()) {
                children.add(element(reader));
            } else if (reader.isCharacters()) {
                text.append(reader.getText());
            }
        }
        return new XmlElement(name, attributes, children, text.toString(), place);
    }

    private static String namespace(XMLStreamReader reader) {
        String namespace = reader.getNamespaceURI();
        return namespace == null ? "" : namespace;
    }

    private static Map<String, String> attributes(XMLStreamReader reader) {
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String namespace = reader.getAttributeNamespace(i);
            boolean plain = namespace == null || namespace.isEmpty();
            attributes.put(
                    plain
                            ? reader.getAttributeLocalName(i)
                            : Namespaces.shortName(namespace, reader.getAttributeLocalName(i)),
                    reader.getAttributeValue(i));
        }
        return attributes;
    }

    private static XmlElement.Place place(Location location) {
        return new XmlElement.Place(Math.max(1, location.getLineNumber()), Math.max(1, location.getColumnNumber()));
    }
}
