package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAttachment;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.ScriptedHttpServer;

/** The operations against the sandbox tenant, which was written apart from them and checks tokens, ids and shapes. */
class GraphSandboxTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SandboxFixture sandbox = new SandboxFixture();

    @AfterEach
    void close() {
        sandbox.close();
    }

    @Test
    void foldersAreFoundByTheirWellKnownNames() throws IOException {
        JsonNode all = ask("listFolders?top=100", Map.of());
        JsonNode inbox = ask("getFolder?folder=inbox&select=id,displayName,totalItemCount", Map.of());

        assertThat(all.path("value").findValuesAsText("id"))
                .contains(inbox.path("id").asText());
        assertThat(inbox.path("totalItemCount").asInt()).isZero();
    }

    @Test
    void messagesAreListedPageByPageUntilNoneIsLeft() throws IOException {
        for (int i = 0; i < 25; i++) {
            sandbox.deliver("Subject " + i, Optional.empty());
        }
        List<String> subjects = new ArrayList<>();
        Map<String, Object> headers = new HashMap<>();
        int pages = 0;
        do {
            Exchange page = exchange("listMessages?folder=inbox&top=10&select=id,subject", headers);
            read(page).path("value").findValuesAsText("subject").forEach(subjects::add);
            headers = page.getMessage().getHeaders();
            pages++;
        } while (headers.containsKey(GraphConstants.NEXT_LINK));

        assertThat(subjects).hasSize(25).doesNotHaveDuplicates();
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void onlyTheUnreadAreListed() throws IOException {
        sandbox.deliver("Unread", Optional.empty());
        SandboxMessage read = sandbox.deliver("Read", Optional.empty());
        sandbox.theirs.setRead(read.number(), true);

        JsonNode unread = ask("listMessages?folder=inbox&filter=isRead eq false", Map.of());

        assertThat(unread.path("value").findValuesAsText("subject")).containsExactly("Unread");
    }

    @Test
    void aMessageIsReadAsJsonAndAsMime() throws IOException {
        String id = sandbox.id(sandbox.deliver("H\u00e9llo", Optional.empty()));

        JsonNode message = ask("getMessage?select=subject,isRead", Map.of(GraphConstants.MESSAGE_ID, id));
        String mime = exchange("getMime", Map.of(GraphConstants.MESSAGE_ID, id))
                .getMessage()
                .getBody(String.class);

        assertThat(message.path("subject").asText()).isEqualTo("H\u00e9llo");
        assertThat(mime).contains("Message-I", "Subject: =?");
    }

    @Test
    void attachmentsAreListedWithoutTheirContent() throws IOException {
        String id = sandbox.id(
                sandbox.deliver("With a file", Optional.of(new ComposedMail.AttachedFile("report.pdf", 5000))));

        JsonNode listed = ask("listAttachments", Map.of(GraphConstants.MESSAGE_ID, id));

        assertThat(listed.at("/value/0/name").asText()).isEqualTo("report.pdf");
        assertThat(listed.at("/value/0").has("contentBytes")).isFalse();
    }

    @Test
    void aDraftGrowsAttachmentsAndIsSent() throws IOException {
        String body = "{\"subject\":\"Offer\",\"body\":{\"contentType\":\"text\",\"content\":\"Hi\"},"
                + "\"toRecipients\":[{\"emailAddress\":{\"address\":\"" + sandbox.ours.address() + "\"}}]}";
        Exchange draft = sandbox.ask("createDraft", body, Map.of());
        Map<String, Object> id = Map.of(
                GraphConstants.MESSAGE_ID, draft.getMessage().getHeader(GraphConstants.MESSAGE_ID, String.class));

        sandbox.ask("addAttachment?name=small.txt&contentType=text/plain", "abc", id);
        byte[] large = new byte[5_000_000];
        new Random(1).nextBytes(large);
        sandbox.ask("addAttachment?name=large.bin", new ByteArrayInputStream(large), id);
        JsonNode listed = ask("listAttachments", id);
        sandbox.ask("sendDraft", null, id);

        assertThat(listed.path("value").findValuesAsText("name")).containsExactlyInAnyOrder("small.txt", "large.bin");
        assertThat(sandbox.theirs.messages(sandbox.theirs.wellKnownFolder("sentitems")))
                .extracting(SandboxMessage::subject)
                .containsExactly("Offer");
    }

    @Test
    void aLargeMimeMessageIsSentWithItsFiles() {
        String own = sandbox.ours.address().value();
        byte[] message = ("To: " + own + "\r\n" + LargeMimeTest.message().replace("a@contoso.example", own))
                .getBytes(StandardCharsets.UTF_8);

        sandbox.ask("sendMime", new ByteArrayInputStream(message), Map.of());

        assertThat(sandbox.theirs.messages(sandbox.theirs.wellKnownFolder("drafts")))
                .isEmpty();
        assertThat(sandbox.theirs.messages(sandbox.theirs.wellKnownFolder("sentitems")))
                .singleElement()
                .satisfies(sent -> {
                    assertThat(sent.subject()).isEqualTo("Gr\u00fc\u00dfe");
                    assertThat(sent.attachments())
                            .extracting(MailAttachment::name)
                            .contains("Gr\u00fc\u00dfe.png", "large file.zip");
                });
    }

    /** The test's message has no recipients. */
    @Test
    void aLargeMessageThatIsRefusedLeavesNoDraft() {
        byte[] message = LargeMimeTest.message().getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> sandbox.ask("sendMime", new ByteArrayInputStream(message), Map.of()))
                .isInstanceOfSatisfying(
                        GraphOperationException.class,
                        refused -> assertThat(refused.code()).isEqualTo("ErrorInvalidRecipients"));

        assertThat(sandbox.theirs.messages(sandbox.theirs.wellKnownFolder("drafts")))
                .isEmpty();
    }

    @Test
    void manyMessagesAreMarkedInBatches() throws IOException {
        List<SandboxMessage> messages = new ArrayList<>();
        ObjectNode body = JSON.createObjectNode();
        for (int i = 0; i < 25; i++) {
            SandboxMessage message = sandbox.deliver("Subject " + i, Optional.empty());
            messages.add(message);
            body.withArray("requests")
                    .addObject()
                    .put("id", "r" + i)
                    .put("method", "PATCH")
                    .put("url", "/me/messages/" + sandbox.id(message))
                    .putObject("body")
                    .put("isRead", true);
        }

        JsonNode answer = read(sandbox.ask("batch", body, Map.of()));

        assertThat(answer.path("responses"))
                .hasSize(25)
                .allSatisfy(
                        response -> assertThat(response.path("status").asInt()).isEqualTo(200));
        assertThat(answer.at("/responses/24/id").asText()).isEqualTo("r24");
        assertThat(messages)
                .allSatisfy(message -> assertThat(sandbox.now(message).isRead()).isTrue());
    }

    @Test
    void changingIdsBecomeImmutableOnes() throws IOException {
        SandboxMessage message = sandbox.deliver("Translated", Optional.empty());

        JsonNode answer = read(sandbox.ask("translateExchangeIds", List.of(message.restId()), Map.of()));

        assertThat(answer.at("/value/0/targetId").asText()).isEqualTo(sandbox.id(message));
    }

    @Test
    void aSubscriptionIsMadeRenewedListedAndEnded() throws IOException {
        try (ScriptedHttpServer receiver = new ScriptedHttpServer().otherwise(GraphSandboxTest::validated)) {
            String wanted = "{\"changeType\":\"created\",\"notificationUrl\":\"" + receiver.url()
                    + "/notify\",\"clientState\":\"s\",\"expirationDateTime\":\"2026-11-25T08:00:00Z\"}";
            Exchange made = sandbox.ask("createSubscription?folder=inbox", wanted, Map.of());
            Map<String, Object> id = Map.of(
                    GraphConstants.SUBSCRIPTION_ID,
                    made.getMessage().getHeader(GraphConstants.SUBSCRIPTION_ID, String.class));

            JsonNode renewed =
                    read(sandbox.ask("renewSubscription", "{\"expirationDateTime\":\"2026-11-26T08:00:00Z\"}", id));
            JsonNode listed = ask("listSubscriptions", Map.of());
            sandbox.ask("deleteSubscription", null, id);

            assertThat(read(made).path("resource").asText()).isEqualTo("me/mailFolders('inbox')/messages");
            assertThat(renewed.path("expirationDateTime").asText()).startsWith("2026-11-26T08:00:00");
            assertThat(listed.path("value")).hasSize(1);
            assertThat(ask("listSubscriptions", Map.of()).path("value")).isEmpty();
        }
    }

    private static void validated(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery().replaceFirst("^validationToken=", "");
        ScriptedHttpServer.status(200, "text/plain", URLDecoder.decode(query, StandardCharsets.UTF_8))
                .to(exchange);
    }

    @Test
    void anAttachmentComesBackByteForByte() throws IOException {
        String id = sandbox.id(
                sandbox.deliver("With a file", Optional.of(new ComposedMail.AttachedFile("report.pdf", 5000))));
        Map<String, Object> message = Map.of(GraphConstants.MESSAGE_ID, id);
        String attachment = ask("listAttachments", message).at("/value/0/id").asText();
        Map<String, Object> both = Map.of(GraphConstants.MESSAGE_ID, id, GraphConstants.ATTACHMENT_ID, attachment);

        JsonNode json = ask("getAttachment", both);
        byte[] content = exchange("getAttachmentContent", both).getMessage().getBody(byte[].class);

        assertThat(content).hasSize(5000).isEqualTo(json.path("contentBytes").binaryValue());
    }

    @Test
    void aMessageIsMarkedMovedCopiedAndDeletedUnderOneId() throws IOException {
        SandboxMessage message = sandbox.deliver("Travelling", Optional.empty());
        Map<String, Object> id = Map.of(GraphConstants.MESSAGE_ID, sandbox.id(message));

        sandbox.ask("updateMessage?isRead=true&flag=flagged&categories=Red", null, id);
        Exchange moved = sandbox.ask("moveMessage?destination=archive", null, id);
        JsonNode copy = read(sandbox.ask("copyMessage?destination=junkemail", null, id));

        assertThat(sandbox.now(message).isRead()).isTrue();
        assertThat(sandbox.now(message).marks().categories()).containsExactly("Red");
        assertThat(moved.getMessage().getHeader(GraphConstants.MESSAGE_ID)).isEqualTo(sandbox.id(message));
        assertThat(copy.path("id").asText()).isNotEmpty().isNotEqualTo(sandbox.id(message));

        sandbox.ask("deleteMessage", null, id);
        assertThat(sandbox.now(message).folder()).isEqualTo(sandbox.theirs.wellKnownFolder("deleteditems"));

        sandbox.ask("permanentDelete", null, id);
        assertThatThrownBy(() -> ask("getMessage", id)).isInstanceOf(GraphOperationException.class);
    }

    @Test
    void foldersAreMadeRenamedAndRemoved() throws IOException {
        Exchange made = sandbox.ask("createFolder?folder=inbox&name=Orders", null, Map.of());
        Map<String, Object> id =
                Map.of(GraphConstants.FOLDER, made.getMessage().getHeader(GraphConstants.FOLDER, String.class));

        JsonNode renamed = read(sandbox.ask("renameFolder?name=Old orders", null, id));
        JsonNode below = ask("listFolders?folder=inbox", Map.of());
        sandbox.ask("deleteFolder", null, id);

        assertThat(renamed.path("displayName").asText()).isEqualTo("Old orders");
        assertThat(below.path("value").findValuesAsText("displayName")).containsExactly("Old orders");
        assertThat(ask("listFolders?folder=inbox", Map.of()).path("value")).isEmpty();
    }

    @Test
    void whatIsGoneIsSaidToBe() {
        SandboxMessage message = sandbox.deliver("Going", Optional.empty());
        String id = sandbox.id(message);
        sandbox.theirs.purge(message.number());

        assertThatThrownBy(() -> ask("getMessage", Map.of(GraphConstants.MESSAGE_ID, id)))
                .isInstanceOfSatisfying(GraphOperationException.class, gone -> {
                    assertThat(gone.status()).isEqualTo(404);
                    assertThat(gone.requestId()).isNotEmpty();
                    assertThat(gone.remedy()).contains("deleted");
                });
    }

    private JsonNode ask(String uri, Map<String, Object> headers) throws IOException {
        return read(exchange(uri, headers));
    }

    private Exchange exchange(String uri, Map<String, Object> headers) {
        return sandbox.ask(uri, null, headers);
    }

    private static JsonNode read(Exchange exchange) throws IOException {
        return JSON.readTree(exchange.getMessage().getBody(String.class));
    }
}
