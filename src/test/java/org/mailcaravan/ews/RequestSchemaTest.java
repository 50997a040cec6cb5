package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.Source;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Holds every request that the room can write against Microsoft's published schema. The schema is not ours to ship: {@code -Dews.schema} names a directory with
 * its files ({@code MS-OXWS*-messages.xsd} and {@code -types.xsd}, as the open specifications and their test suites have them). Without it the sandbox tenant,
 * which keeps the same order of elements, is the judge: {@link EwsOperationsSandboxTest}.
 */
class RequestSchemaTest {
    private static final String XSD =
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='%s'>%s</xs:schema>";

    @Test
    void everyRequestThatCanBeWrittenHasAnExample() {
        assertThat(new EveryRequest().methods())
                .as("add an example of the new request to EveryRequest")
                .containsAll(EveryRequest.writers());
    }

    @Test
    @EnabledIfSystemProperty(named = "ews.schema", matches = ".+")
    void everyRequestIsValidAgainstMicrosoftsSchema() throws Exception {
        Schema schema = schema(Path.of(System.getProperty("ews.schema")));

        for (EwsRequest request : new EveryRequest().examples()) {
            for (Element part : parts(request)) {
                Validator validator = schema.newValidator();
                assertThatCode(() -> validator.validate(new DOMSource(part)))
                        .as(request + ", element " + part.getLocalName())
                        .doesNotThrowAnyException();
            }
        }
    }

    /** The children of the SOAP header, and of the body. The schema of each release of Exchange fixes the version to its own; older ones are valid requests all the same. */
    private static List<Element> parts(EwsRequest request) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Element envelope = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(request.envelope()))
                .getDocumentElement();
        List<Element> parts = new ArrayList<>();
        for (Node half = envelope.getFirstChild(); half != null; half = half.getNextSibling()) {
            for (Node part = half.getFirstChild(); part != null; part = part.getNextSibling()) {
                if (!part.getLocalName().equals("RequestServerVersion")) {
                    parts.add((Element) part);
                }
            }
        }
        return parts;
    }

    private static Schema schema(Path directory) throws Exception {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        factory.setFeature("http://apache.org/xml/features/honour-all-schemaLocations", true);
        return factory.newSchema(new Source[] {
            source(
                    directory,
                    "xml",
                    XSD.formatted(XMLConstants.XML_NS_URI, "<xs:attribute name='lang' type='xs:language'/>")),
            source(directory, "types", XSD.formatted(Namespaces.TYPES, includes(directory, "types"))),
            source(directory, "messages", XSD.formatted(Namespaces.MESSAGES, includes(directory, "messages?")))
        });
    }

    private static Source source(Path directory, String name, String xsd) {
        return new StreamSource(new StringReader(xsd), directory.toUri() + "all-" + name);
    }

    private static String includes(Path directory, String kind) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            StringBuilder includes = new StringBuilder();
            files.filter(file -> file.getFileName().toString().matches(".*-" + kind + "\\.xsd"))
                    .sorted()
                    .forEach(file -> includes.append("<xs:include schemaLocation='")
                            .append(file.toUri())
                            .append("'/>"));
            return includes.toString();
        }
    }
}
