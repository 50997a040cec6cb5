package org.mailcaravan.graph;

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
final class ComponentReference {
    private static final String BEGIN = """
            # microsoft-graph

            <!-- Made from the component's metadata; do not edit: mvn test -Dtest=ComponentReferenceTest -Dcomponent.write -->

            %s Both consumer and producer. Mailboxes are named by our id or address, never by a secret; tokens, \
            immutable ids and at most four requests at once per mailbox are the component's own business.

            ```yaml
            - from: { uri: "microsoft-graph:messages/*" }
            - to: { uri: "microsoft-graph:moveMessage/*", parameters: { destination: archive } }
            ```

            URI: `%s`. As a consumer every Exchange is one message: the body is its fields as JSON in Graph's vocabulary, the raw MIME is a claim check
            (`mail-delivery:content`). No exception means that the route took the message over; after an exception it comes again.

            As a producer every Exchange is one operation. Parameters are options of the URI or headers; a header wins, except that a mailbox in the URI
            stays what it is. JSON answers become the body as text. Content (`getMime`, `getAttachmentContent`) becomes the body as a stream that can be
            read more than once: above 128 KB it lies in a temporary file that goes with the Exchange. An operation that answers nothing leaves the body as it
            is. Lists are answered page by page: while the header `CamelM365MailNextLink` is there, the same step reads on.

            ## Failures

            | Exception | Means |
            |---|---|
            | `GraphOperationException` | Graph refused: `status`, `code`, `requestId`, `remedy`, `retryAfter`. Its cause says what concerns the mailbox as a whole: `ThrottledException`, `ConsentRequiredException`, `MailboxBlockedException`. |
            | `OutcomeUnknownException` | A request that changes something was sent and no whole answer came. It is never repeated by the component; `repeatable` says whether a route may. |
            | `MailSourceUnavailableException` | Graph cannot be reached; nothing was done. |
            | `MalformedAnswerException` | An answer that Graph does not give: cut, no JSON, a link to elsewhere. |
            | `IllegalArgumentException` | An option, a header or the body is missing or wrong; nothing was sent. |

            """;

    private final JsonNode catalog;
    private final StringBuilder page = new StringBuilder();

    private ComponentReference(JsonNode catalog) {
        this.catalog = catalog;
    }

    static String page() {
        try (InputStream in = Objects.requireNonNull(
                ComponentReference.class.getResourceAsStream("/META-INF/org/mailcaravan/graph/microsoft-graph.json"),
                "built by camel-package")) {
            return new ComponentReference(new ObjectMapper().readTree(in)).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String write() {
        JsonNode component = catalog.path("component");
        page.append(BEGIN.formatted(
                component.path("description").asText(), component.path("syntax").asText()));
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
        page.append(
                "## Operations\n\n| Operation | Does | Body | Answer | Least permission |\n|---|---|---|---|---|\n");
        for (GraphOperation operation : GraphOperation.values()) {
            row(
                    "`" + operation + "`",
                    operation.purpose(),
                    operation.takes().isEmpty() ? "not looked at" : operation.takes(),
                    operation.answers(),
                    "`" + operation.permission() + "`");
        }
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
