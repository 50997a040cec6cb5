package org.mailcaravan.ews;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.XMLInputFactory2;

/**
 * One answer, read forward only and element by element. Elements are called by the prefixes of Microsoft's documentation ({@code s:}, {@code m:}, {@code t:},
 * {@code e:}) whatever prefixes the answer uses; one of another namespace is called {@code ?:}. A DTD is refused before anything in it counts, there are no entities but
 * XML's own five, nothing is loaded from elsewhere, and depth, attributes, document and kept text are limited (ASVS 1.5.1).
 */
final class XmlPull {
    private static final long LONGEST_DOCUMENT = 512L * 1024 * 1024;
    private static final long LONGEST_KEPT = 64L * 1024 * 1024;
    private static final int DEEPEST = 64;
    private static final XMLInputFactory FACTORY = factory();

    private final XMLStreamReader reader;
    private int depth;
    private long keepable = LONGEST_KEPT;

    private XmlPull(XMLStreamReader reader) {
        this.reader = reader;
    }

    /** Receives text piece by piece; the array is reused. */
    @FunctionalInterface
    interface TextSink {
        void take(char[] text, int offset, int length) throws IOException;
    }

    private static XMLInputFactory factory() {
        WstxInputFactory factory = new WstxInputFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        factory.setProperty(WstxInputProperties.P_MIN_TEXT_SEGMENT, 4096);
        factory.setProperty(WstxInputProperties.P_INPUT_BUFFER_LENGTH, 8192);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, DEEPEST);
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, 32);
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, 64 * 1024);
        factory.setProperty(WstxInputProperties.P_MAX_CHARACTERS, LONGEST_DOCUMENT);
        factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> {
            throw new XMLStreamException("external entities are refused");
        });
        return factory;
    }

    /**
     * @param body UTF-8, as EWS always answers; not closed here
     * @throws BrokenXmlException if it does not begin as XML
     */
    static XmlPull open(InputStream body) throws IOException {
        InputStreamReader text = new InputStreamReader(
                body,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        try {
            return new XmlPull(FACTORY.createXMLStreamReader(new XmlCharacterFilter(text)));
        } catch (XMLStreamException e) {
            throw judged(e);
        }
    }

    /** How many elements are open, the current one included. */
    int depth() {
        return depth;
    }

    /** Moves to the next child of the element that was entered at this depth, skipping what was left unread. @return false at its end */
    boolean nextChild(int parent) throws IOException {
        while (true) {
            int event = next();
            if (event == XMLStreamConstants.START_ELEMENT && depth == parent + 1) {
                return true;
            }
            if (event == XMLStreamConstants.END_ELEMENT && depth < parent) {
                return false;
            }
        }
    }

    /** As {@link #nextChild}, at any depth below. */
    boolean nextDescendant(int ancestor) throws IOException {
        while (true) {
            int event = next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                return true;
            }
            if (event == XMLStreamConstants.END_ELEMENT && depth < ancestor) {
                return false;
            }
        }
    }

    /** Moves into a child that must be there. */
    void require(int parent, String name) throws IOException {
        while (nextChild(parent)) {
            if (name().equals(name)) {
                return;
            }
        }
        throw new BrokenXmlException("the answer has no " + name);
    }

    /** Moves to the outermost element. */
    void root() throws IOException {
        nextChild(0);
    }

    /** Reads to the end of the document: only now is it known to be whole. */
    void finish() throws IOException {
        while (depth > 0) {
            next();
        }
        try {
            while (reader.hasNext()) {
                reader.next();
            }
        } catch (XMLStreamException e) {
            throw judged(e);
        }
    }

    String name() {
        return prefix(reader.getNamespaceURI()) + reader.getLocalName();
    }

    String localName() {
        return reader.getLocalName();
    }

    private static String prefix(String namespace) {
        return switch (namespace == null ? "" : namespace) {
            case Namespaces.SOAP -> "s:";
            case Namespaces.MESSAGES -> "m:";
            case Namespaces.TYPES -> "t:";
            case Namespaces.ERRORS -> "e:";
            default -> "?:";
        };
    }

    Optional<String> attribute(String localName) {
        return Optional.ofNullable(reader.getAttributeValue(null, localName));
    }

    /** From here on this many characters of text may be kept, so that no answer fills the heap. */
    void keepAtMost(long characters) {
        keepable = characters;
    }

    /** The text of the current element, which is read to its end. */
    String text() throws IOException {
        StringBuilder all = new StringBuilder();
        stream((text, offset, length) -> {
            keepable -= length;
            if (keepable < 0) {
                throw new BrokenXmlException("the answer has more text than is acceptable");
            }
            all.append(text, offset, length);
        });
        return all.toString();
    }

    /** Hands the text of the current element on in pieces; the element is read to its end. Elements within it are skipped. */
    void stream(TextSink sink) throws IOException {
        int element = depth;
        while (true) {
            int event = next();
            if (event == XMLStreamConstants.END_ELEMENT && depth < element) {
                return;
            }
            if (depth == element && isText(event)) {
                sink.take(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
            }
        }
    }

    private static boolean isText(int event) {
        return event == XMLStreamConstants.CHARACTERS
                || event == XMLStreamConstants.CDATA
                || event == XMLStreamConstants.SPACE;
    }

    private int next() throws IOException {
        int event = nextEvent();
        switch (event) {
            case XMLStreamConstants.START_ELEMENT -> depth++;
            case XMLStreamConstants.END_ELEMENT -> depth--;
            case XMLStreamConstants.DTD -> throw new BrokenXmlException("the answer has a DTD, which is refused");
            case XMLStreamConstants.ENTITY_REFERENCE ->
                throw new BrokenXmlException("the answer refers to an entity, which is refused");
            case XMLStreamConstants.END_DOCUMENT -> throw new BrokenXmlException("the answer ends too early");
            default -> {
                // text, comments and processing instructions
            }
        }
        return event;
    }

    private int nextEvent() throws IOException {
        try {
            return reader.next();
        } catch (XMLStreamException e) {
            throw judged(e);
        }
    }

    /** A connection that broke is not a broken answer. The parser's own words may quote mail, its position does not. */
    private static IOException judged(XMLStreamException e) {
        IOException cause = transport(e);
        if (cause != null && !(cause instanceof CharacterCodingException)) {
            return cause;
        }
        String where =
                e.getLocation() == null ? "" : " (character " + e.getLocation().getCharacterOffset() + ")";
        return new BrokenXmlException("the answer is not well-formed XML" + where);
    }

    private static IOException transport(XMLStreamException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof IOException io) {
                return io;
            }
        }
        return e.getNestedException() instanceof IOException io ? io : null;
    }
}
