package org.mailcaravan.graph;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;

/**
 * What is told about the traffic with Graph; docs/metrics.md lists it. Sums over all mailboxes: nothing here grows with their number. Thread-safe.
 */
final class GraphMeters {
    private static final String PREFIX = "mailcaravan.graph.";

    private final MeterRegistry registry;
    private final Counter requests;
    private final Timer turns;
    private final Timer askedToWait;

    GraphMeters(MeterRegistry registry) {
        this.registry = registry;
        requests = Counter.builder(PREFIX + "requests")
                .description("Requests sent to Microsoft Graph, each item of a batch counted")
                .register(registry);
        turns = Timer.builder(PREFIX + "turn")
                .description("How long requests waited for their turn at the mailbox")
                .register(registry);
        askedToWait = Timer.builder(PREFIX + "retry.after")
                .description("How long throttled mailboxes were to be left alone, per throttling answer")
                .register(registry);
    }

    /** For those who do not measure. */
    static GraphMeters none() {
        return new GraphMeters(new CompositeMeterRegistry());
    }

    void entered(int count, Duration waited) {
        requests.increment(count);
        turns.record(waited);
    }

    /** The answers by class, throttling by status. */
    void answered(int status) {
        String outcome = status == 429 || status == 503 ? String.valueOf(status) : status / 100 + "xx";
        outcome(outcome);
    }

    void lost() {
        outcome("lost");
    }

    private void outcome(String outcome) {
        Counter.builder(PREFIX + "answers")
                .description("Answers of Microsoft Graph by status; lost if none came")
                .tag("status", outcome)
                .register(registry)
                .increment();
    }

    /** @param reason why nothing was sent */
    void withheld(String reason) {
        Counter.builder(PREFIX + "withheld")
                .description("Requests that were not sent, by reason")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    void toldToWait(Duration wait) {
        askedToWait.record(wait);
    }

    /** Looks at the mailboxes whenever the metrics are read. */
    void watch(MailboxMemory.Shelf mailboxes) {
        for (int limit = 1; limit <= MailboxGate.CONCURRENT_REQUESTS; limit++) {
            int at = limit;
            Gauge.builder(
                            PREFIX + "mailboxes",
                            mailboxes,
                            shelf -> shelf.gates().stream()
                                    .filter(gate -> gate.limit() == at)
                                    .count())
                    .description("Mailboxes by how many requests they may have under way at once")
                    .tag("concurrency", String.valueOf(at))
                    .register(registry);
        }
        Gauge.builder(
                        PREFIX + "mailboxes.waiting",
                        mailboxes,
                        shelf -> shelf.gates().stream()
                                .filter(gate -> !gate.closedFor().isZero())
                                .count())
                .description("Mailboxes that Microsoft Graph asked to leave alone for now")
                .register(registry);
        Gauge.builder(
                        PREFIX + "budget.left",
                        mailboxes,
                        shelf -> shelf.gates().stream()
                                .mapToInt(MailboxGate::budgetLeft)
                                .min()
                                .orElse(RequestBudget.REQUESTS))
                .description("Requests left in these ten minutes to the mailbox that has the fewest")
                .register(registry);
    }
}
