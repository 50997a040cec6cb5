package org.mailcaravan.sandbox.ews;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.sandbox.mail.ClientPolicy;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/**
 * Who may use EWS in Exchange Online: the organisation's {@code EwsEnabled} and {@code EwsAllowedAppIDs}, the mailbox's {@code EwsEnabled} and the policy by
 * User-Agent; all must agree (how-to-control-access-to-ews-in-exchange.md). Thread-safe.
 */
final class EwsPolicy {
    static final String HEADER = "X-EWS-Policy-Reason";
    static final String DISABLED = "EWS is disabled for this user or tenant";
    static final String BLOCKED = "EWS is blocked by policy for this user or tenant";

    private final SandboxMailboxes mailboxes;
    private final Map<UUID, Boolean> enabled = new ConcurrentHashMap<>();
    private Organisation organisation = new Organisation(Optional.empty(), Optional.empty(), 0);
    private double passes;

    /**
     * The organisation's settings.
     *
     * @param enabled {@code EwsEnabled}; absent is null: everybody, whatever the list says
     * @param allowedAppIds {@code EwsAllowedAppIDs}, which counts if EWS is enabled: an empty list lets nobody in, an absent one everybody (what Exchange makes of
     *     that one is told differently in different places)
     * @param passing which share of the requests that are to be refused still passes, as while a setting spreads
     */
    record Organisation(Optional<Boolean> enabled, Optional<List<String>> allowedAppIds, double passing) {
        Organisation {
            if (!(passing >= 0 && passing <= 1)) {
                throw new IllegalArgumentException("passing must lie between 0 and 1");
            }
        }

        private Optional<String> refusal(String appId) {
            if (enabled.isEmpty()) {
                return Optional.empty();
            }
            if (!enabled.get()) {
                return Optional.of(DISABLED);
            }
            return allowedAppIds
                    .filter(list -> list.stream().noneMatch(appId::equalsIgnoreCase))
                    .map(list -> BLOCKED);
        }
    }

    EwsPolicy(SandboxMailboxes mailboxes) {
        this.mailboxes = mailboxes;
    }

    /** Sets both policies of the organisation. */
    synchronized void set(Organisation next, ClientPolicy clients) {
        organisation = next;
        passes = 0;
        mailboxes.setClients(clients);
    }

    /** Sets {@code EwsEnabled} of a mailbox; absent is null. */
    void setMailbox(UUID mailbox, Optional<Boolean> now) {
        now.ifPresentOrElse(value -> enabled.put(mailbox, value), () -> enabled.remove(mailbox));
    }

    /** Why a request is to be refused. */
    synchronized Optional<String> refusal(String appId, String mailbox, String userAgent) {
        Optional<String> reason = organisation
                .refusal(appId)
                .or(() -> mailboxSays(mailbox))
                .or(() -> Optional.of(BLOCKED)
                        .filter(blocked -> !mailboxes.clients().allows(userAgent)));
        return reason.filter(struck -> !passes());
    }

    private Optional<String> mailboxSays(String mailbox) {
        return enabled.entrySet().stream()
                .filter(entry -> entry.getKey().toString().equals(mailbox) && !entry.getValue())
                .map(entry -> DISABLED)
                .findFirst();
    }

    /** Spread evenly: with a share of 0.25 every fourth passes. */
    private boolean passes() {
        passes += organisation.passing();
        if (passes >= 1) {
            passes -= 1;
            return true;
        }
        return false;
    }
}
