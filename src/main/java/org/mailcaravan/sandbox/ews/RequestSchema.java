package org.mailcaravan.sandbox.ews;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Microsoft's schema (messages.xsd, types.xsd) for the requests this server answers: order of elements, attributes and simple
 * values. Names are unambiguous in this part of the schema, so one table by name is enough.
 */
final class RequestSchema {
    private static final SchemaTable TABLE = new SchemaTable();

    static {
        ReadSchema.addTo(TABLE);
        WriteSchema.addTo(TABLE);
        NotificationSchema.addTo(TABLE);
    }

    private RequestSchema() {}

    /**
     * Checks an operation element with all it holds.
     *
     * @throws EwsFault ErrorSchemaValidation with line, position and violation
     */
    static void check(XmlElement element) throws EwsFault {
        Optional<Map<String, Pattern>> attributes = TABLE.attributes(element.name());
        if (attributes.isPresent()) {
            checkAttributes(element, attributes.get());
        }
        checkText(element);
        Optional<ContentModel> model = TABLE.model(element.name());
        if (model.isPresent()) {
            model.get().check(element);
        }
        for (XmlElement child : element.children()) {
            check(child);
        }
    }

    private static void checkText(XmlElement element) throws EwsFault {
        Optional<Pattern> text = TABLE.text(element.name());
        boolean elementOnly = text.isEmpty()
                && TABLE.model(element.name()).isPresent()
                && !element.text().isBlank();
        if (elementOnly) {
            throw EwsFault.schema(
                    "The element " + Namespaces.quoted(element.name()) + " cannot contain text.", element.place());
        }
        if (text.isPresent() && !text.get().matcher(element.text().strip()).matches()) {
            throw EwsFault.schema(
                    "The " + Namespaces.quoted(element.name())
                            + " element is invalid - its value is invalid according to" + " its datatype.",
                    element.place());
        }
    }

    private static void checkAttributes(XmlElement element, Map<String, Pattern> declared) throws EwsFault {
        for (Map.Entry<String, Pattern> entry : declared.entrySet()) {
            checkAttribute(element, entry.getKey(), entry.getValue());
        }
        for (String present : element.attributes().keySet()) {
            boolean known = declared.containsKey(present) || declared.containsKey(present + "?");
            if (!known && !present.startsWith("xsi:") && !present.startsWith("{")) {
                throw EwsFault.schema("The '" + present + "' attribute is not declared.", element.place());
            }
        }
    }

    private static void checkAttribute(XmlElement element, String notation, Pattern pattern) throws EwsFault {
        boolean optional = notation.endsWith("?");
        String name = optional ? notation.substring(0, notation.length() - 1) : notation;
        String value = element.attributes().get(name);
        if (value == null && !optional) {
            throw EwsFault.schema("The required attribute '" + name + "' is missing.", element.place());
        }
        if (value != null && !pattern.matcher(value).matches()) {
            throw EwsFault.schema(
                    "The '" + name + "' attribute is invalid - The value '" + abbreviated(value)
                            + "' is invalid according to its datatype.",
                    element.place());
        }
    }

    private static String abbreviated(String value) {
        return value.length() <= 64 ? value : value.substring(0, 64) + "…";
    }
}
