package org.mailcaravan.cutover;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.ingest.PolicyBlocks;
import org.mailcaravan.ingest.ProtocolChange;
import org.mailcaravan.ingest.ProtocolChanges;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves mailboxes to Graph whose EWS was found blocked by a policy and that Graph lets us read with all their folders. One that it does not is looked at again now
 * and then: somebody may consent. Thread-safe; two replicas that do it at once do it once.
 */
public final class AutomaticCutover {
    private static final Logger LOG = LoggerFactory.getLogger(AutomaticCutover.class);
    private static final Duration AGAIN = Duration.ofMinutes(15);

    private final PolicyBlocks blocks;
    private final Cutovers cutovers;
    private final ProtocolChanges changes;
    private final Clock clock;
    private final Map<MailboxId, Instant> notBefore = new ConcurrentHashMap<>();

    public AutomaticCutover(PolicyBlocks blocks, Cutovers cutovers, ProtocolChanges changes, Clock clock) {
        this.blocks = blocks;
        this.cutovers = cutovers;
        this.changes = changes;
        this.clock = clock;
    }

    /** Looks at what is blocked; to be called every minute or so. */
    public synchronized void look() {
        blocks.blocked().stream()
                .map(PolicyBlocks.Blocked::mailbox)
                .filter(mailbox -> mailbox.protocol() == Protocol.EWS)
                .filter(mailbox -> !underWay(mailbox))
                .filter(mailbox -> !clock.instant().isBefore(notBefore.getOrDefault(mailbox.id(), Instant.MIN)))
                .forEach(this::move);
    }

    private boolean underWay(Mailbox mailbox) {
        return changes.find(mailbox.id())
                .map(ProtocolChange::phase)
                .filter(ProtocolChange.Phase::beforeSwitch)
                .isPresent();
    }

    private void move(Mailbox mailbox) {
        notBefore.put(mailbox.id(), clock.instant().plus(AGAIN));
        CutoverPlan plan = cutovers.planBriefly(mailbox);
        if (plan.verdict() == CutoverPlan.Verdict.READY) {
            LOG.warn("mailbox {} goes to Graph by itself: EWS is blocked for it", mailbox.id());
            cutovers.begin(plan, true);
            return;
        }
        LOG.warn(
                "mailbox {} stays blocked: {}. 'mailcaravan cutover plan {}' says what to do{}",
                mailbox.id(),
                plan.verdict().word(),
                mailbox.id(),
                remedy(plan).map(text -> " (" + text + ")").orElse(""));
    }

    private static Optional<String> remedy(CutoverPlan plan) {
        return plan.findings().stream()
                .filter(finding -> finding.weight() == CutoverPlan.Weight.OBSTACLE)
                .map(CutoverPlan.Finding::detail)
                .findFirst();
    }
}
