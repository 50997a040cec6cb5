package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.ingest.LedgerBalance;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.ews.EwsFaults;

/**
 * Faults of both protocols while mailboxes are read, each in a mailbox of its own: every message arrives exactly once, and at the end the ledger equation
 * holds with nothing in flight and nothing dead. All journeys run at the same time, as mailboxes do.
 */
final class FaultJourneysTest {
    private static final int MESSAGES = 30;
    private static final String LIST = "graph:messages/delta";
    private static final String CONTENT = "graph:message/$value";
    private static final Map<String, String> NOTHING = Map.of();

    /** A fault that strikes some requests of one kind. */
    enum Journey {
        GRAPH_THROTTLED_WITH_RETRY_AFTER("graph", CONTENT, 5, 2, answer(429, Map.of("Retry-After", "2"))),
        GRAPH_THROTTLED_WITHOUT_RETRY_AFTER("graph", CONTENT, 5, 2, answer(429, NOTHING)),
        GRAPH_LISTING_THROTTLED("graph", LIST, 1, 1, answer(429, Map.of("Retry-After", "1"))),
        GRAPH_UNAVAILABLE("graph", LIST, 0, 2, answer(503, NOTHING)),
        GRAPH_CONTENT_UNAVAILABLE("graph", CONTENT, 3, 3, answer(503, Map.of("Retry-After", "1"))),
        GRAPH_BROKEN_JSON("graph", LIST, 0, 2, garbage()),
        GRAPH_CUT_JSON("graph", LIST, 0, 1, Faults.cutBody(300)),
        GRAPH_CURSOR_GONE("graph", LIST, 4, 1, answer(410, NOTHING)),
        GRAPH_CONTENT_NOT_FOUND_ONCE("graph", CONTENT, 4, 1, answer(404, NOTHING)),
        GRAPH_CUT_MIME("graph", CONTENT, 2, 2, Faults.cutBody(200)),
        GRAPH_HANGS_UP("graph", CONTENT, 2, 1, Faults.hangUp()),
        EWS_BUSY_WITH_BACK_OFF("ews", "ews:GetItem", 0, 1, EwsFaults.busy(1500)),
        EWS_BUSY_WITHOUT_BACK_OFF("ews", "ews:SyncFolderItems", 0, 2, EwsFaults.busy(0)),
        EWS_BUSY_INSIDE_A_BATCH("ews", "ews:GetItem", 0, 1, EwsFaults.itemError("ErrorServerBusy", 3, true, 1000)),
        EWS_CUT_XML("ews", "ews:GetItem", 0, 1, EwsFaults.cutXml(3000)),
        EWS_CUT_LISTING("ews", "ews:SyncFolderItems", 0, 1, EwsFaults.cutXml(900)),
        EWS_SOAP_FAULT("ews", "ews:GetItem", 0, 2, EwsFaults.soapFault("ErrorInternalServerTransientError")),
        EWS_UNAVAILABLE("ews", "ews:GetItem", 0, 1, EwsFaults.unavailable(Optional.of(1L))),
        EWS_SYNC_STATE_INVALID("ews", "ews:SyncFolderItems", 4, 1, EwsFaults.soapFault("ErrorInvalidSyncStateData"));

        private final String protocol;
        private final String kind;
        private final int skip;
        private final int times;
        private final Faults.Fault fault;

        Journey(String protocol, String kind, int skip, int times, Faults.Fault fault) {
            this.protocol = protocol;
            this.kind = kind;
            this.skip = skip;
            this.times = times;
            this.fault = fault;
        }

        private static Faults.Fault answer(int status, Map<String, String> headers) {
            String body = "{\"error\":{\"code\":\"planned\",\"message\":\"planned by the test\"}}";
            return Faults.answer(status, headers, "application/json", body);
        }

        private static Faults.Fault garbage() {
            return Faults.answer(200, NOTHING, "application/json", "{\"value\":[{\"id\":\"AA");
        }

        private SandboxUser user() {
            return journey.user(ordinal() + OTHERS);
        }

        private Faults.Rule rule() {
            return new Faults.Rule(kind, Optional.of(user().objectId()), skip, times, exchange -> {
                STRUCK.merge(this, 1, Integer::sum);
                return fault.strike(exchange);
            });
        }
    }

    /** The first mailboxes belong to the tests that change mail while it is read. */
    private static final int OTHERS = 2;

    /** All journeys are made at the same time; each test waits for its own. */
    private static final Map<Journey, Future<Void>> RUNS = new EnumMap<>(Journey.class);

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final Map<Journey, Integer> STRUCK = new ConcurrentHashMap<>();

    @TempDir
    static Path directory;

    private static JourneyFixture journey;

    @BeforeAll
    static void connectAll() throws Exception {
        journey = JourneyFixture.start(
                directory, new JourneyFixture.Size(0, OTHERS + Journey.values().length), (tenant, settings) -> {
                    settings.put("mail.folders", "inbox,junkemail");
                    return tenant.demoRegistration();
                });
        for (Journey each : Journey.values()) {
            journey.tenant().faults().add(each.rule());
            journey.burst(each.user(), MESSAGES);
            journey.connect(each.user(), each.protocol);
            RUNS.put(each, THREADS.submit(() -> run(each)));
        }
    }

    @ParameterizedTest
    @EnumSource(Journey.class)
    void everyMessageArrivesExactlyOnceAndNewMailAfterIt(Journey faulty) throws Exception {
        RUNS.get(faulty).get(3, TimeUnit.MINUTES);
    }

    private static Void run(Journey faulty) throws Exception {
        journey.awaitDelivered(faulty.user(), MESSAGES);
        journey.burst(faulty.user(), 1);
        journey.awaitDelivered(faulty.user(), MESSAGES + 1);

        await("all planned faults")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(STRUCK.get(faulty)).isEqualTo(faulty.times));
        return null;
    }

    /** F28, F50: moved, deleted and new mail between the listing and the fetch. What is still there arrives, once; nothing stays in flight. */
    @ParameterizedTest
    @CsvSource({"0, graph, graph:message/$value", "1, ews, ews:GetItem"})
    void mailThatMovesWhileItIsReadIsNotLost(int index, String protocol, String contentKind) throws Exception {
        SandboxUser user = journey.user(index);
        List<Long> first = journey.burst(user, 40);
        List<Long> later = new CopyOnWriteArrayList<>();
        CountDownLatch changed = new CountDownLatch(1);
        journey.tenant().faults().add(new Faults.Rule(contentKind, Optional.of(user.objectId()), 0, 1, exchange -> {
            later.addAll(rearrange(user, first));
            changed.countDown();
            return false;
        }));

        journey.connect(user, protocol);

        assertThat(changed.await(60, TimeUnit.SECONDS)).isTrue();
        Set<Long> owed = new TreeSet<>(first.subList(0, 20));
        owed.addAll(first.subList(30, 40));
        owed.addAll(later);
        await("all mail that is still there")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(journey.numbers(user)).containsAll(owed));
        assertThat(journey.numbers(user))
                .doesNotHaveDuplicates()
                .isSubsetOf(Stream.concat(first.stream(), later.stream()).toList());
    }

    /** Moves 20 of 40 messages, deletes 5, purges 5, and delivers 5 more. */
    private static List<Long> rearrange(SandboxUser user, List<Long> numbers) throws IOException {
        String mailbox = user.userPrincipalName();
        try {
            for (long number : numbers.subList(0, 20)) {
                journey.control("mailboxes/move", Map.of("mailbox", mailbox, "number", number, "folder", "junkemail"));
            }
            for (long number : numbers.subList(20, 30)) {
                boolean forGood = number % 2 == 0;
                journey.control("mailboxes/delete", Map.of("mailbox", mailbox, "number", number, "forGood", forGood));
            }
            return journey.burst(user, 5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @AfterAll
    static void theLedgerEquationHoldsForAllOfThem() throws Exception {
        try {
            LedgerBalance balance = journey.awaitSettled();
            assertThat(balance.holds()).as("%s", balance).isTrue();
            assertThat(balance.dead()).as("%s", balance).isZero();
        } finally {
            THREADS.shutdownNow();
            journey.close();
        }
    }
}
