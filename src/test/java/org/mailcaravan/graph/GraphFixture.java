package org.mailcaravan.graph;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.SettableClock;

/** A Graph that answers by script, a mailbox, its tokens, and a place for its content. */
final class GraphFixture implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    static final MailFolder INBOX = new MailFolder("AAMkInbox=", "inbox");
    static final String TOKEN_CANARY = "token-canary";

    final ScriptedHttpServer server = new ScriptedHttpServer();
    final SettableClock clock = new SettableClock(NOW);
    final Tokens tokens = new Tokens();
    final HttpGateway http = new HttpGateway(Duration.ofSeconds(2));
    final String root = server.url() + "/v1.0";
    final GraphMailSource source = source(Duration.ofSeconds(10), 1_000_000);
    final Mailbox mailbox = mailbox(List.of("inbox"));

    GraphMailSource source(Duration timeout, long maxMessageBytes) {
        GraphSettings settings = new GraphSettings(URI.create(root), 50, timeout, timeout, maxMessageBytes);
        return new GraphMailSource(settings, tokens, http, clock);
    }

    GraphMailSource source(MessageContent content) {
        Duration timeout = Duration.ofSeconds(10);
        GraphSettings settings = new GraphSettings(URI.create(root), 50, timeout, timeout, 100_000_000, 1000, content);
        return new GraphMailSource(settings, tokens, http, clock);
    }

    static Mailbox mailbox(List<String> folders) {
        return new Mailbox(
                MailboxId.random(),
                new TenantId("11111111-2222-3333-4444-555555555555"),
                "oid",
                new MailboxAddress("anna@contoso.example"),
                CredentialId.random(),
                Protocol.GRAPH,
                Access.OWNER,
                folders,
                Optional.empty());
    }

    static String error(String code) {
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"body-canary\",\"innerError\":{\"date\":\"now\"}}}";
    }

    static ScriptedHttpServer.Answer refused(int status, String code, String... headers) {
        return ScriptedHttpServer.status(status, "application/json", error(code), headers);
    }

    static String row(String id) {
        return "{\"@odata.etag\":\"W/\\\"1\\\"\",\"id\":\"" + id + "\",\"createdDateTime\":\"2026-11-24T07:00:00Z\","
                + "\"receivedDateTime\":\"2026-11-24T07:00:01Z\",\"subject\":\"subject-canary\",\"toRecipients\":[],"
                + "\"hasAttachments\":false,\"isDraft\":false}";
    }

    static String page(String rows, String kind, String link) {
        return "{\"@odata.context\":\"c\",\"value\":[" + rows + "],\"@odata." + kind + "\":\"" + link + "\"}";
    }

    static WantedMessage wanted(String id) {
        return new WantedMessage(
                MessageKey.random(),
                List.of(new MessageAlias(MessageAlias.Kind.GRAPH_IMMUTABLE, id)),
                OptionalLong.empty(),
                Optional.of("{\"id\":\"" + id + "\"}"));
    }

    @Override
    public void close() {
        http.close();
        server.close();
    }

    /** Numbers its tokens; a refused one is replaced by the next. */
    static final class Tokens implements AccessTokens {
        final AtomicInteger number = new AtomicInteger(1);
        final List<Optional<String>> claims = Collections.synchronizedList(new ArrayList<>());
        final List<String> refused = Collections.synchronizedList(new ArrayList<>());

        @Override
        public AccessToken acquire(CredentialId credential, Resource resource) {
            if (resource != Resource.GRAPH) {
                throw new IllegalArgumentException("a token for the wrong resource was asked for");
            }
            return new AccessToken(TOKEN_CANARY + number, NOW.plusSeconds(3600));
        }

        @Override
        public void invalidate(CredentialId credential, Resource resource, AccessToken token, Optional<String> claims) {
            this.claims.add(claims);
            synchronized (refused) {
                if (token.value().equals(TOKEN_CANARY + number)) {
                    number.incrementAndGet();
                    refused.add(token.value());
                }
            }
        }
    }

    /** Keeps what is handed over in memory. */
    static final class Received implements ContentReceiver {
        final Map<MessageKey, String> mime = new ConcurrentHashMap<>();
        final Map<MessageKey, String> json = new ConcurrentHashMap<>();
        final Map<MessageKey, String> listed = new ConcurrentHashMap<>();
        final Map<MessageKey, String> metadata = new ConcurrentHashMap<>();
        final Map<MessageKey, String> vanished = new ConcurrentHashMap<>();
        final Map<MessageKey, String> failed = new ConcurrentHashMap<>();
        final AtomicInteger open = new AtomicInteger();
        volatile Optional<RuntimeException> fullDisk = Optional.empty();

        @Override
        public Optional<String> listed(MessageKey key) {
            return Optional.ofNullable(listed.get(key));
        }

        @Override
        public Content begin(MessageKey key) {
            open.incrementAndGet();
            return new Content() {
                private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                private final ByteArrayOutputStream jsonBytes = new ByteArrayOutputStream();

                @Override
                public OutputStream json() {
                    return jsonBytes;
                }

                @Override
                public OutputStream mime() {
                    return new OutputStream() {
                        @Override
                        public void write(int b) {
                            write(new byte[] {(byte) b}, 0, 1);
                        }

                        @Override
                        public void write(byte[] source, int offset, int length) {
                            fullDisk.ifPresent(e -> {
                                throw e;
                            });
                            bytes.write(source, offset, length);
                        }
                    };
                }

                @Override
                public void complete(String fields) {
                    mime.put(key, bytes.toString(java.nio.charset.StandardCharsets.UTF_8));
                    json.put(key, jsonBytes.toString(java.nio.charset.StandardCharsets.UTF_8));
                    metadata.put(key, fields);
                }

                @Override
                public void close() throws IOException {
                    open.decrementAndGet();
                }
            };
        }

        @Override
        public void vanished(MessageKey key, String evidence) {
            vanished.put(key, evidence);
        }

        @Override
        public void failed(MessageKey key, String reason) {
            failed.put(key, reason);
        }
    }
}
