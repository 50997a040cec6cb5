package org.mailcaravan.sandbox.ews;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.MapiProperties;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/**
 * A MAPI property asked for by {@code t:ExtendedFieldURI}. Known here: search key 0x300B, Internet message id 0x1035, size
 * 0x0E08, delivery time 0x0E06; any other is absent from the answer, as an unset property is.
 *
 * @param uri the attributes as Exchange echoes them: tags in lower-case hex without leading zeros ({@code 0xe08})
 */
record ExtendedField(Map<String, String> uri) {
    private static final Set<String> NAMES =
            Set.of("PropertyTag", "PropertyName", "PropertyId", "PropertySetId", "DistinguishedPropertySetId");

    static Outcome<ExtendedField> of(XmlElement request) {
        Map<String, String> uri = new TreeMap<>(request.attributes());
        uri.computeIfPresent("PropertyTag", (name, tag) -> "0x" + Integer.toHexString(Integer.decode(decodable(tag))));
        return isValid(uri)
                ? Outcome.of(new ExtendedField(uri))
                : Outcome.failed(new Problem(
                        "ErrorInvalidExtendedProperty",
                        "The extended property attribute combination is invalid: a PropertyTag stands alone; a"
                                + " PropertyName or PropertyId needs a property set."));
    }

    /** Decimal with a leading zero must not be read as octal. */
    private static String decodable(String tag) {
        return tag.toLowerCase(Locale.ROOT).startsWith("0x") ? tag : tag.replaceFirst("^0+(?=.)", "");
    }

    private static boolean isValid(Map<String, String> uri) {
        boolean set = uri.containsKey("PropertySetId") != uri.containsKey("DistinguishedPropertySetId");
        boolean named = uri.containsKey("PropertyName") != uri.containsKey("PropertyId");
        boolean tagged = uri.containsKey("PropertyTag");
        long present = uri.keySet().stream().filter(NAMES::contains).count();
        return tagged ? present == 1 : set && named && present == 2;
    }

    void write(SoapWriter out, SandboxMessage message) throws XMLStreamException {
        Optional<String> value = value(message);
        if (value.isEmpty()) {
            return;
        }
        out.start("t:ExtendedProperty").start("t:ExtendedFieldURI");
        for (Map.Entry<String, String> attribute : uri.entrySet()) {
            out.attribute(attribute.getKey(), attribute.getValue());
        }
        out.end().element("t:Value", value.get()).end();
    }

    private Optional<String> value(SandboxMessage message) {
        return Optional.ofNullable(uri.get("PropertyTag"))
                .flatMap(tag -> MapiProperties.value(
                        message,
                        Integer.decode(tag),
                        Optional.ofNullable(uri.get("PropertyType")).orElse("")));
    }
}
