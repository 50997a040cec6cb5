package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Who may use EWS and how much: row F34 needs the block, F32 the throttling. */
class EwsPolicyTest {
    private static final String DISABLED = "EWS is disabled for this user or tenant";
    private static final String BLOCKED = "EWS is blocked by policy for this user or tenant";

    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterEach
    void asUsual() throws Exception {
        sandbox.tenant.faults().clear();
        control("ews/policy", "{}");
        control("ews/limits", "{}");
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private static void control(String operation, String json) throws Exception {
        assertThat(ControlCall.post(sandbox.tenant, operation, json)).isEqualTo(200);
    }

    private EwsClient.Reply ask() {
        return client.getFolder("IdOnly", distinguished("inbox"));
    }

    private static String appId() {
        return sandbox.tenant.directory().demoRegistration().clientId();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"enabled": false, "allowedAppIds": ["APP"]} | EWS is disabled for this user or tenant
                    {"enabled": true, "allowedAppIds": ["00000000-0000-0000-0000-000000000000"]} | EWS is blocked by policy for this user or tenant
                    {"enabled": true, "allowedAppIds": []} | EWS is blocked by policy for this user or tenant
                    {"enabled": true, "allowedAppIds": ["APP"]} |
                    {"enabled": true} |
                    {"allowedAppIds": []} |
                    """)
    void organisationDecidesByItsSwitchAndItsList(String policy, String reason) throws Exception {
        control("ews/policy", policy.replace("APP", appId()));

        EwsClient.Reply reply = ask();

        assertThat(reply.status()).isEqualTo(reason == null ? 200 : 403);
        assertThat(reply.header("X-EWS-Policy-Reason")).isEqualTo(reason == null ? "" : reason);
    }

    @Test
    void mailboxMayBeSwitchedOffAlone() throws Exception {
        control("ews/mailbox", "{\"mailbox\": \"" + mailbox.ownerId() + "\", \"enabled\": false}");

        assertThat(ask().header("X-EWS-Policy-Reason")).isEqualTo(DISABLED);
        SandboxMailbox other = sandbox.newMailbox();
        assertThat(sandbox.client(other)
                        .getFolder("IdOnly", distinguished("inbox"))
                        .status())
                .isEqualTo(200);
        control("ews/mailbox", "{\"mailbox\": \"" + mailbox.ownerId() + "\", \"enabled\": null}");
        assertThat(ask().status()).isEqualTo(200);
    }

    @Test
    void userAgentsAreLetInOrKeptOutByTheirNames() throws Exception {
        client.header("User-Agent", "Caravan/1.0 (test)");
        control("ews/policy", "{\"clients\": \"enforce-block-list\", \"agents\": [\"*caravan*\"]}");
        assertThat(ask().header("X-EWS-Policy-Reason")).isEqualTo(BLOCKED);
        control("ews/policy", "{\"clients\": \"enforce-allow-list\", \"agents\": [\"Outlook*\"]}");
        assertThat(ask().header("X-EWS-Policy-Reason")).isEqualTo(BLOCKED);
        control("ews/policy", "{\"clients\": \"enforce-allow-list\", \"agents\": [\"caravan/*\"]}");
        assertThat(ask().status()).isEqualTo(200);
    }

    @Test
    void someAnswersPassWhileTheSettingSpreads() throws Exception {
        control("ews/policy", "{\"enabled\": false, \"passing\": 0.25}");

        assertThat(IntStream.range(0, 8).mapToObj(i -> ask().status()).toList())
                .containsExactly(403, 403, 403, 200, 403, 403, 403, 200);
    }

    @Test
    void spentBudgetIsAFaultWithItsBackOff() throws Exception {
        control("ews/limits", "{\"requests\": 1, \"requestsSeconds\": 30}");

        EwsClient.Reply first = ask();
        sandbox.clock.advance(Duration.ofSeconds(10));
        EwsClient.Reply second = ask();
        sandbox.clock.advance(Duration.ofSeconds(20));
        EwsClient.Reply third = ask();

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.faultCode()).isEqualTo("ErrorServerBusy");
        assertThat(second.one(TYPES, "Value")).isEqualTo("20000");
        assertThat(third.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"response, ErrorServerBusy", "internal, ErrorInternalServerError"})
    void spentBudgetMayBeToldInsideAnAnswer(String busy, String code) throws Exception {
        control("ews/limits", "{\"requests\": 1, \"busy\": \"" + busy + "\"}");
        ask();

        EwsClient.Reply reply = client.getFolder("IdOnly", distinguished("inbox"), distinguished("drafts"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.codes()).isEqualTo(List.of(code, "ErrorBatchProcessingStopped"));
        assertThat(reply.texts(TYPES, "Value")).contains("60000");
    }

    @Test
    void spentBudgetMayBeThatOfTheFrontEnd() throws Exception {
        control("ews/limits", "{\"requests\": 1, \"busy\": \"unavailable\"}");
        ask();

        EwsClient.Reply reply = ask();

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.header("Retry-After")).isEqualTo("61");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoComesBackBeforeTheEndOfABackOffIsCounted(boolean asFault) throws Exception {
        sandbox.tenant
                .faults()
                .add(Faults.Rule.next(
                        1, "ews:", asFault ? EwsFaults.busy(5000) : EwsFaults.unavailable(Optional.of(5L))));
        ask();
        sandbox.clock.advance(Duration.ofMillis(200));
        ask();
        assertThat(early()).as("may have been under way").isZero();
        sandbox.clock.advance(Duration.ofSeconds(1));
        ask();
        assertThat(early()).isEqualTo(1);
        sandbox.clock.advance(Duration.ofSeconds(4));
        ask();
        assertThat(early()).isEqualTo(1);
    }

    private long early() throws Exception {
        return ((Number) ControlCall.get(sandbox.tenant, "ews/throttling").get("early")).longValue();
    }

    @Test
    void throttlingIsToldPerAccount() throws Exception {
        ask();

        Map<String, Object> told = ControlCall.get(sandbox.tenant, "ews/throttling");

        assertThat(told.toString())
                .contains("mailbox=" + mailbox.ownerId())
                .contains("requests=1")
                .contains("throttled=0");
    }

    @Test
    void textsHoldCharactersThatXmlForbids() {
        String id = sandbox.deliver(mailbox, "a subject").itemId();
        sandbox.tenant.faults().add(Faults.Rule.next(1, "ews:GetItem", EwsFaults.controlCharacters()));

        EwsClient.Reply reply = client.getItem("<m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>", id);

        assertThat(reply.text()).contains("&#x0;a subject&#xB;&#x1F;");
    }
}
