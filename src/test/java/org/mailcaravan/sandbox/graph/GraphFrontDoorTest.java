package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.sandbox.mail.MailAttachment;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** Errors, throttling, ids, single messages and MIME (rows F20, F28 and F29 of the fault matrix need them). */
class GraphFrontDoorTest {
    private static final String[] IMMUTABLE = {"Prefer", "IdType=\"ImmutableId\""};

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final GraphFixture graph = new GraphFixture(GraphSettings.defaults(), clock);

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void errorsNameTheirCodeAndRepeatTheRequestsIds() {
        Answer missing = graph.get("/v1.0/me/messages/AAMkNonsense=", "client-request-id", "11-22");

        assertThat(missing.status()).isEqualTo(400);
        JsonNode error = missing.json().path("error");
        assertThat(error.path("code").asText()).isEqualTo("ErrorInvalidIdMalformed");
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("innerError").path("date").asText()).isEqualTo("2026-11-24T08:00:00");
        assertThat(missing.header("client-request-id")).contains("11-22");
        assertThat(missing.header("request-id"))
                .contains(error.path("innerError").path("request-id").asText());
    }

    @Test
    void missingBrokenForeignAndExpiredTokensAreRefusedWith401() {
        SandboxUser user = graph.user;
        String exchange = graph.tenant
                .authority()
                .accessToken(
                        user,
                        graph.tenant.directory().demoRegistration(),
                        Permission.EXCHANGE,
                        Set.of(Permission.EWS_ACCESS));

        Answer missing = graph.send(graph.request("/v1.0/me").build());

        assertThat(missing.status()).isEqualTo(401);
        assertThat(missing.code()).isEqualTo("InvalidAuthenticationToken");
        assertThat(missing.header("WWW-Authenticate").orElseThrow()).startsWith("Bearer ");
        assertThat(graph.getAs("garbage", "/v1.0/me").status()).isEqualTo(401);
        assertThat(graph.getAs(exchange, "/v1.0/me")
                        .json()
                        .path("error")
                        .path("message")
                        .asText())
                .contains("Invalid audience");
        graph.tenant.authority().expireAccessTokens(Optional.of(user.objectId()));
        assertThat(graph.get("/v1.0/me").json().path("error").path("message").asText())
                .contains("expired");
    }

    @Test
    void missingScopeIsRefusedWith403() {
        String personOnly = graph.token(graph.user, Permission.USER_READ);
        String mailOnly = graph.token(graph.user, Permission.MAIL_READ);

        assertThat(graph.getAs(personOnly, "/v1.0/me").status()).isEqualTo(200);
        for (String path : List.of("/v1.0/me/mailFolders", "/v1.0/me/messages", GraphFixture.INBOX_DELTA)) {
            Answer refused = graph.getAs(personOnly, path);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.code()).isEqualTo("ErrorAccessDenied");
        }
        assertThat(graph.getAs(mailOnly, "/v1.0/me").code()).isEqualTo("Authorization_RequestDenied");
    }

    @Test
    void anothersMailboxIsDeniedAndAStrangersUnknown() {
        SandboxUser other = graph.tenant.directory().users().get(1);

        assertThat(graph.get("/v1.0/users/" + other.userPrincipalName() + "/messages")
                        .status())
                .isEqualTo(403);
        assertThat(graph.get("/v1.0/users/nobody@caravan.example/messages").code())
                .isEqualTo("ErrorInvalidUser");
        assertThat(graph.get("/v1.0/users/" + graph.user.userPrincipalName() + "/messages")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void moveEndsTheMutableIdAndKeepsTheImmutableOne() {
        SandboxMessage before = graph.deliver("Parcel");
        SandboxMessage after = graph.mailbox
                .move(before.number(), graph.mailbox.wellKnownFolder("archive"))
                .orElseThrow();

        Answer old = message(before.restId());

        assertThat(old.status()).isEqualTo(404);
        assertThat(old.code()).isEqualTo("ErrorItemNotFound");
        assertThat(message(after.restId()).json().path("id").asText()).isEqualTo(after.restId());
        assertThat(message(before.immutableId()).status()).isEqualTo(200);
        assertThat(message(before.immutableId(), IMMUTABLE).json().path("id").asText())
                .isEqualTo(before.immutableId());
        assertThat(message(after.restId().toLowerCase(Locale.ROOT)).code()).isEqualTo("ErrorInvalidIdMalformed");
    }

    @Test
    void purgedMessageIsNotFoundByAnyId() {
        SandboxMessage message = graph.deliver("Parcel");
        graph.mailbox.purge(message.number());

        assertThat(List.of(message.restId(), message.immutableId()))
                .allSatisfy(id -> assertThat(message(id + "/$value").code()).isEqualTo("ErrorItemNotFound"));
    }

    @Test
    void mimeComesChunkedWithoutALengthAndNamesItsMessage() {
        SandboxMessage message = graph.deliver("Parcel");

        Answer mime = message(message.immutableId() + "/$value");

        assertThat(mime.status()).isEqualTo(200);
        assertThat(mime.header("Content-Length")).isEmpty();
        assertThat(mime.header("Transfer-Encoding")).contains("chunked");
        assertThat(mime.header("Content-Type")).contains("text/plain");
        assertThat(mime.raw().body()).contains("X-Sandbox-Message: " + message.number() + "\r\n");
    }

    @Test
    void messageWithOnlyInlineImagesSaysItHasNoAttachmentsAndListsThem() {
        try (GraphFixture seeded = seeded()) {
            SandboxMessage inline = seeded.mailbox.messages().stream()
                    .filter(message -> !message.attachments().isEmpty()
                            && message.attachments().stream().allMatch(MailAttachment::inline))
                    .findFirst()
                    .orElseThrow();
            String path = "/v1.0/me/messages/" + inline.restId();

            assertThat(seeded.get(path).json().path("hasAttachments").asBoolean(true))
                    .isFalse();
            assertThat(seeded.get(path + "/attachments").json().path("value"))
                    .isNotEmpty()
                    .allMatch(attachment -> attachment.path("isInline").asBoolean());
        }
    }

    @Test
    void plainListPagesBySkipAndHonoursTop() {
        graph.deliver(12);

        Answer first = graph.get("/v1.0/me/mailFolders/inbox/messages?$select=subject&$top=7&$count=true");

        assertThat(first.json().path("@odata.count").asInt()).isEqualTo(12);
        assertThat(first.json().path("value")).hasSize(7);
        assertThat(graph.get(first.link()).json().path("value")).hasSize(5);
        assertThat(graph.get("/v1.0/me/messages").json().path("value")).hasSize(10);
        assertThat(graph.get("/v1.0/me/messages?$top=1001").status()).isEqualTo(400);
        assertThat(graph.get("/v1.0/me/messages?$select=sizeInBytes").status()).isEqualTo(400);
    }

    @Test
    void fifthRequestAtOnceForAMailboxIsThrottled() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(4);
        CountDownLatch leave = new CountDownLatch(1);
        graph.tenant.faults().add(Faults.Rule.next(4, "graph:me", exchange -> held(inside, leave)));
        List<CompletableFuture<Answer>> four = Stream.generate(() ->
                        CompletableFuture.supplyAsync(() -> graph.get("/v1.0/me"), task -> new Thread(task).start()))
                .limit(4)
                .toList();
        assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();

        Answer fifth = graph.get("/v1.0/me");
        leave.countDown();

        assertThat(fifth.status()).isEqualTo(429);
        assertThat(fifth.code()).isEqualTo("ApplicationThrottled");
        assertThat(fifth.header("Retry-After")).contains("1");
        assertThat(four).allSatisfy(held -> assertThat(held.join().status()).isEqualTo(200));
        assertThat(graph.get("/v1.0/me").status()).isEqualTo(200);
    }

    @Test
    void everyRequestIsCountedForItsMailboxRefusedOnesToo() {
        graph.tenant.log().reset();
        graph.get("/v1.0/me");
        graph.get(GraphFixture.INBOX_DELTA);
        graph.getAs("garbage", "/v1.0/me");

        assertThat(graph.tenant.log().byKind()).containsEntry("graph:me", 2L).containsEntry("graph:messages/delta", 1L);
        assertThat(graph.tenant.log().byMailbox().get(graph.user.objectId()))
                .containsEntry("graph:me", 1L)
                .containsEntry("graph:messages/delta", 1L);
    }

    private Answer message(String idAndMore, String... headers) {
        return graph.get("/v1.0/me/messages/" + idAndMore, headers);
    }

    private GraphFixture seeded() {
        return new GraphFixture(
                GraphSettings.defaults(),
                SandboxOptions.builder().messages(160).clock(clock).build());
    }

    private static boolean held(CountDownLatch inside, CountDownLatch leave) {
        inside.countDown();
        try {
            return !leave.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
