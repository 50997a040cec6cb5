package org.mailcaravan.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.mailcaravan.ews.EwsMailSource;
import org.mailcaravan.graph.GraphMailSource;
import org.mailcaravan.graph.GraphSettings;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailSource;
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

/**
 * A process with little heap that takes four large messages of four mailboxes at once from Graph or EWS to the content store: one of them compressed, one cut shortly
 * before its end at the first try. Server and client share the heap, so this is more than the bundle itself needs. Prints {@code ok} or what is wrong.
 */
final class LargeMessages {
    private static final int MAILBOXES = 4;
    private static final int MEGABYTE = 1024 * 1024;

    private static final Pattern ITEM = Pattern.compile("ItemId Id=\"(m\\d)\"");

    private final Protocol protocol;
    private final long bytes;
    private final CountDownLatch allUnderWay = new CountDownLatch(MAILBOXES);
    private final AtomicBoolean cutOnce = new AtomicBoolean();

    private LargeMessages(Protocol protocol, long bytes) {
        this.protocol = protocol;
        this.bytes = bytes;
    }

    public static void main(String[] arguments) throws Exception {
        LargeMessages test = new LargeMessages(Protocol.of(arguments[2]), Long.parseLong(arguments[1]) * MEGABYTE);
        System.out.println(test.run(Path.of(arguments[0])));
    }

    private String run(Path directory) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        try (HttpGateway http = new HttpGateway(Duration.ofSeconds(10))) {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            return fetch(source(address, http), new ContentStore(directory, 1), threads);
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private MailSource source(String address, HttpGateway http) {
        Duration timeout = Duration.ofMinutes(10);
        if (protocol == Protocol.EWS) {
            URI url = URI.create(address + "/EWS/Exchange.asmx");
            return new EwsMailSource(url, new OneToken(), http, timeout, Clock.systemUTC());
        }
        GraphSettings settings = new GraphSettings(URI.create(address + "/v1.0"), 100, timeout, timeout, 2 * bytes);
        return new GraphMailSource(settings, new OneToken(), http, Clock.systemUTC());
    }

    private String fetch(MailSource source, ContentStore store, ExecutorService threads) throws Exception {
        List<Future<StoredContent>> fetched = new ArrayList<>();
        for (int i = 0; i < MAILBOXES; i++) {
            String id = "m" + i;
            fetched.add(threads.submit(() -> fetch(source, store, id)));
        }
        String expected = digest();
        for (Future<StoredContent> content : fetched) {
            StoredContent stored = content.get();
            if (stored.size() != bytes || !stored.sha256().equals(expected)) {
                return "other bytes were staged: " + stored.size();
            }
        }
        System.gc();
        long live = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGABYTE;
        return cutOnce.get() ? live > 64 ? live + " MB stay in the heap" : "ok" : "nothing was cut";
    }

    private StoredContent fetch(MailSource source, ContentStore store, String id) {
        Store receiver = new Store(store);
        WantedMessage message = new WantedMessage(
                MessageKey.random(),
                List.of(new MessageAlias(
                        protocol == Protocol.EWS ? MessageAlias.Kind.EWS_ITEM : MessageAlias.Kind.GRAPH_IMMUTABLE, id)),
                OptionalLong.empty(),
                Optional.of("{}"));
        for (int attempt = 0; attempt < 2 && receiver.stored.isEmpty(); attempt++) {
            source.fetchContent(mailbox(), List.of(message), receiver);
        }
        return receiver.stored.orElseThrow();
    }

    private Mailbox mailbox() {
        return new Mailbox(
                MailboxId.random(),
                new TenantId("11111111-2222-3333-4444-555555555555"),
                "oid",
                new MailboxAddress("anna@contoso.example"),
                CredentialId.random(),
                protocol,
                Access.OWNER,
                List.of("inbox"),
                Optional.empty());
    }

    /** Bytes that do not compress to nothing and are the same each time. */
    private static void fill(byte[] block, long at) {
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) ('A' + (at + i) * 31 % 47);
        }
    }

    private String digest() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] block = new byte[MEGABYTE];
        for (long at = 0; at < bytes; at += MEGABYTE) {
            fill(block, at);
            digest.update(block);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (protocol == Protocol.EWS) {
            answerGetItem(exchange);
            return;
        }
        String path = exchange.getRequestURI().getPath();
        if (!path.endsWith("/$value")) {
            byte[] json = "{\"id\":\"I\"}".getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        OutputStream out = body(exchange, path.contains("m1"));
        write(out, path.contains("m2") && cutOnce.compareAndSet(false, true));
        out.close();
    }

    private void answerGetItem(HttpExchange exchange) throws IOException {
        Matcher item = ITEM.matcher(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String id = item.find() ? item.group(1) : "none";
        exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
        OutputStream out = body(exchange, id.equals("m1"));
        out.write(ascii("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\""
                + " xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"><s:Body><m:GetItemResponse>"
                + "<m:ResponseMessages><m:GetItemResponseMessage ResponseClass=\"Success\">"
                + "<m:ResponseCode>NoError</m:ResponseCode><m:Items><t:Message><t:MimeContent>"));
        OutputStream base64 = Base64.getEncoder().wrap(unclosed(out));
        write(base64, id.equals("m2") && cutOnce.compareAndSet(false, true));
        base64.close();
        out.write(ascii("</t:MimeContent><t:ItemId Id=\"" + id + "\"/></t:Message></m:Items>"
                + "</m:GetItemResponseMessage></m:ResponseMessages></m:GetItemResponse></s:Body></s:Envelope>"));
        out.close();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static OutputStream unclosed(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] block, int offset, int length) throws IOException {
                out.write(block, offset, length);
            }

            @Override
            public void close() throws IOException {
                out.flush();
            }
        };
    }

    private static OutputStream body(HttpExchange exchange, boolean compressed) throws IOException {
        if (compressed) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = exchange.getResponseBody();
        return compressed ? new GZIPOutputStream(body) : body;
    }

    private void write(OutputStream out, boolean cut) throws IOException {
        byte[] block = new byte[MEGABYTE];
        for (long at = 0; at < bytes; at += MEGABYTE) {
            if (at == 2 * MEGABYTE) {
                awaitAll();
            }
            if (cut && at + MEGABYTE >= bytes) {
                throw new IOException("planned: the connection breaks");
            }
            fill(block, at);
            out.write(block);
        }
    }

    /** All four are under way before any ends. */
    private void awaitAll() throws IOException {
        allUnderWay.countDown();
        try {
            allUnderWay.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static final class OneToken implements AccessTokens {
        @Override
        public AccessToken acquire(CredentialId credential, Resource resource) {
            return new AccessToken("token", Instant.now().plusSeconds(3600));
        }

        @Override
        public void invalidate(
                CredentialId credential, Resource resource, AccessToken refused, Optional<String> claims) {
            throw new IllegalStateException("no token is refused here");
        }
    }

    /** The content store, as the ledger's receiver uses it. */
    private static final class Store implements ContentReceiver {
        private final ContentStore store;
        private Optional<StoredContent> stored = Optional.empty();

        private Store(ContentStore store) {
            this.store = store;
        }

        @Override
        public Content begin(MessageKey key) {
            ContentStore.Draft draft = store.draft(key, ".eml");
            return new Content() {
                @Override
                public OutputStream mime() {
                    return draft.bytes();
                }

                @Override
                public void complete(String metadata) {
                    stored = Optional.of(draft.keep());
                }

                @Override
                public void close() throws IOException {
                    draft.close();
                }
            };
        }

        @Override
        public void vanished(MessageKey key, String evidence) {
            throw new IllegalStateException(evidence);
        }

        @Override
        public void failed(MessageKey key, String reason) {
            // the cut one: it is fetched again
        }
    }
}
