package org.mailcaravan.component;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** Makes the component's page from its catalog entry and its operations. */
public final class ComponentReference {
    /**
     * What is said of an operation.
     *
     * @param cells in the order of the titles
     */
    public record Operation(String... cells) {}

    /**
     * A component.
     *
     * @param catalog path of its catalog entry on the class path
     * @param begin what the page begins with; gets description and syntax
     * @param titles of the columns of its operations
     */
    public record Subject(String catalog, String begin, List<String> titles, List<Operation> operations) {}

    private final Subject subject;
    private final JsonNode catalog;
    private final StringBuilder page = new StringBuilder();

    private ComponentReference(Subject subject, JsonNode catalog) {
        this.subject = subject;
        this.catalog = catalog;
    }

    /** @throws UncheckedIOException if the catalog entry, which camel-package builds, cannot be read */
    public static String page(Subject subject) {
        try (InputStream in = Objects.requireNonNull(
                ComponentReference.class.getResourceAsStream(subject.catalog()), "built by camel-package")) {
            return new ComponentReference(subject, new ObjectMapper().readTree(in)).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String write() {
        JsonNode component = catalog.path("component");
        page.append(subject.begin()
                .formatted(
                        component.path("description").asText(),
                        component.path("syntax").asText()));
        operations();
        options("Path", catalog.path("properties"), option -> kind(option, "path"));
        options(
                "Options of a consumer",
                catalog.path("properties"),
                option -> kind(option, "parameter") && label(option).startsWith("consumer"));
        options(
                "Options of a producer",
                catalog.path("properties"),
                option -> kind(option, "parameter") && !label(option).startsWith("consumer"));
        headers();
        options("Options of the component", catalog.path("componentProperties"), option -> true);
        return page.toString();
    }

    private void operations() {
        page.append("## Operations\n\n| ")
                .append(String.join(" | ", subject.titles()))
                .append(" |\n|")
                .append("---|".repeat(subject.titles().size()))
                .append("\n");
        subject.operations().forEach(operation -> row(operation.cells()));
        page.append("\n");
    }

    private void options(String title, JsonNode options, Predicate<JsonNode> wanted) {
        page.append("## ")
                .append(title)
                .append("\n\n| Option | Default | Values | What it does |\n|---|---|---|---|\n");
        for (Map.Entry<String, JsonNode> option : options.properties()) {
            if (wanted.test(option.getValue())) {
                JsonNode value = option.getValue();
                row(
                        "`" + option.getKey() + "`" + (value.path("required").asBoolean() ? " (required)" : "")
                                + (value.path("secret").asBoolean() ? " (secret)" : ""),
                        code(value.path("defaultValue").asText("")),
                        values(value),
                        value.path("description").asText());
            }
        }
        page.append("\n");
    }

    private void headers() {
        page.append("## Headers\n\n| Header | Constant | For | Type | Means |\n|---|---|---|---|---|\n");
        for (Map.Entry<String, JsonNode> header : catalog.path("headers").properties()) {
            JsonNode value = header.getValue();
            String constant = value.path("constantName").asText();
            row(
                    "`" + header.getKey() + "`",
                    "`" + constant.substring(constant.indexOf('#') + 1) + "`",
                    label(value).equals("common") ? "both" : label(value),
                    value.path("javaType").asText(),
                    value.path("description").asText());
        }
        page.append("\n");
    }

    private static String values(JsonNode option) {
        List<String> values = new ArrayList<>();
        option.path("enum").forEach(value -> values.add(value.asText()));
        return values.isEmpty() || values.size() > 10 ? option.path("type").asText() : String.join(", ", values);
    }

    private void row(String... cells) {
        page.append("| ");
        page.append(String.join(" | ", List.of(cells)).replace("\n", " ")).append(" |\n");
    }

    private static String code(String value) {
        return value.isEmpty() ? "" : "`" + value + "`";
    }

    private static boolean kind(JsonNode option, String kind) {
        return option.path("kind").asText().equals(kind);
    }

    private static String label(JsonNode option) {
        return option.path("label").asText();
    }
}
