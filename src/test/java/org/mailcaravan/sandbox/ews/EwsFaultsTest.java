package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.sandbox.ews.EwsClient.ID_ONLY;
import static org.mailcaravan.sandbox.ews.EwsClient.MESSAGES;
import static org.mailcaravan.sandbox.ews.EwsClient.MIME;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** What goes wrong on demand: rows F30, F32, F33 of the reliability sheet are tested with these faults. */
class EwsFaultsTest {
    private static final String INBOX = distinguished("inbox");

    private static EwsTenant sandbox;
    private final SandboxMailbox mailbox = sandbox.newMailbox();
    private final EwsClient client = sandbox.client(mailbox);

    @BeforeAll
    static void start() throws IOException {
        sandbox = EwsTenant.start(EwsSettings.defaults());
    }

    @AfterEach
    void nothingPlannedAnyMore() {
        sandbox.tenant.faults().clear();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    private void next(Faults.Fault fault) {
        sandbox.tenant.faults().add(Faults.Rule.next(1, "ews:", fault));
    }

    @Test
    void busyServerAnswersAFaultWithItsBackOff() {
        next(EwsFaults.busy(297_749));

        EwsClient.Reply reply = client.getFolder("IdOnly", INBOX);
        EwsClient.Reply after = client.getFolder("IdOnly", INBOX);

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.faultCode()).isEqualTo("ErrorServerBusy");
        assertThat(reply.all(TYPES, "Value").get(0).getAttribute("Name")).isEqualTo("BackOffMilliseconds");
        assertThat(reply.one(TYPES, "Value")).isEqualTo("297749");
        assertThat(after.codes()).containsExactly("NoError");
    }

    @Test
    void busyServerMayNameNoBackOff() {
        next(EwsFaults.busy(0));

        EwsClient.Reply reply = client.getFolder("IdOnly", INBOX);

        assertThat(reply.faultCode()).isEqualTo("ErrorServerBusy");
        assertThat(reply.all(TYPES, "MessageXml")).isEmpty();
    }

    @Test
    void oneItemFailsAndStopsTheBatch() {
        String a = sandbox.deliver(mailbox, "a").itemId();
        String b = sandbox.deliver(mailbox, "b").itemId();
        String c = sandbox.deliver(mailbox, "c").itemId();
        next(EwsFaults.itemError("ErrorServerBusy", 1, true, 5000));

        EwsClient.Reply reply = client.getItem(ID_ONLY, a, b, c);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.codes()).containsExactly("NoError", "ErrorServerBusy", "ErrorBatchProcessingStopped");
        assertThat(reply.all(MESSAGES, "GetItemResponseMessage").stream()
                        .map(message -> message.getAttribute("ResponseClass")))
                .containsExactly("Success", "Error", "Warning");
        assertThat(reply.one(TYPES, "Value")).isEqualTo("5000");
    }

    @Test
    void oneItemFailsAndTheOthersGoOn() {
        String a = sandbox.deliver(mailbox, "a").itemId();
        String b = sandbox.deliver(mailbox, "b").itemId();
        next(EwsFaults.itemError("ErrorItemCorrupt", 0, false, 0));

        EwsClient.Reply reply = client.getItem(ID_ONLY, a, b);

        assertThat(reply.codes()).containsExactly("ErrorItemCorrupt", "NoError");
    }

    @Test
    void throttlingMayHideInAnInternalError() {
        next(EwsFaults.itemError("ErrorInternalServerError", 0, false, 4000));

        EwsClient.Reply reply = client.sync(INBOX, "", 10);

        assertThat(reply.codes()).containsExactly("ErrorInternalServerError");
        assertThat(reply.texts(TYPES, "Value")).contains("ErrorServerBusy", "4000");
        assertThat(reply.texts(MESSAGES, "SyncState")).isEmpty();
    }

    @Test
    void xmlIsCutInACompleteHttpAnswer() {
        next(EwsFaults.cutXml(300));

        EwsClient.Reply reply = client.getFolder("Default", INBOX);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).hasSize(300);
        assertThatThrownBy(reply::document).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void connectionIsCutInTheMiddleOfTheMime() {
        String id = sandbox.deliver(mailbox, "cut").itemId();
        next(Faults.cutBody(900));

        assertThatThrownBy(() -> client.getItem(MIME, id)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void answerCarriesADocumentTypeAndFetchingItIsCounted() {
        next(EwsFaults.documentType());

        EwsClient.Reply reply = client.getFolder("Default", INBOX);

        assertThat(reply.text()).contains("<!DOCTYPE ").contains("/EWS/Exchange.asmx/canary.dtd");
        assertThatThrownBy(reply::document).isInstanceOf(IllegalStateException.class);
        assertThat(sandbox.tenant.log().byKind()).doesNotContainKey("ews:dtd-fetch");

        EwsClient.Reply fetched = client.send(
                HttpRequest.newBuilder(sandbox.tenant.server().httpUrl().resolve(EwsHandler.PATH + "/canary.dtd"))
                        .GET());
        assertThat(fetched.status()).isEqualTo(404);
        assertThat(sandbox.tenant.log().byKind()).containsEntry("ews:dtd-fetch", 1L);
    }

    @Test
    void namespacesAreWrong() {
        next(EwsFaults.wrongNamespace());

        EwsClient.Reply reply = client.getFolder("Default", INBOX);

        assertThat(reply.codes()).isEmpty();
        assertThat(reply.text()).contains("https://schemas.microsoft.com/exchange/services/2006/messages");
    }

    @Test
    void mimeEndsWithTheTruncationMark() {
        String id = sandbox.deliver(mailbox, "truncated").itemId();
        next(EwsFaults.truncatedMime(200));

        String mime = client.getItem(MIME, id).one(TYPES, "MimeContent");

        assertThat(new String(Base64.getDecoder().decode(mime), StandardCharsets.US_ASCII))
                .hasSize(200 + "=== Truncated Data ===".length())
                .endsWith("=== Truncated Data ===");
    }

    @Test
    void ewsIsDisabledOrBlockedByPolicy() {
        next(EwsFaults.disabled());
        next(EwsFaults.blockedByPolicy());

        EwsClient.Reply disabled = client.getFolder("IdOnly", INBOX);
        EwsClient.Reply blocked = client.getFolder("IdOnly", INBOX);

        assertThat(disabled.status()).isEqualTo(403);
        assertThat(disabled.header("X-EWS-Policy-Reason")).isEqualTo("EWS is disabled for this user or tenant");
        assertThat(blocked.header("X-EWS-Policy-Reason")).isEqualTo("EWS is blocked by policy for this user or tenant");
    }

    @Test
    void faultsArePlannedByNameOverTheControlApi() throws Exception {
        SandboxMailbox other = sandbox.newMailbox();
        String rule = "{\"fault\":\"unavailable\",\"operation\":\"GetFolder\",\"mailbox\":\""
                + mailbox.userPrincipalName() + "\",\"skip\":1,\"times\":2,\"retryAfterSeconds\":7}";

        assertThat(ControlCall.post(sandbox.tenant, "ews/fault", rule)).isEqualTo(200);

        assertThat(client.getFolder("IdOnly", INBOX).status()).isEqualTo(200);
        assertThat(sandbox.client(other).getFolder("IdOnly", INBOX).status()).isEqualTo(200);
        assertThat(client.sync(INBOX, "", 10).status()).isEqualTo(200);
        EwsClient.Reply refused = client.getFolder("IdOnly", INBOX);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("7");
        assertThat(client.getFolder("IdOnly", INBOX).status()).isEqualTo(503);
        assertThat(client.getFolder("IdOnly", INBOX).status()).isEqualTo(200);
    }

    @Test
    void wrongRulesAreRefused() throws Exception {
        assertThat(ControlCall.post(sandbox.tenant, "ews/fault", "{\"fault\":\"fire\"}"))
                .isEqualTo(400);
        assertThat(ControlCall.post(sandbox.tenant, "ews/fault", "{\"mailbox\":\"nobody\",\"fault\":\"busy\"}"))
                .isEqualTo(400);
        assertThat(ControlCall.post(sandbox.tenant, "ews/fault", "{\"fault\":\"soap-fault\",\"code\":\"<x>\"}"))
                .isEqualTo(400);
    }

    @Test
    void everyNamedFaultExists() {
        for (String name : "busy soap-fault item-error cut-xml document-type wrong-namespace truncated-mime disabled"
                .concat(" blocked-by-policy unavailable")
                .split(" ")) {
            assertThat(EwsFaults.named(name, JsonNodeFactory.instance.objectNode()))
                    .as(name)
                    .isNotNull();
        }
    }
}
