package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.sandbox.mail.SeedMail;
import org.mailcaravan.sandbox.mail.SeedOptions;
import org.mailcaravan.testing.SettableClock;

/** Attachments of every kind, read, added small, and uploaded in pieces. */
class GraphAttachmentTest {
    private static final int FOUR_MB = 4 * 1024 * 1024;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final GraphFixture graph = new GraphFixture(GraphSettings.defaults().withoutQuirks(), clock);

    @AfterEach
    void close() {
        graph.close();
    }

    /** A draft with a file, an attached message and a link. */
    private String draft() {
        Answer made = graph.write("POST", "/v1.0/me/messages", """
                {"subject":"With attachments","attachments":[
                 {"@odata.type":"#microsoft.graph.fileAttachment","name":"a.bin","contentType":"application/x-a",
                  "contentBytes":"AAEC/w==","isInline":true,"contentId":"a1"},
                 {"@odata.type":"#microsoft.graph.itemAttachment","name":"inner","item":
                  {"@odata.type":"#microsoft.graph.message","subject":"Inside",
                   "body":{"contentType":"html","content":"<b>deep</b>"}}},
                 {"@odata.type":"#microsoft.graph.referenceAttachment","name":"link"}]}""");
        assertThat(made.status()).as(made.raw().body()).isEqualTo(201);
        return "/v1.0/me/messages/" + made.json().path("id").asText();
    }

    private String attachment(String draft, int index) {
        return draft
                + "/attachments/"
                + graph.get(draft + "/attachments")
                        .json()
                        .path("value")
                        .path(index)
                        .path("id")
                        .asText();
    }

    private SandboxMessage message(String draft) {
        return graph.mailbox
                .findMessage(draft.substring(draft.lastIndexOf('/') + 1))
                .orElseThrow();
    }

    @Test
    void aFileIsReadAsJsonAndAsBytes() {
        String file = attachment(draft(), 0);

        JsonNode json = graph.get(file).json();
        Answer value = graph.get(file + "/$value");

        assertThat(json.path("@odata.type").asText()).isEqualTo("#microsoft.graph.fileAttachment");
        assertThat(json.path("contentBytes").asText()).isEqualTo("AAEC/w==");
        assertThat(json.path("contentId").asText()).isEqualTo("a1");
        assertThat(json.path("isInline").asBoolean()).isTrue();
        assertThat(value.header("Content-Type")).contains("application/x-a");
        assertThat(value.raw().body()).startsWith("\u0000\u0001\u0002");
        assertThat(graph.get(file + "?$select=name").json().has("contentBytes")).isFalse();
    }

    @Test
    void theLargestSeededFileComesWholeInEveryWay() throws IOException {
        SeedMail.fill(graph.mailbox, SeedOptions.of(1, 1, clock.instant()));
        String id = graph.mailbox.messages().iterator().next().restId();
        String attachments = "/v1.0/me/messages/" + id + "/attachments";
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        graph.mailbox
                .messages()
                .iterator()
                .next()
                .content()
                .file(0)
                .orElseThrow()
                .writeTo(whole);

        String listed = graph.get(attachments).raw().body();
        String batched =
                graph.write("POST", "/v1.0/$batch", """
                {"requests":[{"id":"1","method":"GET","url":"/me/messages/%s/attachments"}]}""".formatted(id)).raw().body();

        assertThat(whole.size()).isGreaterThan(18_000_000);
        assertThat(contentBytes(listed)).isEqualTo(whole.toByteArray());
        assertThat(contentBytes(batched)).isEqualTo(whole.toByteArray());
    }

    @Test
    void anAttachedMessageIsExpandedOrMime() {
        String item = attachment(draft(), 1);

        JsonNode expanded =
                graph.get(item + "?$expand=microsoft.graph.itemAttachment/item").json();
        Answer mime = graph.get(item + "/$value");

        assertThat(expanded.path("item").path("subject").asText()).isEqualTo("Inside");
        assertThat(expanded.path("item").path("body").path("content").asText()).contains("deep");
        assertThat(graph.get(item).json().has("item")).isFalse();
        assertThat(mime.raw().body()).contains("Subject: Inside").doesNotContain("X-Sandbox-Message");
    }

    @Test
    void aReferenceHasNoContent() {
        String draft = draft();
        String link = attachment(draft, 2);

        assertThat(graph.get(link).json().path("@odata.type").asText())
                .isEqualTo("#microsoft.graph.referenceAttachment");
        assertThat(graph.get(link + "/$value").status()).isEqualTo(405);
        assertThat(graph.get(draft + "/attachments/nothing").status()).isEqualTo(404);
    }

    @Test
    void smallOnesAreAddedToADraftAndLargeOnesRefused() {
        String draft = draft();
        String file = "{\"@odata.type\":\"#microsoft.graph.fileAttachment\",\"name\":\"b\",\"contentBytes\":\"";
        String over3Mb = Base64.getEncoder().encodeToString(new byte[3 * 1024 * 1024 + 1]);

        Answer added = graph.write("POST", draft + "/attachments", file + "Qg==\"}");

        assertThat(added.status()).isEqualTo(201);
        assertThat(added.json().path("name").asText()).isEqualTo("b");
        assertThat(message(draft).attachments()).hasSize(4);
        assertThat(graph.write("POST", draft + "/attachments", file + over3Mb + "\"}")
                        .status())
                .isEqualTo(413);
        SandboxMessage received = graph.deliver("Parcel");
        assertThat(graph.write("POST", "/v1.0/me/messages/" + received.restId() + "/attachments", file + "Qg==\"}")
                        .code())
                .isEqualTo("ErrorInvalidOperation");
    }

    private static byte[] contentBytes(String json) {
        String name = "\"contentBytes\":\"";
        int start = json.indexOf(name) + name.length();
        return Base64.getDecoder().decode(json.substring(start, json.indexOf('"', start)));
    }

    private Answer session(String draft, long size) {
        return graph.write("POST", draft + "/attachments/createUploadSession", """
                {"AttachmentItem":{"attachmentType":"file","name":"large.bin","size":%d}}""".formatted(size));
    }

    private Answer put(String url, byte[] all, int from, int to, String... headers) {
        HttpRequest.Builder request = graph.request(url)
                .header("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + all.length)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(Arrays.copyOfRange(all, from, to)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return graph.send(request.build());
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int at = 0; at < size; at++) {
            bytes[at] = (byte) (at * 31 + at / 251);
        }
        return bytes;
    }

    @Test
    void aLargeFileGoesUpInPiecesInOrder() throws IOException {
        String draft = draft();
        byte[] all = bytes(FOUR_MB + 1000);
        Answer opened = session(draft, all.length);
        String url = opened.json().path("uploadUrl").asText();

        Answer first = put(url, all, 0, FOUR_MB);
        Answer again = put(url, all, 0, FOUR_MB);
        Answer last = put(url, all, FOUR_MB, all.length);

        assertThat(opened.status()).isEqualTo(201);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.json().path("nextExpectedRanges").path(0).asText()).isEqualTo(FOUR_MB + "-");
        assertThat(again.status()).isEqualTo(416);
        assertThat(last.status()).isEqualTo(201);
        assertThat(last.header("Location").orElseThrow()).contains("/Attachments('");
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        message(draft).content().file(3).orElseThrow().writeTo(kept);
        assertThat(kept.toByteArray()).isEqualTo(all);
        assertThat(put(url, all, 0, 10).status()).isEqualTo(404);
        assertThat(graph.tenant.log().byMailbox().get(graph.user.objectId())).containsEntry("graph:upload", 3L);
    }

    @Test
    void piecesThatDoNotFitAndTokensAreRefused() {
        String draft = draft();
        byte[] all = bytes(FOUR_MB + 2);
        String url = session(draft, all.length).json().path("uploadUrl").asText();

        assertThat(put(url, all, 0, FOUR_MB + 1).status()).isEqualTo(413);
        assertThat(put(url, all, 0, 10, "Authorization", "Bearer " + graph.token())
                        .status())
                .isEqualTo(401);
        assertThat(put(url, bytes(10), 0, 10).status()).isEqualTo(400);
        assertThat(put(url.replaceFirst("authtoken=.", "authtoken="), all, 0, 10)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aSessionEndsByCancelOrAfterADay() {
        String draft = draft();
        String url = session(draft, FOUR_MB).json().path("uploadUrl").asText();
        String cancelled = session(draft, FOUR_MB).json().path("uploadUrl").asText();

        Answer deleted = graph.send(graph.request(cancelled).DELETE().build());
        clock.advance(Duration.ofHours(23));
        Answer open = graph.send(graph.request(url).build());
        clock.advance(Duration.ofHours(1));

        assertThat(deleted.status()).isEqualTo(204);
        assertThat(graph.send(graph.request(cancelled).build()).status()).isEqualTo(404);
        assertThat(open.json().path("nextExpectedRanges").path(0).asText()).isEqualTo("0-");
        assertThat(graph.send(graph.request(url).build()).status()).isEqualTo(404);
    }

    @Test
    void sessionsAreForThreeTo150Megabytes() {
        String draft = draft();

        assertThat(session(draft, 1000).code()).isEqualTo("ErrorAttachmentSizeShouldNotBeLessThanMinimumSize");
        assertThat(session(draft, 151L * 1024 * 1024).code()).isEqualTo("ErrorAttachmentSizeLimitExceeded");
    }
}
