package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailcaravan.component.ComponentReference;

/** docs/components/microsoft-graph.md is made from the component's catalog entry; {@code -Dcomponent.write} writes it anew. */
class ComponentReferenceTest {
    private static final Path PAGE = Path.of("docs/components/microsoft-graph.md");
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

    @Test
    void thePageSaysWhatTheCatalogSays() throws IOException {
        String page = ComponentReference.page(new ComponentReference.Subject(
                "/META-INF/org/mailcaravan/graph/microsoft-graph.json",
                BEGIN,
                List.of("Operation", "Does", "Body", "Answer", "Least permission"),
                Arrays.stream(GraphOperation.values())
                        .map(ComponentReferenceTest::row)
                        .toList()));
        if (System.getProperty("component.write") != null) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE))
                .as("stale: mvn test -Dtest=ComponentReferenceTest -Dcomponent.write")
                .isEqualTo(page);
    }

    private static ComponentReference.Operation row(GraphOperation operation) {
        return new ComponentReference.Operation(
                "`" + operation + "`",
                operation.purpose(),
                operation.takes().isEmpty() ? "not looked at" : operation.takes(),
                operation.answers(),
                "`" + operation.permission() + "`");
    }
}
