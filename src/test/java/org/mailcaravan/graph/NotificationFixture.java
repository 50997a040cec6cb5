package org.mailcaravan.graph;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.main.Main;
import org.mailcaravan.ingest.Subscription;
import org.mailcaravan.mailbox.MailboxId;

/** The real route {@code mail-notifications} on a free port, before a database that is a map and can be broken, if not another is given. */
final class NotificationFixture implements AutoCloseable {
    static final String PATH = "/graph/notifications";

    final Map<String, Subscription> stored = new ConcurrentHashMap<>();
    final AtomicInteger queries = new AtomicInteger();
    final Map<MailboxId, AtomicInteger> wakes = new ConcurrentHashMap<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    volatile Runnable database = () -> {};
    final NotificationInbox inbox;

    private final int port = freePort();
    private final Main main = new Main();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    NotificationFixture() {
        inbox = new NotificationInbox(this::find, new Events(), this::wake);
    }

    /** With another database. */
    NotificationFixture(NotificationInbox inbox) {
        this.inbox = inbox;
    }

    NotificationFixture start() {
        main.configure().withRoutesIncludePattern("file:routes/mail-notifications.camel.yaml");
        Properties properties = new Properties();
        properties.put("mail.notifications-path", PATH);
        properties.put("camel.server.enabled", "true");
        properties.put("camel.server.host", "127.0.0.1");
        properties.put("camel.server.port", String.valueOf(port));
        properties.put("camel.server.max-body-size", "1048576");
        main.setOverrideProperties(properties);
        main.bind("mailNotifications", new NotificationHttp(inbox));
        main.bind("mailNotificationHeaders", new NotificationHeaders());
        main.start();
        return this;
    }

    private final class Events implements NotificationInbox.Lifecycle {
        @Override
        public void renewSoon(String subscription) {
            database.run();
            events.add("renew " + subscription);
        }

        @Override
        public void ended(String subscription) {
            database.run();
            events.add("ended " + subscription);
        }
    }

    private List<Subscription> find(Collection<String> ids) {
        database.run();
        queries.incrementAndGet();
        List<Subscription> found = new ArrayList<>();
        ids.forEach(id -> Optional.ofNullable(stored.get(id)).ifPresent(found::add));
        return found;
    }

    private void wake(Collection<MailboxId> ids) {
        if (!ids.isEmpty()) {
            database.run();
        }
        ids.forEach(id -> wakes.computeIfAbsent(id, any -> new AtomicInteger()).incrementAndGet());
    }

    /** Stores a subscription of a new mailbox. */
    Subscription subscribed(String id, String clientState) {
        Subscription subscription = new Subscription(
                MailboxId.random(),
                Subscription.State.ACTIVE,
                Optional.of(id),
                ChangeNotification.hash(clientState),
                Optional.of(Instant.parse("2026-12-01T00:00:00Z")),
                Instant.parse("2026-11-28T00:00:00Z"),
                0,
                Optional.empty());
        stored.put(id, subscription);
        return subscription;
    }

    int wakes(Subscription subscription) {
        return wakes.getOrDefault(subscription.mailbox(), new AtomicInteger()).get();
    }

    void awaitWoken(Subscription subscription) {
        await().atMost(Duration.ofSeconds(20)).until(() -> wakes(subscription) > 0);
    }

    static String notification(String id, String clientState) {
        return "{\"id\":\"n\",\"subscriptionId\":\"" + id
                + "\",\"subscriptionExpirationDateTime\":\"2026-12-01T00:00:00Z\",\"clientState\":\"" + clientState
                + "\",\"changeType\":\"created\",\"resource\":\"Users/u/Messages/m\",\"tenantId\":\"t\","
                + "\"resourceData\":{\"@odata.type\":\"#Microsoft.Graph.Message\",\"id\":\"m\"}}";
    }

    static String lifecycle(String id, String clientState, String event) {
        return "{\"subscriptionId\":\"" + id + "\",\"clientState\":\"" + clientState + "\",\"lifecycleEvent\":\""
                + event + "\"}";
    }

    static String collection(List<String> notifications) {
        return "{\"value\":[" + String.join(",", notifications) + "]}";
    }

    HttpResponse<String> notify(String... notifications) throws IOException, InterruptedException {
        return post("", "application/json; charset=utf-8", collection(List.of(notifications)));
    }

    HttpResponse<String> post(String query, String contentType, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url() + query))
                        .header("Content-Type", contentType)
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get() throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url())).build(), HttpResponse.BodyHandlers.ofString());
    }

    String url() {
        return "http://127.0.0.1:" + port + PATH;
    }

    int port() {
        return port;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        main.stop();
        inbox.close();
    }
}
