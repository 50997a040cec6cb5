package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.component.OutcomeUnknownException;
import org.mailcaravan.component.ReceivedContent;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.ScriptedHttpServer.Asked;

/** What the producer's operations ask for, and what becomes of answers no honest server would give. */
class GraphOperationsTest {
    private static final String ID = "AAMk-1_x=";
    private static final ScriptedHttpServer.Answer NOTHING = ScriptedHttpServer.status(202, "text/plain", "");

    private final GraphFixture graph = new GraphFixture();
    private final Mailbox anna = graph.mailbox;
    private final Mailbox shared = with(Access.DELEGATE, "shared@contoso.example");
    private final ProducerFixture producer = new ProducerFixture(graph.root, graph.tokens, graph.http, anna, shared);

    @AfterEach
    void close() {
        producer.close();
        graph.close();
    }

    @Test
    void theAnswerIsGraphsJsonAndItsIdServesTheNextStep() {
        graph.server.then(ScriptedHttpServer.status(201, "application/json", "{\"id\":\"M2\",\"unknownToUs\":[1]}"));

        Exchange answered = ask("moveMessage?destination=archive", null, message());

        assertThat(answered.getMessage().getBody(String.class)).isEqualTo("{\"id\":\"M2\",\"unknownToUs\":[1]}");
        assertThat(answered.getMessage().getHeader(GraphConstants.MESSAGE_ID)).isEqualTo("M2");
    }

    @Test
    void noAnswerLeavesTheBodyAsItIs() {
        graph.server.then(NOTHING);

        Exchange answered = ask("sendMail", "{\"subject\":\"s\"}", Map.of());

        assertThat(answered.getMessage().getBody()).isEqualTo("{\"subject\":\"s\"}");
    }

    @Test
    void aListIsReadPageByPage() {
        String next = graph.root + "/me/messages?$skiptoken=a%2Fb";
        graph.server
                .then(ScriptedHttpServer.json("{\"value\":[{\"id\":\"1\"}],\"@odata.nextLink\":\"" + next + "\"}"))
                .then(ScriptedHttpServer.json("{\"value\":[{\"id\":\"2\"}]}"));

        Exchange first = ask("listMessages", null, Map.of());
        Exchange second = ask("listMessages", null, first.getMessage().getHeaders());

        assertThat(first.getMessage().getHeader(GraphConstants.NEXT_LINK)).isEqualTo(next);
        assertThat(graph.server.asked().get(1).target()).isEqualTo("/v1.0/me/messages?$skiptoken=a%2Fb");
        assertThat(second.getMessage().getHeaders()).doesNotContainKey(GraphConstants.NEXT_LINK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example/v1.0/me/messages?x", "http://127.0.0.1:1/v1.0/me/messages"})
    void aForeignNextLinkIsRefusedAndSeesNoToken(String link) { // F26, S43
        graph.server.then(ScriptedHttpServer.json("{\"value\":[],\"@odata.nextLink\":\"" + link + "\"}"));

        assertThatThrownBy(() -> ask("listMessages", null, Map.of())).isInstanceOf(MalformedAnswerException.class);
        assertThatThrownBy(() -> ask("listMessages", null, Map.of(GraphConstants.NEXT_LINK, link)))
                .isInstanceOf(MalformedAnswerException.class);
        assertThat(graph.server.asked()).hasSize(1);
    }

    @Test
    void aMailboxThatIsReadByAnothersRightIsAddressedById() {
        graph.server.otherwise(ScriptedHttpServer.json("{}"));

        producer.ask("getMessage/shared@contoso.example", null, message());

        assertThat(only().target()).isEqualTo("/v1.0/users/oid/messages/AAMk-1_x=");
    }

    @Test
    void theHeadersNameTheMailboxWhenTheUriLeavesItOpen() {
        graph.server.otherwise(ScriptedHttpServer.json("{}"));
        Map<String, Object> headers = new HashMap<>(message());

        headers.put(GraphConstants.MAILBOX_ADDRESS, "SHARED@contoso.example");
        producer.ask("getMessage/*", null, headers);
        headers.put(GraphConstants.MAILBOX_ID, anna.id().toString());
        producer.ask("getMessage/*", null, headers);

        assertThat(graph.server.asked())
                .extracting(Asked::target)
                .containsExactly("/v1.0/users/oid/messages/AAMk-1_x=", "/v1.0/me/messages/AAMk-1_x=");
    }

    /** A route that reads one mailbox and sends from another must not send from the first. */
    @Test
    void aMailboxInTheUriIsNotOverriddenByHeaders() {
        graph.server.otherwise(ScriptedHttpServer.json("{}"));
        Map<String, Object> headers = new HashMap<>(message());
        headers.put(GraphConstants.MAILBOX_ID, anna.id().toString());

        producer.ask("getMessage/" + shared.id(), null, headers);

        assertThat(only().target()).startsWith("/v1.0/users/oid/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "getMessage/*|whose mail?",
                "getMessage/nobody@contoso.example|no mailbox with the given address is connected",
                "getMessage/3f2504e0-4f89-11d3-9a0c-0305e82c3301|is connected: connect it first",
                "getMessage/anna|a UUID) or by its address"
            })
    void aMailboxThatIsNotThereIsExplained(String uri, String explanation) {
        assertThatThrownBy(() -> producer.ask(uri, null, message()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(explanation);
    }

    @Test
    void twoMailboxesOfOneAddressAreNotGuessedAt() {
        producer.mailboxes.save(with(Access.APPLICATION, "anna@contoso.example"));

        assertThatThrownBy(() -> producer.ask("getMessage/anna@contoso.example", null, message()))
                .hasMessageContaining("name one by its id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "getMessage|option messageId or the header CamelM365MailMessageId",
                "moveMessage?messageId=x|option destination",
                "createFolder|option name",
                "listMessages?top=1001|top must be 1 to 1000",
                "updateMessage?messageId=x&flag=red|flag must be",
                "createDraft|a body that can be read as JSON",
                "sendMime|a body that can be read as a stream"
            })
    void whatIsMissingIsNamedBeforeAnythingIsSent(String uri, String explanation) {
        assertThatThrownBy(() -> ask(uri, null, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(explanation);
        assertThat(graph.server.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "[1]", "{\"a\":1,\"a\":2}", "{\"a\":1} {}"})
    void aBodyThatIsNoObjectIsRefusedWithoutQuotingIt(String body) {
        assertThatThrownBy(() -> ask("createDraft", body, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("no json\"");
        assertThat(graph.server.asked()).isEmpty();
    }

    @Test
    void aRefusalSaysStatusCodeRequestIdAndRemedyAndNothingOfTheBody() {
        graph.server.then(GraphFixture.refused(404, "ErrorItemNotFound", "request-id", "abc-1"));

        GraphOperationException refused = refusal("getMessage");

        assertThat(refused.operation()).isEqualTo(GraphOperation.getMessage);
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.code()).isEqualTo("ErrorItemNotFound");
        assertThat(refused.requestId()).isEqualTo("abc-1");
        assertThat(refused.remedy()).contains("not in this mailbox");
        assertThat(refused.getCause()).isNull();
        assertThat(refused)
                .hasMessageContaining("getMessage: Graph answered 404 ErrorItemNotFound, request-id abc-1.")
                .hasMessageNotContaining("body-canary");
    }

    @Test
    void throttlingIsAlsoTheCauseWithItsTime() { // F29
        graph.server.then(GraphFixture.refused(429, "ApplicationThrottled", "Retry-After", "17"));

        GraphOperationException refused = refusal("getMessage");

        assertThat(refused.retryAfter()).contains(Duration.ofSeconds(17));
        assertThat(refused).hasCauseInstanceOf(ThrottledException.class);
        assertThat(graph.server.asked()).hasSize(1);
    }

    @Test
    void aMissingPermissionNamesTheOneThatThisOperationNeeds() {
        graph.server.then(GraphFixture.refused(403, "ErrorAccessDenied"));

        GraphOperationException refused = refusal("sendDraft");

        assertThat(refused).hasCauseInstanceOf(ConsentRequiredException.class);
        assertThat(refused.remedy()).contains("Mail.Send");
    }

    @ParameterizedTest
    @CsvSource({
        "409,ErrorIrresolvableConflict,changed at the same time",
        "413,RequestEntityTooLarge,too large for one request",
        "403,ErrorSendAsDenied,Send As",
        "507,ErrorQuotaExceeded,mailbox is full",
        "400,InefficientFilter,must come first in filter",
        "400,SomethingNew,Check the options",
        "500,ErrorInternalServerError,whether it was done is unknown"
    })
    void everyRefusalHasARemedy(int status, String code, String remedy) {
        graph.server.then(GraphFixture.refused(status, code));

        assertThat(refusal("sendDraft").remedy()).contains(remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "sendDraft,false",
        "deleteMessage,true",
        "updateMessage?isRead=true,true",
        "moveMessage?destination=x,false"
    })
    void aWriteWhoseAnswerIsLostIsNotRepeated(String uri, boolean repeatable) {
        graph.server.then(exchange -> {}); // closes the connection without an answer

        OutcomeUnknownException unknown =
                catchThrowableOfType(OutcomeUnknownException.class, () -> ask(uri, null, message()));

        assertThat(unknown).hasMessageContaining("may or may not have been carried out");
        assertThat(unknown.repeatable()).isEqualTo(repeatable);
        assertThat(graph.server.asked()).hasSize(1);
    }

    @Test
    void aWriteWhoseAnswerIsCutIsNotRepeatedEither() {
        graph.server.then(ScriptedHttpServer.cut("application/json", "{\"id\":"));

        assertThatThrownBy(() -> ask("createDraft", "{}", Map.of())).isInstanceOf(OutcomeUnknownException.class);
        assertThat(graph.server.asked()).hasSize(1);
    }

    /** Nothing was sent then, so the route may simply try again. */
    @Test
    void aWriteThatNeverLeftIsUnavailableOnly() {
        graph.server.close();

        assertThatThrownBy(() -> ask("sendDraft", null, message())).isInstanceOf(MailSourceUnavailableException.class);
    }

    @Test
    void aReadWhoseAnswerIsCutIsRefused() {
        graph.server.then(ScriptedHttpServer.cut("application/json", "{\"id\":"));

        assertThatThrownBy(() -> ask("getMessage", null, message())).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void aRefusedTokenIsReplacedOnceAndTheWriteSentAgain() {
        graph.server
                .then(GraphFixture.refused(401, "InvalidAuthenticationToken"))
                .then(NOTHING);

        ask("sendMail", "{\"subject\":\"s\"}", Map.of());

        assertThat(graph.server.asked())
                .extracting(asked -> asked.header("Authorization"))
                .hasSize(2)
                .doesNotHaveDuplicates();
    }

    @Test
    void contentOfAnySizeArrivesWholeAndItsFileGoesWithTheExchange() throws Exception {
        String mark = UUID.randomUUID().toString();
        String large = mark + "x".repeat(ReceivedContent.MOST_IN_MEMORY) + "end";
        graph.server.then(ScriptedHttpServer.status(200, "text/plain", large));

        producer.inRoute("getMime/" + anna.id(), message(), exchange -> {
            assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(large);
            exchange.getMessage().getBody(StreamCache.class).reset();
            assertThat(exchange.getMessage().getBody(String.class))
                    .as("read again")
                    .isEqualTo(large);
            assertThat(temporaryFiles(mark)).isEqualTo(1);
        });

        assertThat(temporaryFiles(mark)).isZero();
        assertThat(only().target()).isEqualTo("/v1.0/me/messages/AAMk-1_x=/$value");
    }

    @Test
    void contentThatIsCutLeavesNoFileAndNoBody() throws Exception { // F27
        String mark = UUID.randomUUID().toString();
        graph.server.then(ScriptedHttpServer.cut("text/plain", mark + "y".repeat(2 * ReceivedContent.MOST_IN_MEMORY)));

        assertThatThrownBy(() -> ask("getAttachmentContent?attachmentId=a", "kept", message()))
                .isInstanceOf(MailSourceUnavailableException.class);

        assertThat(temporaryFiles(mark)).isZero();
    }

    @Test
    void contentBeyondTheLimitIsGivenUp() {
        producer.component().setMaxMessageBytes(10);
        graph.server.then(ScriptedHttpServer.status(200, "text/plain", "12345678901"));

        assertThatThrownBy(() -> ask("getMime", null, message())).hasMessageContaining("maxMessageBytes");
    }

    @Test
    void idsAreTranslatedAThousandAtATime() {
        graph.server
                .then(ScriptedHttpServer.json("{\"value\":[{\"sourceId\":\"0\",\"targetId\":\"t\"}]}"))
                .then(ScriptedHttpServer.json(
                        "{\"value\":[{\"sourceId\":\"1000\",\"errorDetails\":{\"code\":\"c\"}}]}"));
        List<String> ids =
                Stream.iterate(0, i -> i + 1).limit(1001).map(String::valueOf).toList();

        Exchange answered = ask("translateExchangeIds?sourceIdType=ewsId", ids, Map.of());

        assertThat(answered.getMessage().getBody(String.class))
                .isEqualTo(
                        "{\"value\":[{\"sourceId\":\"0\",\"targetId\":\"t\"},{\"sourceId\":\"1000\",\"errorDetails\":{\"code\":\"c\"}}]}");
        assertThat(graph.server.asked().get(1).target()).isEqualTo("/v1.0/me/translateExchangeIds");
        assertThat(graph.server.asked().get(1).body())
                .isEqualTo(
                        "{\"sourceIdType\":\"ewsId\",\"targetIdType\":\"restImmutableEntryId\",\"inputIds\":[\"1000\"]}");
    }

    private Exchange ask(String uri, Object body, Map<String, Object> headers) {
        String[] parts = uri.split("\\?", 2);
        return producer.ask(parts[0] + "/" + anna.id() + (parts.length > 1 ? "?" + parts[1] : ""), body, headers);
    }

    private GraphOperationException refusal(String uri) {
        return catchThrowableOfType(GraphOperationException.class, () -> ask(uri, null, message()));
    }

    private Asked only() {
        assertThat(graph.server.asked()).hasSize(1);
        return graph.server.asked().get(0);
    }

    private static Map<String, Object> message() {
        return Map.of(GraphConstants.MESSAGE_ID, ID);
    }

    private Mailbox with(Access access, String address) {
        return new Mailbox(
                MailboxId.random(),
                anna.tenant(),
                "oid",
                new org.mailcaravan.mailbox.MailboxAddress(address),
                anna.credential(),
                anna.protocol(),
                access,
                anna.folders(),
                anna.deliverFrom());
    }

    /** Those that hold this content: another process may run its tests beside this one. */
    private static long temporaryFiles(String mark) throws IOException {
        Path directory = Path.of(System.getProperty("java.io.tmpdir"));
        long found = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "mail-*.content")) {
            for (Path file : files) {
                found += begins(file, mark) ? 1 : 0;
            }
        }
        return found;
    }

    private static boolean begins(Path file, String mark) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(mark.length()), StandardCharsets.US_ASCII).equals(mark);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
