package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.slf4j.LoggerFactory;

/** S52: with every logger at TRACE, no secret of any connect path or token request is in a log line or in an exception of one. */
@ExtendWith(SharedConnect.class)
class CanaryTest {
    static final ConnectFixture fixture = SharedConnect.fixture();
    final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    final List<ch.qos.logback.core.Appender<ILoggingEvent>> others = new ArrayList<>();
    final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getMDCPropertyMap());
            for (IThrowableProxy at = event.getThrowableProxy(); at != null; at = at.getCause()) {
                lines.add(event.getLoggerName() + " " + at.getClassName() + " " + at.getMessage());
            }
        }
    };
    Level before;

    @BeforeEach
    void listen() {
        fixture.reset();
        before = root.getLevel();
        root.iteratorForAppenders().forEachRemaining(others::add);
        others.forEach(root::detachAppender);
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.TRACE);
    }

    @AfterEach
    void stopListening() {
        root.setLevel(before);
        root.detachAppender(appender);
        others.forEach(root::addAppender);
    }

    @Test
    void noSecretIsLoggedAtAnyLevel() {
        Set<String> canaries = new HashSet<>(Set.of("CANARY", FakeAuthority.LOGIN));
        Browser browser = fixture.browser();
        String link = browser.ticketLink(FakeAuthority.LOGIN, "&protocol=ews");
        canaries.add(link.substring(link.indexOf('=') + 1));
        browser.get(link);

        for (ScriptedHttpServer.Answer answer : List.<ScriptedHttpServer.Answer>of(
                ScriptedHttpServer.status(500, "text/html", "CANARY"),
                ScriptedHttpServer.cut("application/json", "{\"access_token\":\"CANARY"),
                ScriptedHttpServer.json("{\"access_token\":\"CANARY broken"),
                FakeAuthority.error(400, "invalid_grant", 70008))) {
            fixture.authority.tokenScript.add(answer);
            press(browser, link, canaries);
            browser.comeBack();
        }
        press(browser, link, canaries);
        browser.comeBack(Map.of(
                "error", "access_denied", "error_description", "CANARY", "state", browser.authorization.get("state")));
        press(browser, link, canaries);
        fixture.mailboxes.broken = true;
        browser.comeBack();
        fixture.mailboxes.broken = false;
        press(browser, link, canaries);
        fixture.authority.idToken = jwt -> jwt + "CANARY";
        browser.comeBack();
        fixture.authority.idToken = jwt -> jwt;
        press(browser, link, canaries);
        assertThat(browser.comeBack().statusCode()).isEqualTo(303);
        browser.get(PublicAddress.CREATIO_CALLBACK_PATH + "?code=CANARY&code=CANARY");
        browser.rawGet(PublicAddress.CREATIO_CALLBACK_PATH + "?%zz=CANARY");
        browser.get(link, "Authorization", "Bearer CANARY");

        Mailbox mailbox = fixture.mailboxes.only();
        fixture.client.accessTokens().acquire(mailbox.credential(), Resource.GRAPH);
        fixture.clock.advance(java.time.Duration.ofHours(2));
        fixture.authority.tokenScript.add(FakeAuthority.error(400, "invalid_grant", 50173));
        try {
            fixture.client.accessTokens().acquire(mailbox.credential(), Resource.GRAPH);
        } catch (ConsentRequiredException e) {
            assertThat(e.getMessage()).doesNotContain("CANARY");
        }
        for (Map<String, String> call : fixture.authority.tokenCalls()) {
            canaries.addAll(call.values().stream()
                    .filter(value -> OpaqueValues.wellFormed(value))
                    .toList());
        }

        assertThat(lines).as("the logs were on").hasSizeGreaterThan(200);
        for (String canary : canaries) {
            assertThat(lines.stream()
                            .filter(line -> line.contains(canary))
                            .limit(5)
                            .toList())
                    .as("lines with a secret")
                    .isEmpty();
        }
    }

    private static void press(Browser browser, String link, Set<String> canaries) {
        browser.press(link);
        canaries.add(browser.authorization.get("state"));
        canaries.add(browser.authorization.get("nonce"));
        canaries.add(browser.cookie.substring(browser.cookie.indexOf('=') + 1));
    }
}
