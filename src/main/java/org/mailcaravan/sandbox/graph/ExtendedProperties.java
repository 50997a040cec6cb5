package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.sandbox.mail.MapiProperties;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** {@code $expand=singleValueExtendedProperties($filter=id eq 'Binary 0x300B' or id eq …)}; properties by tag only. */
record ExtendedProperties(List<Tag> tags) {
    private static final Pattern EXPAND =
            Pattern.compile("(?i)singleValueExtendedProperties\\(\\$filter=(id eq '[^']*'(?: or id eq '[^']*')*)\\)");
    private static final Pattern ID = Pattern.compile("'([A-Za-z]+) 0x([0-9A-Fa-f]{1,4})'");

    private record Tag(String type, int number) {
        String id() {
            return type + " 0x" + Integer.toHexString(number);
        }
    }

    /** @throws GraphError 400 for an expansion that is none of these */
    static ExtendedProperties of(GraphRequest request) {
        Optional<String> expand = request.option("expand");
        if (expand.isEmpty()) {
            return new ExtendedProperties(List.of());
        }
        Matcher matcher = EXPAND.matcher(expand.get().strip());
        if (!matcher.matches()) {
            throw GraphError.badRequest("The sandbox expands singleValueExtendedProperties, with a $filter of ids that"
                    + " are a type and a tag such as 'Binary 0x300B', only.");
        }
        List<Tag> tags = new ArrayList<>();
        Matcher ids = ID.matcher(matcher.group(1));
        while (ids.find()) {
            tags.add(new Tag(ids.group(1), Integer.parseInt(ids.group(2).toLowerCase(Locale.ROOT), 16)));
        }
        return new ExtendedProperties(tags);
    }

    /** Adds those that are set; none at all is not even an empty list. */
    ObjectNode addTo(ObjectNode json, SandboxMessage message) {
        for (Tag tag : tags) {
            MapiProperties.value(message, tag.number(), tag.type())
                    .ifPresent(value -> ((ArrayNode) json.withArray("singleValueExtendedProperties"))
                            .addObject()
                            .put("id", tag.id())
                            .put("value", value));
        }
        return json;
    }
}
