package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.ews.EwsFaults;

/** Design section 7 by the sandbox's counters, called in process: what messages read through EWS cost in requests, and how long fresh mail waits behind a backlog. */
class EwsCostsTest extends CostsFixture {
    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));

    private void connect(Optional<Instant> deliverFrom) {
        connect(world.ewsSource(1000), deliverFrom);
    }

    private long requests(String operation) {
        return world.requests(owner, "ews:" + operation);
    }

    /** A thousand at 45 in larger tiers; in each, {@code EwsSandboxTest} has a thousand without a ledger. */
    @Test
    void aThousandMessagesCostAtMostFortyFiveRequests() {
        int messages = LARGER ? 1000 : 400;
        seed(messages);
        connect(Optional.empty());

        readAll();

        assertThat(arrivals).hasSize(messages);
        assertThat(requests("")).isLessThanOrEqualTo(LARGER ? 45 : 22);
    }

    @Test
    void afterThrottlingATimeoutAndABrokenBatchFourHundredCostAtMostFortyFour() { // F30, F32, 110 of a thousand
        seed(400);
        connect(Optional.empty());
        world.tenant.faults().add(faultAfter(3, EwsFaults.busy(20_000)));
        world.tenant.faults().add(faultAfter(6, EwsFaults.soapFault("ErrorTimeoutExpired")));
        world.tenant.faults().add(faultAfter(9, EwsFaults.itemError("ErrorTooManyObjectsOpened", 2, true, 0)));
        world.tenant.faults().add(faultAfter(12, EwsFaults.cutXml(200_000)));

        readAll();

        assertThat(arrivals).hasSize(400);
        assertThat(requests("")).isLessThanOrEqualTo(44);
    }

    private static Faults.Rule faultAfter(int skip, Faults.Fault fault) {
        return new Faults.Rule("ews:GetItem", Optional.empty(), skip, 1, fault);
    }

    @Test
    void freshMailOvertakesABacklog() { // F48
        seed(300);
        connect(Optional.empty());
        perMessage = Duration.ofMillis(100);
        onArrival = () -> {
            if (arrivals.size() == 100) {
                deliver("fresh");
            }
        };

        readAll();

        assertThat(arrivals).hasSize(301);
        int fresh = indexOf("fresh");
        assertThat(fresh).isBetween(100, 290);
        assertThat(Duration.between(arrivals.get(99), arrivals.get(fresh))).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void aSecondRunOverAnUnchangedMailboxDownloadsNothingAndADayCostsOneListing() { // F54
        seed(150);
        connect(Optional.empty());
        readAll();
        long before = requests("");
        long contents = requests("GetItem");

        readAll();
        assertThat(requests("") - before).as("one empty page").isLessThanOrEqualTo(1);
        world.clock.advance(Duration.ofDays(1));
        readAll();

        assertThat(requests("GetItem")).isEqualTo(contents);
        assertThat(requests("FindItem")).isEqualTo(1);
        assertThat(requests("") - before)
                .as("two looks for changes, one look-up of folders, one listing of ids")
                .isLessThanOrEqualTo(4);
        assertThat(arrivals).hasSize(150);
    }

    @Test
    void lostSyncStatesCostNoDownloadAndDeliverNothingTwice() { // F31
        seed(150);
        connect(Optional.empty());
        readAll();
        long contents = requests("GetItem");
        Faults.Fault lost = EwsFaults.itemError("ErrorInvalidSyncStateData", 0, false, 0);
        world.tenant.faults().add(Faults.Rule.next(1, "ews:SyncFolderItems", lost));
        deliver("arrived meanwhile");
        world.clock.advance(POLL);

        readAll();

        assertThat(arrivals).hasSize(151);
        assertThat(requests("GetItem")).isEqualTo(contents + 1);
    }
}
