package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.ScriptedHttpServer;

class AutodiscoverTest {
    private static final String QUESTION = "/autodiscover/autodiscover.json/v1.0/kim@example.org?Protocol=EWS";

    private final EwsFixture ews = new EwsFixture();
    private final Autodiscover autodiscover = new Autodiscover(
            URI.create(ews.server.url()), Set.of("mail.example.org", "mail2.example.org:444"), ews.http, ews.clock);

    @AfterEach
    void close() {
        ews.close();
    }

    private static ScriptedHttpServer.Answer found(String url) {
        return ScriptedHttpServer.json("{\"Protocol\":\"EWS\",\"Url\":\"" + url + "\"}");
    }

    private static ScriptedHttpServer.Answer redirect(String to) {
        return ScriptedHttpServer.status(302, "text/plain", "", "Location", to);
    }

    @Test // S44
    void theAddressIsAskedForOnceADayAndWithoutAToken() {
        ews.server.then(found("https://mail.example.org/EWS/Exchange.asmx"));
        ews.server.then(found("https://MAIL.example.org/EWS/Exchange.asmx"));

        URI first = autodiscover.of(ews.mailbox);
        URI again = autodiscover.of(ews.mailbox);
        ews.clock.advance(Autodiscover.KEPT);
        URI nextDay = autodiscover.of(ews.mailbox);

        assertThat(first)
                .hasToString("https://mail.example.org/EWS/Exchange.asmx")
                .isEqualTo(again);
        assertThat(nextDay).hasToString("https://MAIL.example.org/EWS/Exchange.asmx");
        assertThat(ews.server.asked()).hasSize(2).allSatisfy(asked -> {
            assertThat(asked.target()).isEqualTo(QUESTION);
            assertThat(asked.header("Authorization")).isEmpty();
            assertThat(asked.header("User-Agent")).startsWith("Mailcaravan/");
        });
        assertThat(ews.tokens.refused).isEmpty();
    }

    @Test
    void aPortOfItsOwnMustBeAllowedWithTheHost() {
        ews.server.then(found("https://mail2.example.org:444/EWS/Exchange.asmx"));
        ews.server.then(found("https://mail2.example.org/EWS/Exchange.asmx"));

        assertThat(autodiscover.of(ews.mailbox)).hasPort(444);
        autodiscover.forget(ews.mailbox);
        assertThatThrownBy(() -> autodiscover.of(ews.mailbox)).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void whatIsForgottenIsAskedForAgain() {
        ews.server.otherwise(found("https://mail.example.org/EWS/Exchange.asmx"));

        autodiscover.of(ews.mailbox);
        autodiscover.forget(ews.mailbox);
        autodiscover.of(ews.mailbox);

        assertThat(ews.server.asked()).hasSize(2);
    }

    @Test // S44
    void threeRedirectsAreFollowedAndNotAFourth() {
        for (int i = 0; i < 3; i++) {
            ews.server.then(redirect("/step" + i));
        }
        ews.server.then(found("https://mail.example.org/EWS/Exchange.asmx"));
        ews.server.otherwise(redirect("/on-and-on"));

        assertThat(autodiscover.of(ews.mailbox)).hasHost("mail.example.org");
        assertThat(ews.server.asked())
                .extracting(ScriptedHttpServer.Asked::target)
                .containsExactly(QUESTION, "/step0", "/step1", "/step2");

        autodiscover.forget(ews.mailbox);
        assertThatThrownBy(() -> autodiscover.of(ews.mailbox))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("more than 3 times");
        assertThat(ews.server.asked()).hasSize(8);
    }

    /** S42, S44. The first is a host that only looks like the allowed one; nothing is asked there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://mail.example.org.evil.example/EWS/Exchange.asmx",
                "https://mail.example.org@evil.example/EWS/Exchange.asmx",
                "https://kim@mail.example.org/EWS/Exchange.asmx",
                "http://mail.example.org/EWS/Exchange.asmx",
                "ftp://mail.example.org/EWS",
                "https://mail.example.org:8443/EWS/Exchange.asmx",
                "https:/EWS/Exchange.asmx",
                "file:///etc/passwd",
                "https://not a host/",
                "",
            })
    void anAddressThatIsNotAllowedIsNeitherFollowedNorBelieved(String url) {
        ews.server.then(found(url));
        ews.server.then(redirect(url.isEmpty() ? "https:" : url));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> autodiscover.of(ews.mailbox)).isInstanceOf(MalformedAnswerException.class);
        }
        assertThat(ews.server.asked()).hasSize(2);
    }

    @Test
    void aHostThatIsNotAllowedIsNamedWithTheRemedy() {
        ews.server.then(found("https://mail.elsewhere.example/EWS/Exchange.asmx"));

        assertThatThrownBy(() -> autodiscover.of(ews.mailbox))
                .hasMessageContaining("mail.elsewhere.example")
                .hasMessageContaining("autodiscoverHosts");
    }

    @ParameterizedTest
    @CsvSource({
        "404, {\"ErrorCode\":\"UserNotFound\"}, UserNotFound",
        "400, {\"ErrorCode\":\"ProtocolNotSupported\"}, ProtocolNotSupported",
        "401, <html>sign in</html>, HTTP 401"
    })
    void aMailboxThatIsNotKnownIsBlocked(int status, String body, String word) {
        ews.server.then(ScriptedHttpServer.status(status, "application/json", body));

        assertThatThrownBy(() -> autodiscover.of(ews.mailbox))
                .isInstanceOf(MailboxBlockedException.class)
                .hasMessageContaining(word)
                .hasMessageContaining("Check the address");
    }

    @Test
    void aServerThatIsBusyOrBrokenIsAskedLater() {
        ews.server.then(ScriptedHttpServer.status(429, "text/plain", "", "Retry-After", "7"));
        ews.server.then(ScriptedHttpServer.status(502, "text/html", "<html>"));
        ews.server.then(exchange -> {});

        assertThatThrownBy(() -> autodiscover.of(ews.mailbox))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(7)));
        assertThatThrownBy(() -> autodiscover.of(ews.mailbox)).isInstanceOf(MailSourceUnavailableException.class);
        assertThatThrownBy(() -> autodiscover.of(ews.mailbox)).isInstanceOf(MailSourceUnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "{\"Url\":7}", "{\"Url\":", "<html/>"})
    void whatIsNoAnswerIsRefused(String body) {
        ews.server.then(ScriptedHttpServer.json(body));

        assertThatThrownBy(() -> autodiscover.of(ews.mailbox)).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void theComponentAsksForTheAddressAndForgetsItWhenTheMailboxIsElsewhere() {
        try (ProducerFixture producer = new ProducerFixture(
                "https://ews.example.org/EWS/Exchange.asmx", ews.tokens, ews.http, ews.clock, ews.mailbox)) {
            producer.component().setAutodiscover(ews.server.url());
            ews.server.then(found(ews.server.url() + "/one"));
            ews.server.then(EwsAnswers.xml(
                    EwsAnswers.response("DeleteItem", EwsAnswers.error("DeleteItem", "ErrorMailboxMoveInProgress"))));
            ews.server.then(found(ews.server.url() + "/two"));
            ews.server.then(EwsAnswers.xml(EwsAnswers.response("DeleteItem", EwsAnswers.success("DeleteItem", ""))));
            String uri = "deleteMessage/" + ews.mailbox.id() + "?itemId=I1";

            assertThatThrownBy(() -> producer.ask(uri, null, Map.of())).isInstanceOf(EwsOperationException.class);
            producer.ask(uri, null, Map.of());

            assertThat(ews.server.asked())
                    .extracting(ScriptedHttpServer.Asked::target)
                    .containsExactly(QUESTION, "/one", QUESTION, "/two");
        }
    }
}
