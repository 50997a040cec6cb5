package org.mailcaravan.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.ingest.ArrivedMessage;
import org.mailcaravan.ingest.ContentStore;
import org.mailcaravan.ingest.IngestSettings;
import org.mailcaravan.ingest.Ingestion;
import org.mailcaravan.ingest.LedgerBalance;
import org.mailcaravan.ingest.MailHeaders;
import org.mailcaravan.ingest.Polling;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.testing.FreshDatabase;

/** The component between a real ledger (H2, real tasks) and routes. */
class MailDeliveryTest {
    private static final String MIME = "Subject: x\r\n\r\nhello";
    private static final String WHOLE = "{\"subject\":\"hello\",\"body\":{\"content\":\"text\"}}";
    private static final Instant RECEIVED = Instant.parse("2026-11-24T08:00:00Z");

    @TempDir
    Path directory;

    private boolean asJson;
    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final ConcurrentLinkedQueue<String> arriving = new ConcurrentLinkedQueue<>();
    private final List<Map<String, Object>> seen = Collections.synchronizedList(new ArrayList<>());
    private Ingestion ingestion;

    private final Mailbox mailbox = new Mailbox(
            MailboxId.random(),
            new TenantId("11111111-2222-3333-4444-555555555555"),
            "object-1",
            new MailboxAddress("o'../support@caravan.example"),
            CredentialId.random(),
            Protocol.GRAPH,
            Access.OWNER,
            List.of("inbox"),
            Optional.empty());

    @BeforeEach
    void build() {
        ingestion = new Ingestion(
                dataSource,
                new Transactions(dataSource),
                true,
                new ContentStore(directory.resolve("content"), 1),
                new IngestSettings(Polling.every(Duration.ofMillis(200)), Duration.ofDays(7), 4),
                new SplittableRandom(1),
                Clock.systemUTC());
        camel.getRegistry().bind("sinkDispatch", ingestion.sinkDispatch());
        camel.getRegistry().bind("staging", ingestion.staging());
        camel.setStreamCaching(false);
    }

    @AfterEach
    void close() {
        ingestion.close();
        camel.stop();
        dataSource.close();
    }

    /** Starts the routes, then the tasks, and lets the messages arrive; the intake route is "translate, then take over". */
    private void run(RoutesBuilder routes, String... messages) throws Exception {
        camel.addRoutes(routes);
        camel.start();
        MailEvents events = new MailEvents();
        ingestion.mailIntake().register(new OneFolder(), message -> {
            takeOver(events, message);
            return CompletableFuture.completedFuture(null);
        });
        ingestion.mailboxes().save(mailbox);
        arriving.addAll(List.of(messages));
        ingestion.start();
    }

    private void takeOver(MailEvents events, ArrivedMessage message) throws Exception {
        String target = message.metadata().contains("newsletter")
                ? "mail-delivery:filtered?rule=newsletters"
                : "mail-delivery:intake";
        Exchange exchange = camel.createFluentProducerTemplate()
                .to(target)
                .withProcessor(e -> {
                    e.setProperty(MailHeaders.ARRIVED_MESSAGE, message);
                    e.getMessage().setBody(events.toEvent(message));
                })
                .send();
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
    }

    private Processor remember() {
        return exchange -> {
            Map<String, Object> headers = new HashMap<>(exchange.getMessage().getHeaders());
            headers.put("body", exchange.getMessage().getBody(String.class));
            seen.add(headers);
        };
    }

    private static RoutesBuilder routes(ThrowingRoutes definition) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                definition.define(this);
            }
        };
    }

    private interface ThrowingRoutes {
        void define(RouteBuilder builder);
    }

    private LedgerBalance await(LedgerBalance expected) {
        await("the ledger")
                .atMost(Duration.ofSeconds(20))
                .until(() -> ingestion.deliveries().balances().containsValue(expected));
        return expected;
    }

    private static org.awaitility.core.ConditionFactory await(String what) {
        return org.awaitility.Awaitility.await(what).pollInterval(Duration.ofMillis(50));
    }

    @Test
    void deliveredExchangeCarriesTheEventAndItsHeaders() throws Exception {
        run(routes(r -> r.from("mail-delivery:archive").process(remember())), "hello");
        await(new LedgerBalance(1, 1, 0, 0, 0, 0));
        Map<String, Object> headers = seen.get(0);
        JsonNode event = new ObjectMapper().readTree((String) headers.get("body"));
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("type").asText()).isEqualTo("org.mailcaravan.mail.received");
        assertThat(event.path("id").asText()).isEqualTo(headers.get("ce-id"));
        assertThat(event.path("source").asText()).isEqualTo("urn:mailcaravan:mailbox:" + mailbox.id());
        assertThat(Instant.parse(event.path("time").asText())).isEqualTo(RECEIVED);
        JsonNode data = event.path("data");
        assertThat(data.path("subject").asText()).isEqualTo("hello");
        assertThat(data.path("mailbox").path("protocol").asText()).isEqualTo("graph");
        assertThat(data.path("mime").path("size").asInt()).isEqualTo(MIME.length());
        assertThat(data.path("mime").path("sha256").asText())
                .isEqualTo(headers.get(MailDeliveryConstants.CONTENT_SHA256));
        assertThat(headers).containsEntry("ce-redelivered", false);
        assertThat((String) headers.get(MailDeliveryConstants.MAILBOX_NAME))
                .doesNotContain("/")
                .doesNotContain("'"); // S48
    }

    @Test
    void claimCheckGivesTheRawMimeByteForByte() throws Exception {
        run(
                routes(r -> r.from("mail-delivery:archive")
                        .to("mail-delivery:content")
                        .process(remember())),
                "hello");
        await(new LedgerBalance(1, 1, 0, 0, 0, 0));
        assertThat(seen.get(0)).containsEntry("body", MIME);
    }

    @Test
    void messageReadAsJsonSaysSoAndIsClaimedAsJson() throws Exception {
        asJson = true;
        run(
                routes(r -> r.from("mail-delivery:archive")
                        .process(remember())
                        .to("mail-delivery:content?form=json")
                        .process(remember())),
                "hello");
        await(new LedgerBalance(1, 1, 0, 0, 0, 0));
        JsonNode data =
                new ObjectMapper().readTree((String) seen.get(0).get("body")).path("data");
        assertThat(data.has("mime")).isFalse();
        assertThat(data.path("json").path("mediaType").asText()).isEqualTo("application/json");
        assertThat(data.path("json").path("size").asInt()).isEqualTo(WHOLE.length());
        assertThat(seen.get(1))
                .containsEntry("body", WHOLE)
                .containsEntry(MailDeliveryConstants.CONTENT_FORM, "json")
                .containsEntry(
                        MailDeliveryConstants.CONTENT_SHA256,
                        data.path("json").path("sha256").asText());
    }

    @Test
    void mimeThatWasNeverReadPausesTheSinkAndBurnsNoMessage() throws Exception { // F18
        asJson = true;
        run(
                routes(r -> r.from("mail-delivery:archive")
                        .to("mail-delivery:content")
                        .process(remember())),
                "hello");
        await("the sink to pause")
                .atMost(Duration.ofSeconds(20))
                .until(() -> ingestion.deliveries().paused().containsKey("archive"));
        assertThat(ingestion.deliveries().balances().get("archive")).isEqualTo(new LedgerBalance(1, 0, 0, 0, 0, 1));
        assertThat(seen).isEmpty();
    }

    @Test
    void failedExchangeIsOfferedAgainWithTheRedeliveryMark() throws Exception {
        run(
                routes(r -> r.from("mail-delivery:archive").process(remember()).process(e -> {
                    if (seen.size() < 2) {
                        throw new IOException("down");
                    }
                })),
                "hello");
        await(new LedgerBalance(1, 1, 0, 0, 0, 0));
        assertThat(seen).extracting(h -> h.get("ce-redelivered")).containsExactly(false, true);
        assertThat(seen.get(1).get("ce-id")).isEqualTo(seen.get(0).get("ce-id"));
    }

    @Test
    void outcomeHeaderOfARouteConfigurationParksTheMessageAtOnce() throws Exception { // F18
        run(
                routes(r -> {
                    r.onException(IllegalStateException.class)
                            .setHeader(MailDeliveryConstants.OUTCOME, r.constant("permanent"));
                    r.from("mail-delivery:archive").process(e -> {
                        throw new IllegalStateException("422");
                    });
                }),
                "hello");
        await(new LedgerBalance(1, 0, 0, 1, 0, 0));
    }

    @Test
    void filteredMessageReachesNoSinkAndIsAccountedFor() throws Exception {
        run(routes(r -> r.from("mail-delivery:archive").process(remember())), "newsletter", "hello");
        await(new LedgerBalance(2, 1, 1, 0, 0, 0));
        assertThat(seen).hasSize(1);
    }

    @Test
    void settledGetsAMessageOnceEverySinkHasSettledItWithWhatProducersNeed() throws Exception {
        AtomicBoolean down = new AtomicBoolean(true);
        run(
                routes(r -> {
                    r.from("mail-delivery:archive").process(remember());
                    r.from("mail-delivery:picky").process(e -> {
                        if (down.get()) {
                            throw new IOException("down");
                        }
                    });
                    r.from("mail-delivery:settled").process(remember());
                }),
                "hello");
        await("the first sink").atMost(Duration.ofSeconds(20)).until(() -> seen.size() == 1);
        assertThat(ingestion.deliveries().balances().get("settled")).isEqualTo(new LedgerBalance(1, 0, 0, 0, 0, 1));
        down.set(false);
        await("what comes after")
                .atMost(Duration.ofSeconds(20))
                .until(() -> ingestion.deliveries().balances().get("settled").delivered() == 1);
        assertThat(seen).hasSize(2);
        assertThat(seen.get(1))
                .containsEntry(MailDeliveryConstants.SETTLEMENT, "delivered")
                .containsEntry(MailDeliveryConstants.MESSAGE_ID, "hello")
                .containsEntry(MailDeliveryConstants.PROTOCOL, "graph")
                .containsEntry(MailDeliveryConstants.MAILBOX_ID, mailbox.id().toString())
                .containsEntry("body", seen.get(0).get("body"))
                .doesNotContainKey(MailDeliveryConstants.ITEM_ID);
    }

    @Test
    void aSinkLeavesAMessageOutByARuleOfItsOwn() throws Exception {
        run(
                routes(r -> {
                    r.from("mail-delivery:picky").multicast().to("mail-delivery:filtered?rule=too-old");
                    r.from("mail-delivery:settled").process(remember());
                }),
                "hello");
        await(new LedgerBalance(1, 0, 1, 0, 0, 0));
        await(new LedgerBalance(1, 1, 0, 0, 0, 0));
        assertThat(seen)
                .singleElement()
                .satisfies(headers -> assertThat(headers).containsEntry(MailDeliveryConstants.SETTLEMENT, "filtered"));
    }

    @Test
    void aFailureThatLeavesNothingToDoCountsAsDone() throws Exception {
        run(
                routes(r -> {
                    r.onException(IllegalStateException.class)
                            .setHeader(MailDeliveryConstants.OUTCOME, r.constant("done"));
                    r.from("mail-delivery:archive").process(e -> {
                        throw new IllegalStateException("404");
                    });
                }),
                "hello");
        await(new LedgerBalance(1, 1, 0, 0, 0, 0));
    }

    @Test
    void sinksAreIndependentOfEachOther() throws Exception { // F15
        run(
                routes(r -> {
                    r.from("mail-delivery:broken").process(e -> {
                        throw new IOException("down");
                    });
                    r.from("mail-delivery:archive").process(remember());
                }),
                "one",
                "two");
        await("delivery").atMost(Duration.ofSeconds(20)).until(() -> seen.size() == 2);
        await("ledger").atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(ingestion.deliveries().balances().get("archive")).isEqualTo(new LedgerBalance(2, 2, 0, 0, 0, 0));
            assertThat(ingestion.deliveries().balances().get("broken")).isEqualTo(new LedgerBalance(2, 0, 0, 0, 0, 2));
        });
    }

    @Test
    void exchangeHandedToAnotherThreadIsConfirmedWhenItIsDoneThere() throws Exception {
        run(
                routes(r -> {
                    r.from("mail-delivery:archive").to("seda:later?waitForTaskToComplete=Never");
                    r.from("seda:later").process(remember()).process(e -> {
                        if (seen.size() < 2) {
                            throw new IOException("down");
                        }
                    });
                }),
                "hello");
        await(new LedgerBalance(1, 1, 0, 0, 0, 0));
        assertThat(seen).hasSize(2);
    }

    @Test
    void wrongNamesAreRefusedWithTheRemedy() {
        assertThatThrownBy(() -> camel.getEndpoint("mail-delivery:archive").createProducer())
                .hasMessageContaining("mail-delivery:intake");
        assertThatThrownBy(() -> camel.getEndpoint("mail-delivery:intake").createConsumer(e -> {}))
                .hasMessageContaining("cannot name a sink");
        assertThatThrownBy(() -> camel.getEndpoint("mail-delivery:a/b").createConsumer(e -> {}))
                .hasMessageContaining("letters, digits and hyphens");
        assertThatThrownBy(() -> camel.getEndpoint("mail-delivery:filtered").createProducer())
                .hasMessageContaining("?rule=<name>");
        assertThatThrownBy(() -> camel.getEndpoint("mail-delivery:archive?nonsense=1"))
                .hasMessageContaining("nonsense");
    }

    @Test
    void metadataThatIsNoObjectIsRefusedWithoutQuotingIt() {
        MailEvents events = new MailEvents();
        for (String metadata : List.of("CANARY", "[\"CANARY\"]", "")) {
            ArrivedMessage message = new ArrivedMessage(
                    mailbox,
                    org.mailcaravan.mailbox.MessageKey.random(),
                    1,
                    metadata,
                    new org.mailcaravan.ingest.StoredContent("x", 1, "00"));
            assertThatThrownBy(() -> events.toEvent(message))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("CANARY");
        }
    }

    /** Lists each arriving subject once. */
    private final class OneFolder implements MailSource {
        @Override
        public Protocol protocol() {
            return Protocol.GRAPH;
        }

        @Override
        public void probe(Mailbox candidate, AccessToken token) {}

        @Override
        public List<MailFolder> fetchFolders(Mailbox owner) {
            return List.of(new MailFolder("f", "inbox"));
        }

        @Override
        public MailPage fetchPage(Mailbox owner, MailFolder folder, Optional<SyncCursor> cursor) {
            List<ListedMessage> page = new ArrayList<>();
            for (String subject = arriving.poll(); subject != null; subject = arriving.poll()) {
                page.add(new ListedMessage(
                        List.of(new MessageAlias(MessageAlias.Kind.GRAPH_IMMUTABLE, subject)),
                        Optional.of(RECEIVED),
                        OptionalLong.empty(),
                        Optional.of("{\"subject\":\"" + subject + "\",\"receivedDateTime\":\"" + RECEIVED + "\"}")));
            }
            return new MailPage(page, new SyncCursor("c"), true);
        }

        @Override
        public void fetchContent(Mailbox owner, List<WantedMessage> messages, ContentReceiver receiver) {
            for (WantedMessage message : messages) {
                try (ContentReceiver.Content content = receiver.begin(message.key())) {
                    OutputStream target = asJson ? content.json() : content.mime();
                    target.write((asJson ? WHOLE : MIME).getBytes(StandardCharsets.US_ASCII));
                    content.complete(message.metadata().orElseThrow());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
