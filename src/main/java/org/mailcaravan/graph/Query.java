package org.mailcaravan.graph;

import java.util.Optional;

/** The query part of a request, encoded. */
final class Query {
    private final StringBuilder text = new StringBuilder();

    Query with(String name, Optional<String> value) {
        value.ifPresent(given -> text.append(text.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(GraphLinks.segment(given).replace("=", "%3D")));
        return this;
    }

    String after(String path) {
        return path + text;
    }
}
