package org.mailcaravan.sandbox.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.control.ControlFixture.Answer;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** The hands that tests and the demo lay on the tenant's mail. */
class MailboxOperationsTest {
    private final ControlFixture sandbox = new ControlFixture();

    @AfterEach
    void close() {
        sandbox.close();
    }

    @Test
    void sendPutsANewMailWithItsAttachmentIntoTheInbox() throws IOException {
        Answer sent = sandbox.control(
                "mailboxes/send",
                Map.of(
                        "from",
                        "a@example.org",
                        "subject",
                        "Grüße 🚚",
                        "text",
                        "Hi.\n",
                        "attachmentName",
                        "a.bin",
                        "attachmentBytes",
                        1000));

        SandboxMessage message = message(sent);
        ByteArrayOutputStream mime = new ByteArrayOutputStream();
        message.writeMime(mime, 1);
        assertThat(sent.status()).isEqualTo(200);
        assertThat(sent.json().path("folder").asText()).isEqualTo("inbox");
        assertThat(message.subject()).isEqualTo("Grüße 🚚");
        assertThat(message.attachments()).hasSize(1);
        assertThat(mime.toString(StandardCharsets.US_ASCII))
                .contains("X-Sandbox-Message: " + message.number())
                .contains("a@example.org");
    }

    @Test
    void moveReadEditAndDeleteChangeTheMessage() {
        long number = number(sandbox.control("mailboxes/send", Map.of()));
        String mutable = sandbox.mailbox.findMessage(number).orElseThrow().restId();

        Answer moved = sandbox.control("mailboxes/move", Map.of("number", number, "folder", "archive"));
        Answer read = sandbox.control("mailboxes/read", Map.of("number", number));
        sandbox.control("mailboxes/edit", Map.of("number", number, "subject", "New subject"));

        assertThat(moved.json().path("folder").asText()).isEqualTo("archive");
        assertThat(moved.json().path("id").asText()).isNotEqualTo(mutable);
        assertThat(read.json().path("isRead").asBoolean()).isTrue();
        assertThat(message(moved).subject()).isEqualTo("New subject");
        Answer binned = sandbox.control("mailboxes/delete", Map.of("number", number));
        assertThat(binned.json().path("folder").asText()).isEqualTo("deleteditems");
        assertThat(binned.json().path("deleted").asBoolean()).isFalse();
        Answer purged = sandbox.control("mailboxes/delete", Map.of("number", number, "forGood", true));
        assertThat(purged.json().path("deleted").asBoolean()).isTrue();
        assertThat(sandbox.mailbox.findMessage(number)).isEmpty();
    }

    @Test
    void burstDeliversManyAtOnceAndTheListsTellTheTruth() {
        Answer burst = sandbox.control("mailboxes/burst", Map.of("count", 25));
        long first = burst.json().path("numbers").path(0).asLong();
        sandbox.control("mailboxes/delete", Map.of("number", first, "forGood", true));

        JsonNode all = sandbox.answer(sandbox.get("/sandbox/control/mailboxes")).json();
        JsonNode messages =
                sandbox.control("mailboxes/messages", Map.of()).json().path("messages");

        assertThat(burst.json().path("numbers")).hasSize(25);
        assertThat(all.path("mailboxes").path(0).path("messages").asInt()).isEqualTo(24);
        assertThat(all.path("mailboxes").path(0).path("deleted").asInt()).isOne();
        assertThat(messages)
                .hasSize(25)
                .filteredOn(row -> row.path("deleted").asBoolean())
                .hasSize(1);
        assertThat(messages).noneMatch(row -> row.has("subject"));
    }

    @Test
    void folderIsMadeAndTakesMail() {
        Answer folder = sandbox.control("mailboxes/folder", Map.of("name", "Claims"));

        Answer sent = sandbox.control(
                "mailboxes/send", Map.of("folder", folder.json().path("id").asText()));

        assertThat(sent.json().path("folder").asText()).isEqualTo("Claims");
    }

    @Test
    void wrongInputIsRefusedWithItsRemedy() {
        assertThat(refusal("mailboxes/send", Map.of("mailbox", "nobody"))).contains("object id or user principal name");
        assertThat(refusal("mailboxes/send", Map.of("from", "no address"))).contains("someone@example.org");
        assertThat(refusal("mailboxes/send", Map.of("folder", "nowhere"))).contains("well-known name or a folder id");
        assertThat(refusal("mailboxes/send", Map.of("attachmentBytes", 10))).contains("file name");
        assertThat(refusal("mailboxes/burst", Map.of("count", 0))).contains("between 1 and");
        assertThat(refusal("mailboxes/move", Map.of("folder", "archive"))).contains("number is missing");
        assertThat(refusal("mailboxes/read", Map.of("number", 99_999))).contains("No message with this number");
        assertThat(refusal("mailboxes/expire-cursors", Map.of("as", "lost")))
                .contains("gone, not-found or resync-required");
    }

    @Test
    void onlyJsonPostsOfThisMachineChangeAnything() throws IOException {
        HttpRequest.Builder plain = sandbox.request("/sandbox/control/mailboxes/send")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"));

        assertThat(sandbox.send(plain).statusCode()).isEqualTo(405);
        assertThat(sandbox.get("/sandbox/control/mailboxes/send").statusCode()).isEqualTo(405);
        assertThat(sandbox.get("/sandbox/control/nonsense").statusCode()).isEqualTo(404);
        assertThat(statusLineFor("evil.example", "/sandbox/control/mailboxes")).contains(" 403 ");
        assertThat(statusLineFor("evil.example", "/sandbox/")).contains(" 403 ");
        assertThat(sandbox.mailbox.size()).isZero();
    }

    private String statusLineFor(String host, String path) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", sandbox.httpUrl().getPort())) {
            socket.setSoTimeout(20_000);
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private String refusal(String operation, Map<String, Object> input) {
        Answer refused = sandbox.control(operation, input);
        assertThat(refused.status()).isEqualTo(400);
        return refused.error();
    }

    private static long number(Answer answer) {
        return answer.json().path("number").asLong();
    }

    private SandboxMessage message(Answer answer) {
        return sandbox.mailbox.findMessage(number(answer)).orElseThrow();
    }
}
