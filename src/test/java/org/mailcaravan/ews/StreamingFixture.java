package org.mailcaravan.ews;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.ingest.MailboxWatch;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.testing.ScriptedHttpServer;
import org.mailcaravan.testing.SettableClock;

/** A server that streams what the test says over connections that hang until the test ends them, and a hub that hears it. */
final class StreamingFixture implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern ID = Pattern.compile("SubscriptionId>([^<]+)<");

    final ScriptedHttpServer server = new ScriptedHttpServer();
    final HttpGateway http = new HttpGateway(Duration.ofSeconds(5));
    final SettableClock clock = new SettableClock(EwsFixture.NOW);
    final EwsFixture.Tokens tokens = new EwsFixture.Tokens();
    final List<Hanging> connections = new CopyOnWriteArrayList<>();
    final List<MailboxId> woken = Collections.synchronizedList(new ArrayList<>());
    final Set<MailboxId> disconnected = ConcurrentHashMap.newKeySet();
    final StreamingHub hub;
    private int subscriptions;

    StreamingFixture() {
        this(Duration.ofSeconds(30), Duration.ofMillis(10));
    }

    StreamingFixture(Duration silence, Duration pause) {
        EwsMailSource source = new EwsMailSource(
                URI.create(server.url() + "/EWS/Exchange.asmx"), tokens, http, Duration.ofSeconds(10), clock);
        hub = new StreamingHub(
                new StreamingHub.Surroundings(source::client, mailbox -> !disconnected.contains(mailbox.id())),
                new StreamingHub.Times(
                        Duration.ofSeconds(10), silence, Duration.ofMillis(50), Duration.ofMillis(5), pause),
                this::wake,
                new SplittableRandom(1),
                clock);
        server.otherwise(this::answer);
    }

    private void wake(Collection<MailboxId> mailboxes) {
        woken.addAll(mailboxes);
    }

    /** A connection that was asked for, and what it is sent. */
    final class Hanging {
        final ScriptedHttpServer.Asked asked;
        final List<String> subscriptions = new ArrayList<>();
        private final OutputStream out;
        private final CountDownLatch end = new CountDownLatch(1);

        private Hanging(ScriptedHttpServer.Asked asked, OutputStream out) {
            this.asked = asked;
            this.out = out;
            Matcher id = ID.matcher(asked.body());
            while (id.find()) {
                subscriptions.add(id.group(1));
            }
        }

        Hanging sends(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            try {
                for (int at = 0; at < bytes.length; at += 100) {
                    out.write(bytes, at, Math.min(100, bytes.length - at));
                    out.flush();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return this;
        }

        void ends() {
            end.countDown();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        List<ScriptedHttpServer.Asked> all = server.asked();
        ScriptedHttpServer.Asked asked = all.get(all.size() - 1);
        if (asked.body().contains("m:GetStreamingEvents")) {
            hang(exchange, asked);
        } else if (asked.body().contains("m:Subscribe")) {
            subscribe().to(exchange);
        } else {
            EwsAnswers.xml(EwsAnswers.response("Unsubscribe", EwsAnswers.success("Unsubscribe", "")))
                    .to(exchange);
        }
    }

    private ScriptedHttpServer.Answer subscribe() {
        String payload = "<m:SubscriptionId>subscription-" + ++subscriptions + "</m:SubscriptionId>";
        return ScriptedHttpServer.status(
                200,
                "text/xml; charset=utf-8",
                EwsAnswers.response("Subscribe", EwsAnswers.success("Subscribe", payload)),
                "Set-Cookie",
                "X-BackEndOverrideCookie=server~7; path=/; secure; HttpOnly");
    }

    private void hang(HttpExchange exchange, ScriptedHttpServer.Asked asked) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        Hanging connection = new Hanging(asked, exchange.getResponseBody());
        connections.add(connection);
        try {
            connection.end.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    MailboxWatch.Watched keep(Mailbox mailbox) {
        return hub.keep(mailbox, 1);
    }

    static Mailbox mailbox(CredentialId credential, Access access) {
        String name = UUID.randomUUID().toString();
        return new Mailbox(
                MailboxId.random(),
                new TenantId("3b9c1c4e-58c1-4a9e-9f0e-0a4f5b1f2c3d"),
                name,
                new MailboxAddress(name + "@example.org"),
                credential,
                Protocol.EWS,
                access,
                List.of("inbox"),
                Optional.empty());
    }

    static Mailbox owners() {
        return mailbox(CredentialId.random(), Access.OWNER);
    }

    static String alive() {
        return message("<m:ConnectionStatus>OK</m:ConnectionStatus>");
    }

    static String closed() {
        return message("<m:ConnectionStatus>Closed</m:ConnectionStatus>");
    }

    static String event(String subscription, String kind) {
        return message("<m:Notifications><m:Notification><t:SubscriptionId>" + subscription + "</t:SubscriptionId><t:"
                + kind + "><t:TimeStamp>2026-11-24T08:00:00Z</t:TimeStamp><t:ItemId Id=\"i\"/></t:" + kind
                + "></m:Notification></m:Notifications>");
    }

    static String lost(String... subscriptions) {
        StringBuilder ids = new StringBuilder();
        for (String id : subscriptions) {
            ids.append("<m:SubscriptionId>").append(id).append("</m:SubscriptionId>");
        }
        return EwsAnswers.response(
                "GetStreamingEvents",
                EwsAnswers.error(
                        "GetStreamingEvents",
                        "ErrorSubscriptionNotFound",
                        "<m:ErrorSubscriptionIds>" + ids + "</m:ErrorSubscriptionIds>"));
    }

    private static String message(String payload) {
        return EwsAnswers.response("GetStreamingEvents", EwsAnswers.success("GetStreamingEvents", payload));
    }

    long asked(String operation) {
        return server.asked().stream()
                .filter(asked -> asked.body().contains("<m:" + operation + ">")
                        || asked.body().contains("<m:" + operation + " "))
                .count();
    }

    Map<String, Set<String>> anchors() {
        Map<String, Set<String>> anchors = new ConcurrentHashMap<>();
        server.asked()
                .forEach(asked -> anchors.computeIfAbsent(asked.header("X-AnchorMailbox"), a -> new HashSet<>())
                        .add(asked.header("Cookie")));
        return anchors;
    }

    @Override
    public void close() {
        hub.close();
        connections.forEach(Hanging::ends);
        http.close();
        server.close();
    }
}
