package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mailcaravan.graph.MessageContent;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.sandbox.mail.SeedMail;
import org.mailcaravan.sandbox.mail.SeedOptions;

/** Design section 7 by the sandbox's counters, called in process: what messages cost in requests, and how long fresh mail waits while a backlog is read. */
class GraphCostsTest extends CostsFixture {
    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));

    private void connect(MessageContent content, Optional<Instant> deliverFrom) {
        connect(world.source(true, 100, 1000, content), deliverFrom);
    }

    private long requests() {
        return world.requests(owner, "graph:");
    }

    private static boolean hasAttachments(SandboxMessage message) {
        return message.hasAttachments()
                || message.body().html().filter(html -> html.contains("cid:")).isPresent();
    }

    @Test
    void aThousandMessagesAsJsonCostFifteenRequestsAndOnePerMessageWithAttachments() {
        seed(1000);
        long attached = sandbox.messages().stream()
                .filter(GraphCostsTest::hasAttachments)
                .count();
        long items = sandbox.messages().stream()
                .flatMap(message -> message.attachments().stream())
                .filter(attachment -> attachment.isItem())
                .count();
        connect(MessageContent.JSON, Optional.empty());

        readAll();

        assertThat(arrivals).hasSize(1000);
        assertThat(attached).isBetween(1L, 900L);
        assertThat(requests()).isLessThanOrEqualTo(15 + attached + items);
        assertThat(world.requests(owner, "graph:message/$value")).isZero();
    }

    @Test
    void theLargestMessageAsJsonCostsAListOfItsAttachmentsAndOneDownload() {
        SeedMail.fill(sandbox, SeedOptions.of(1, 1, world.clock.instant().minus(Duration.ofDays(2))));
        connect(MessageContent.JSON, Optional.empty());

        readAll();

        assertThat(arrivals).hasSize(1);
        assertThat(world.requests(owner, "graph:attachment"))
                .as("the answer with all of it is given up, then list and bytes")
                .isLessThanOrEqualTo(3);
        assertThat(world.deliveries.balances().get("files").discovered()).isEqualTo(1);
    }

    @Test
    void aBacklogCostsFivePercentBeyondItsDownloadsAndFreshMailOvertakesIt() { // F48
        int backlog = LARGER ? 10_000 : 1500;
        seed(backlog);
        connect(MessageContent.MIME, Optional.empty());
        perMessage = Duration.ofMillis(100);
        onArrival = () -> {
            if (arrivals.size() == 500) {
                deliver("fresh");
            }
        };

        readAll();

        assertThat(arrivals).hasSize(backlog + 1);
        assertThat(requests()).isLessThanOrEqualTo((long) (1.05 * (backlog + 1)));
        int fresh = indexOf("fresh");
        assertThat(fresh).isBetween(500, 1200);
        assertThat(Duration.between(arrivals.get(499), arrivals.get(fresh))).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void aLargeMailboxThatStartsNowCostsOneRequestPerThousandMessages() {
        seed(3000);
        connect(MessageContent.MIME, Optional.of(world.clock.instant()));

        readAll();

        assertThat(arrivals).isEmpty();
        assertThat(requests()).as("look-up, delta, four pages of ids").isLessThanOrEqualTo(8);
        assertThat(world.deliveries.balances().get("files")).isEqualTo(new LedgerBalance(3000, 0, 3000, 0, 0, 0));
    }

    @Test
    void aSecondRunOverAnUnchangedMailboxDownloadsNothingAndADayCostsOneListing() { // F54
        seed(300);
        connect(MessageContent.MIME, Optional.empty());
        readAll();
        long before = requests();
        long contents = world.requests(owner, "graph:message/");

        readAll();
        assertThat(requests() - before).as("one empty page").isLessThanOrEqualTo(2);
        world.clock.advance(Duration.ofDays(1));
        readAll();

        assertThat(world.requests(owner, "graph:message/")).isEqualTo(contents);
        assertThat(requests() - before)
                .as("folder look-up, two looks for changes, one listing of ids")
                .isLessThanOrEqualTo(6);
        assertThat(arrivals).hasSize(300);
    }
}
