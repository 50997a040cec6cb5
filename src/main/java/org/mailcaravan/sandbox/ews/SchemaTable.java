package org.mailcaravan.sandbox.ews;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A part of Microsoft's schema by element name: children, attributes and simple values. */
final class SchemaTable {
    static final String BOOLEAN = "true|false|1|0";
    static final String NUMBER = "[0-9]{1,9}";
    static final String FOLDER = "t:FolderId|t:DistinguishedFolderId";
    static final String PATH = "t:FieldURI|t:IndexedFieldURI|t:ExtendedFieldURI";

    private final Map<String, ContentModel> models = new HashMap<>();
    private final Map<String, Map<String, Pattern>> attributes = new HashMap<>();
    private final Map<String, Pattern> texts = new HashMap<>();

    /** The element's children, see {@link ContentModel}. */
    void model(String name, String notation) {
        models.put(name, new ContentModel(notation));
    }

    /** An element without children. */
    void empty(String name, String... pairs) {
        model(name, "");
        attributes(name, pairs);
    }

    /** Pairs of a name ({@code ?} = optional) and a pattern. */
    void attributes(String name, String... pairs) {
        Map<String, Pattern> patterns = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            patterns.put(pairs[i], Pattern.compile(pairs[i + 1], Pattern.DOTALL));
        }
        attributes.put(name, patterns);
    }

    /** An element with a simple value. */
    void text(String name, String pattern) {
        texts.put(name, Pattern.compile(pattern));
        model(name, "");
    }

    Optional<ContentModel> model(String name) {
        return Optional.ofNullable(models.get(name));
    }

    Optional<Pattern> text(String name) {
        return Optional.ofNullable(texts.get(name));
    }

    /** The attributes of a known element. */
    Optional<Map<String, Pattern>> attributes(String name) {
        return models.containsKey(name) || attributes.containsKey(name)
                ? Optional.of(attributes.getOrDefault(name, Map.of()))
                : Optional.empty();
    }
}
