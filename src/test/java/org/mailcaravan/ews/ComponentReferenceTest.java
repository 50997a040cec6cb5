package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailcaravan.component.ComponentReference;

/** docs/components/ews.md is made from the component's catalog entry; {@code -Dcomponent.write} writes it anew. */
class ComponentReferenceTest {
    private static final Path PAGE = Path.of("docs/components/ews.md");
    private static final String BEGIN = """
            # ews

            <!-- Made from the component's metadata; do not edit: mvn test -Dtest=ComponentReferenceTest -Dcomponent.write -->

            %s Both consumer and producer. Mailboxes are named by our id or address, never by a secret; tokens, impersonation, routing headers and at most \
            four requests at once per mailbox are the component's own business.

            ```yaml
            - from: { uri: "ews:messages/*" }
            - to: { uri: "ews:moveMessage/*", parameters: { destination: deleteditems } }
            ```

            EWS in Exchange Online ends on 2027-04-01; on Exchange Server it stays. Operations, options, headers and JSON are those of
            [microsoft-graph](microsoft-graph.md) as far as EWS has them, so that a route moves to Graph by its scheme and its ids.

            URI: `%s`. As a consumer every Exchange is one message: the body is its fields as JSON in Graph's vocabulary, the raw MIME is a claim check
            (`mail-delivery:content`). No exception means that the route took the message over; after an exception it comes again.

            As a producer every Exchange is one operation. Parameters are options of the URI or headers; a header wins, except that a mailbox in the URI
            stays what it is. JSON answers become the body as text. Content (`getMime`, `getAttachmentContent`) becomes the body as a stream that can be
            read more than once: above 128 KB it lies in a temporary file that goes with the Exchange. An operation that answers nothing leaves the body as it
            is. Lists are answered page by page: while the header `CamelM365MailNextLink` is there, the same step reads on.

            An ItemId changes when a message is moved to another folder: `moveMessage` puts the new one into `CamelM365MailItemId`.

            Least permission: `EWS.AccessAsUser.All` (delegated), or for an app-only mailbox `full_access_as_app`, or the Exchange role
            `Application EWS.AccessAsApp`. An app-only mailbox is impersonated (`ExchangeImpersonation`); a delegate names it in distinguished folder ids.

            ## Exchange Server

            `ewsUrl` is the address of the server, which must accept OAuth tokens of Entra ID (hybrid modern authentication); the setting `ews.resource`
            is the name its tokens are for. Where mailboxes live on several servers, `autodiscover` names the server that is asked for the address of each
            (`/autodiscover/autodiscover.json/v1.0/{address}?Protocol=EWS`). That request carries no token. Its answer and at most three redirects are believed
            only if they lead to https at a host of `autodiscoverHosts`, and are remembered for a day, or until a server says that the mailbox is not its own.

            ## Failures

            | Exception | Means |
            |---|---|
            | `EwsOperationException` | EWS refused: `code`, `requestId`, `remedy`, `retryAfter`. Its cause says what concerns the mailbox as a whole: `ThrottledException`, `ConsentRequiredException`, `MailboxBlockedException`. |
            | `OutcomeUnknownException` | A request that changes something was sent and no whole answer came. It is never repeated by the component; `repeatable` says whether a route may. |
            | `ThrottledException` | EWS asked to leave the mailbox alone, this request or an earlier one of whoever reads or changes it: nothing was done. |
            | `ConsentRequiredException`, `MailboxBlockedException` | The token was refused, or EWS is switched off for the mailbox: `remedy` says what to do. |
            | `MailSourceUnavailableException` | EWS or Autodiscover cannot be reached; nothing was done. |
            | `MalformedAnswerException` | An answer that EWS does not give: cut, no XML, content that is incomplete, an address that is not allowed. |
            | `IllegalArgumentException` | An option, a header or the body is missing or wrong; nothing was sent. |

            """;

    @Test
    void thePageSaysWhatTheCatalogSays() throws IOException {
        String page = ComponentReference.page(new ComponentReference.Subject(
                "/META-INF/org/mailcaravan/ews/ews.json",
                BEGIN,
                List.of("Operation", "Does", "Body", "Answer", "Operation of EWS", "In microsoft-graph"),
                Arrays.stream(EwsOperation.values())
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

    private static ComponentReference.Operation row(EwsOperation operation) {
        return new ComponentReference.Operation(
                "`" + operation + "`",
                operation.purpose(),
                operation.takes().isEmpty() ? "not looked at" : operation.takes(),
                operation.answers(),
                operation.soap(),
                operation.equivalent());
    }
}
