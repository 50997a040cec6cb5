package org.mailcaravan.sandbox.ews;

import com.ctc.wstx.stax.WstxOutputFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLStreamWriter2;

/** Streams a SOAP answer in one {@link PrefixStyle}; element names are short names (see {@link Namespaces}). */
final class SoapWriter {
    private final XMLStreamWriter2 xml;
    private final PrefixStyle style;
    private final UnaryOperator<String> namespaces;
    private final UnaryOperator<String> words;
    private final Deque<Map<String, String>> scopes = new ArrayDeque<>();

    /** Writes bytes of a binary value. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @param distortion what is wrong with namespaces and texts */
    SoapWriter(OutputStream out, PrefixStyle style, Distortion distortion) throws XMLStreamException {
        WstxOutputFactory factory = new WstxOutputFactory();
        this.xml = (XMLStreamWriter2) factory.createXMLStreamWriter(out, "UTF-8");
        this.style = style;
        this.namespaces = distortion.namespaces();
        this.words = distortion::text;
        scopes.push(Map.of());
    }

    void startDocument() throws XMLStreamException {
        xml.writeStartDocument("utf-8", "1.0");
    }

    void documentType(String declaration) throws XMLStreamException {
        xml.writeDTD(declaration);
    }

    SoapWriter start(String name) throws XMLStreamException {
        String plain = Namespaces.namespaceOf(name);
        String namespace = namespaces.apply(plain);
        String prefix = style.prefix(plain);
        Map<String, String> scope = scopes.element();
        boolean bound = namespace.equals(scope.get(prefix));
        xml.writeStartElement(prefix, Namespaces.localName(name), namespace);
        scopes.push(bound ? scope : declared(scope, prefix, namespace));
        return this;
    }

    private Map<String, String> declared(Map<String, String> scope, String prefix, String namespace)
            throws XMLStreamException {
        Map<String, String> inner = new HashMap<>(scope);
        inner.put(prefix, namespace);
        if (prefix.isEmpty()) {
            xml.writeDefaultNamespace(namespace);
        } else {
            xml.writeNamespace(prefix, namespace);
        }
        return inner;
    }

    SoapWriter attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, value);
        return this;
    }

    /** Declares a prefix that stands in a value. */
    SoapWriter namespace(String prefix, String uri) throws XMLStreamException {
        xml.writeNamespace(prefix, uri);
        return this;
    }

    /** {@code xsi:type} with a name of the types namespace. */
    SoapWriter typeAttribute(String localName) throws XMLStreamException {
        String types = namespaces.apply(Namespaces.TYPES);
        xml.writeNamespace("xsi", Namespaces.XSI);
        xml.writeNamespace("type", types);
        xml.writeAttribute("xsi", Namespaces.XSI, "type", "type:" + localName);
        return this;
    }

    /** {@code xml:lang}. */
    SoapWriter language(String tag) throws XMLStreamException {
        xml.writeAttribute("xml", XMLConstants.XML_NS_URI, "lang", tag);
        return this;
    }

    SoapWriter attribute(String name, long value) throws XMLStreamException {
        return attribute(name, String.valueOf(value));
    }

    SoapWriter end() throws XMLStreamException {
        xml.writeEndElement();
        scopes.pop();
        return this;
    }

    /** An element with text. Exchange writes characters that XML 1.0 forbids as references all the same; so do we. */
    SoapWriter element(String name, String text) throws XMLStreamException {
        start(name);
        text(text);
        return end();
    }

    /** Words that people wrote, which may hold anything. */
    SoapWriter words(String name, String text) throws XMLStreamException {
        start(name);
        return words(text).end();
    }

    SoapWriter words(String text) throws XMLStreamException {
        return text(words.apply(text));
    }

    SoapWriter element(String name, boolean value) throws XMLStreamException {
        return element(name, String.valueOf(value));
    }

    SoapWriter element(String name, long value) throws XMLStreamException {
        return element(name, String.valueOf(value));
    }

    /** Whole seconds in UTC, as Exchange has it. */
    SoapWriter element(String name, Instant time) throws XMLStreamException {
        return element(name, time.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    SoapWriter text(String text) throws XMLStreamException {
        if (IllegalCharacters.present(text)) {
            xml.writeRaw(IllegalCharacters.escaped(text));
        } else {
            xml.writeCharacters(text);
        }
        return this;
    }

    /** Base64 without line breaks, streamed. */
    SoapWriter base64(Content content) throws XMLStreamException, IOException {
        try (OutputStream encoder = Base64.getEncoder().wrap(new RawText(xml))) {
            content.writeTo(encoder);
        }
        return this;
    }

    /** Ends the document and flushes; the stream below stays open. */
    void finish() throws XMLStreamException {
        xml.writeEndDocument();
        xml.flush();
    }

    /** ASCII bytes as character content that needs no escaping. */
    private static final class RawText extends OutputStream {
        private final XMLStreamWriter2 xml;
        private final char[] characters = new char[8192];

        RawText(XMLStreamWriter2 xml) {
            this.xml = xml;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                int count = Math.min(length - done, characters.length);
                for (int i = 0; i < count; i++) {
                    characters[i] = (char) bytes[offset + done + i];
                }
                raw(count);
                done += count;
            }
        }

        private void raw(int count) throws IOException {
            try {
                xml.writeRaw(characters, 0, count);
            } catch (XMLStreamException refused) {
                throw refused.getNestedException() instanceof IOException cause
                        ? cause
                        : new IOException("The client no longer reads", refused);
            }
        }
    }
}
