package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.ScriptedHttpServer;

/** SOAP faults and HTTP statuses: each has one meaning. Rows F20, F21, F29, F30, F32, F33, S18, S39, S44. */
final class EwsRefusalsTest {
    private final EwsFixture ews = new EwsFixture();

    @AfterEach
    void close() {
        ews.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 500})
    void aBusyServerIsObeyedToTheMillisecondWhateverTheNamespace(int status) { // F30
        for (String namespace : new String[] {Namespaces.TYPES, Namespaces.ERRORS, "urn:other", ""}) {
            String xml = "<MessageXml xmlns=\"" + namespace
                    + "\"><Value Name=\"Policy\">p</Value><Value Name=\"BackOffMilliseconds\">9371</Value></MessageXml>";
            assertThrottled(EwsAnswers.fault(status, "ErrorServerBusy", xml), Optional.of(Duration.ofMillis(9371)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-5", "soon", "99999999999999999999"})
    void aWaitThatCannotBeObeyedCountsAsNone(String value) { // F20, F30
        assertThrottled(
                EwsAnswers.fault(
                        500,
                        "ErrorServerBusy",
                        "<MessageXml><Value Name=\"BackOffMilliseconds\">" + value + "</Value></MessageXml>"),
                Optional.empty());
    }

    @Test
    void aBusyResponseMessageIsObeyedAsWell() { // F30
        assertThrottled(
                EwsAnswers.xml(EwsAnswers.response(
                        "SyncFolderItems",
                        EwsAnswers.error("SyncFolderItems", "ErrorServerBusy", EwsAnswers.backOff("40")))),
                Optional.of(Duration.ofMillis(40)));
        assertThrottled(
                EwsAnswers.xml(EwsAnswers.response(
                        "SyncFolderItems", EwsAnswers.error("SyncFolderItems", "ErrorTooManyObjectsOpened"))),
                Optional.empty());
    }

    @Test
    void aBusyServerHiddenInAnInternalErrorIsFound() { // F30
        assertThrottled(
                EwsAnswers.fault(
                        500,
                        "ErrorInternalServerError",
                        "<MessageXml><Value Name=\"InnerErrorResponseCode\">ErrorServerBusy</Value></MessageXml>"),
                Optional.empty());
        assertThrottled(
                EwsAnswers.xml(EwsAnswers.response(
                        "SyncFolderItems",
                        EwsAnswers.error("SyncFolderItems", "ErrorInternalServerError")
                                .replace("It did not work.", "Inner: ErrorServerBusy"))),
                Optional.empty());
    }

    private void assertThrottled(ScriptedHttpServer.Answer answer, Optional<Duration> wait) {
        ews.server.then(answer);
        assertThatThrownBy(this::page)
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(wait));
        ews.clock.advance(MailboxGates.LONGEST_WAIT);
    }

    @ParameterizedTest
    @CsvSource({
        "ErrorMailboxMoveInProgress, MailSourceUnavailableException",
        "ErrorMailboxStoreUnavailable, MailSourceUnavailableException",
        "ErrorInternalServerError, MailSourceUnavailableException",
        "ErrorSomethingNew, MailSourceUnavailableException",
        "ErrorAccessDenied, ConsentRequiredException",
        "ErrorImpersonateUserDenied, ConsentRequiredException",
        "ErrorNonExistentMailbox, MailboxBlockedException",
        "ErrorAccountDisabled, MailboxBlockedException",
        "ErrorInvalidLicense, MailboxBlockedException",
        "ErrorInvalidSyncStateData, CursorLostException",
        "ErrorSchemaValidation, MalformedAnswerException"
    })
    void everyCodeHasOneMeaningInFaultsAndInResponseMessages(String code, String exception) {
        ews.server.then(EwsAnswers.fault(500, code, ""));
        ews.server.then(EwsAnswers.fault(200, code, ""));
        ews.server.then(
                EwsAnswers.xml(EwsAnswers.response("SyncFolderItems", EwsAnswers.error("SyncFolderItems", code))));
        for (int i = 0; i < 3; i++) {
            Throwable thrown = catchThrowable(this::page);
            assertThat(thrown.getClass().getSimpleName()).isEqualTo(exception);
            assertThat(thrown).hasMessageContaining(code).hasMessageContaining("request-id");
        }
    }

    @Test
    void aMissingMailboxComesWithItsRemedy() {
        ews.server.then(EwsAnswers.fault(500, "ErrorNonExistentMailbox", ""));

        assertThatThrownBy(this::page)
                .isInstanceOfSatisfying(
                        MailboxBlockedException.class,
                        e -> assertThat(e.remedy()).contains("licence", "on-premises"));
    }

    @Test
    void aRefusedTokenIsReplacedOnce() { // F29
        ews.server.then(unauthorized());
        ews.server.then(EwsAnswers.xml(EwsAnswers.changes("S", true)));

        page();

        assertThat(ews.tokens.refused).extracting(token -> token.value()).containsExactly("token-0");
        assertThat(ews.server.asked().get(1).header("Authorization")).isEqualTo("Bearer token-1");
    }

    @Test
    void aTokenRefusedTwiceNeedsAPersonAndIsNoRetryLoop() { // F29
        ews.server.otherwise(unauthorized());

        assertThatThrownBy(this::page)
                .isInstanceOf(ConsentRequiredException.class)
                .hasMessageContaining("2000003 invalid_resource")
                .hasMessageNotContaining("token-");
        assertThat(ews.server.asked()).hasSize(2);
    }

    @Test
    void aRefusalWithoutAnyReasonIsTriedLater() { // F29
        ews.server.otherwise(ScriptedHttpServer.status(401, "text/plain", ""));

        assertThatThrownBy(this::page).isInstanceOf(MailSourceUnavailableException.class);
    }

    private static ScriptedHttpServer.Answer unauthorized() {
        return ScriptedHttpServer.status(
                401,
                "text/plain",
                "",
                "WWW-Authenticate",
                "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\", error=\"invalid_token\"",
                "x-ms-diagnostics",
                "2000003;reason=\"The audience claim value is invalid\";error_category=\"invalid_resource\"");
    }

    @ParameterizedTest
    @CsvSource({
        "X-EWS-Policy-Reason, EWS is disabled for this user or tenant, -EwsEnabled",
        "x-ews-policy-reason, ews is BLOCKED by policy for this user or tenant (new words), EwsAllowedAppIDs"
    })
    void ewsSwitchedOffIsOneClearState(String header, String reason, String remedy) { // F33
        ews.server.otherwise(ScriptedHttpServer.status(403, "text/html", "<html>anything</html>", header, reason));

        assertThatThrownBy(this::page)
                .isInstanceOfSatisfying(MailboxBlockedException.class, e -> {
                    assertThat(e.remedy()).contains(remedy, "protocol graph");
                    assertThat(e.isPolicy()).isTrue();
                })
                .hasMessageContaining("EWS is switched off")
                .hasMessageContaining(reason);
        assertThat(ews.server.asked()).hasSize(1);
    }

    @Test
    void undocumentedPolicyStopsTheMailboxButProvesNothing() { // F33
        ews.server.otherwise(ScriptedHttpServer.status(403, "text/html", "", "X-EWS-Policy-Reason", "Try tomorrow"));

        assertThatThrownBy(this::page)
                .isInstanceOfSatisfying(
                        MailboxBlockedException.class,
                        e -> assertThat(e.isPolicy()).isFalse());
    }

    @ParameterizedTest
    @CsvSource({
        "302, MailSourceUnavailableException",
        "403, ConsentRequiredException",
        "404, MailSourceUnavailableException",
        "400, MalformedAnswerException",
        "413, MalformedAnswerException",
        "429, ThrottledException",
        "456, MailboxBlockedException",
        "500, MailSourceUnavailableException",
        "502, MailSourceUnavailableException",
        "503, MailSourceUnavailableException",
        "504, MailSourceUnavailableException"
    })
    void everyStatusHasOneMeaning(int status, String exception) { // F21
        ews.server.then(ScriptedHttpServer.status(status, "text/html", "<html>canary</html>"));

        Throwable thrown = catchThrowable(this::page);

        assertThat(thrown.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(thrown).hasMessageContaining("" + status).hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @CsvSource({"429, 120, 120", "503, 120, 120", "503, 'Tue, 24 Nov 2026 08:01:00 GMT', 60"})
    void retryAfterIsObeyed(int status, String header, long seconds) { // F20
        assertThrottled(
                ScriptedHttpServer.status(status, "text/plain", "", "Retry-After", header),
                Optional.of(Duration.ofSeconds(seconds)));
    }

    @Test
    void aRedirectIsNotFollowedAndTheTokenStaysHere() { // S18, S44
        try (ScriptedHttpServer elsewhere = new ScriptedHttpServer()) {
            ews.server.then(ScriptedHttpServer.status(302, "text/plain", "", "Location", elsewhere.url() + "/steal"));

            assertThatThrownBy(this::page).isInstanceOf(MailSourceUnavailableException.class);

            assertThat(elsewhere.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html><body>Sign in</body></html>",
                "not xml",
                "<a/>",
                "<Envelope xmlns=\"https://schemas.xmlsoap.org/soap/envelope/\"/>",
                "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Body/></Envelope>"
            })
    void whatIsNoSoapAnswerIsMalformed(String body) { // F24, F32
        ews.server.then(ScriptedHttpServer.status(200, "text/xml", body));
        ews.server.then(ScriptedHttpServer.status(200, "text/html", body));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::page).isInstanceOf(MalformedAnswerException.class);
        }
    }

    @Test
    void anAnswerToAnotherOperationIsMalformed() { // F32
        ews.server.then(EwsAnswers.xml(EwsAnswers.items(EwsAnswers.item("a"))));

        assertThatThrownBy(this::page).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void aDtdInAnAnswerIsRefusedAtOnceAndFetchesNothing() { // S39, F32
        try (ScriptedHttpServer bait = new ScriptedHttpServer()) {
            ews.server.then(EwsAnswers.xml("<!DOCTYPE x SYSTEM \"" + bait.url() + "/dtd\" [<!ENTITY a \"aaaaaaaaaa\">]>"
                    + "<x>" + "&a;".repeat(100_000) + "</x>"));

            assertTimeout(
                    Duration.ofSeconds(1),
                    () -> assertThatThrownBy(this::page)
                            .isInstanceOf(MalformedAnswerException.class)
                            .hasMessageContaining("DTD"));
            assertThat(bait.asked()).isEmpty();
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() { // F21
        ews.server.close();

        assertThatThrownBy(this::page).isInstanceOf(MailSourceUnavailableException.class);
    }

    @Test
    void compressedAnswersAreReadAndACutOneIsNoPage() { // F23
        ews.server.then(gzip(EwsAnswers.changes("S", true), 0));
        ews.server.then(gzip(EwsAnswers.changes("S", true), 12));

        page();

        assertThat(ews.server.asked().get(0).header("Accept-Encoding")).isEqualTo("gzip");
        assertThatThrownBy(this::page).isInstanceOf(MailSourceException.class);
    }

    private static ScriptedHttpServer.Answer gzip(String body, int cut) {
        return exchange -> {
            byte[] bytes = compressed(body);
            exchange.getResponseHeaders().set("Content-Type", "text/xml");
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, bytes.length - cut);
            exchange.getResponseBody().write(bytes, 0, bytes.length - cut);
        };
    }

    private static byte[] compressed(String body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private void page() {
        ews.source.fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.empty());
    }
}
