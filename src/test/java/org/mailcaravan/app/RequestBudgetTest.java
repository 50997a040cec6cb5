package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.ingest.LedgerBalance;
import org.mailcaravan.sandbox.SandboxUser;

/** Design section 7: what a thousand seeded messages may cost, by the sandbox's counters; connecting and folder look-up included. */
final class RequestBudgetTest {
    private static final int EACH = 1000;
    private static final String CONTENT = "graph:message/$value";

    @TempDir
    static Path directory;

    private static JourneyFixture journey;
    private static SandboxUser byGraph;
    private static SandboxUser byEws;
    private static Map<String, Long> graphCost;
    private static Map<String, Long> ewsCost;

    @BeforeAll
    static void deliverBoth() throws Exception {
        journey = JourneyFixture.start(directory, new JourneyFixture.Size(2 * EACH, 3));
        byGraph = journey.user(0);
        byEws = journey.user(1);
        journey.connect(byEws, "ews");
        journey.awaitDelivered(byEws, EACH);
        ewsCost = journey.requests(byEws);
        journey.connect(byGraph, "graph");
        // when they have been read, not delivered: the bundle looks for new mail every second meanwhile
        graphCost = await("mail of the second mailbox")
                .atMost(Duration.ofSeconds(90))
                .until(() -> journey.requests(byGraph), asked -> asked.getOrDefault(CONTENT, 0L) == EACH);
        journey.awaitDelivered(byGraph, EACH);
    }

    @AfterAll
    static void close() {
        journey.close();
    }

    @Test
    void aThousandMessagesThroughGraphCostAtMost1015Requests() {
        assertThat(sum(graphCost, "graph:")).as("%s", graphCost).isBetween(1L, 1015L);
        assertThat(sum(graphCost, "ews:")).isZero();
    }

    @Test
    void aThousandMessagesThroughEwsCostAtMost45Requests() {
        assertThat(sum(ewsCost, "ews:")).as("%s", ewsCost).isBetween(1L, 45L);
        assertThat(sum(ewsCost, "graph:")).isZero();
    }

    @Test
    void everySeededMessageIsDeliveredOnceAndTheLedgerEquationHolds() {
        LedgerBalance balance = journey.awaitSettled();

        assertThat(balance.holds()).as("%s", balance).isTrue();
        assertThat(balance.delivered()).isEqualTo(2 * EACH);
    }

    @Test
    void anIdleRoundFetchesNoContent() {
        long listings = journey.requests(byGraph, "graph:messages/delta");
        long syncs = journey.requests(byEws, "ews:SyncFolderItems");
        long contents = contents();

        await("two idle rounds").atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(journey.requests(byGraph, "graph:messages/delta")).isGreaterThanOrEqualTo(listings + 2);
            assertThat(journey.requests(byEws, "ews:SyncFolderItems")).isGreaterThanOrEqualTo(syncs + 2);
        });

        assertThat(contents()).isEqualTo(contents);
    }

    private static long contents() {
        return journey.requests(byGraph, "graph:message/") + journey.requests(byEws, "ews:GetItem");
    }

    private static long sum(Map<String, Long> cost, String kindPrefix) {
        return cost.entrySet().stream()
                .filter(kind -> kind.getKey().startsWith(kindPrefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
