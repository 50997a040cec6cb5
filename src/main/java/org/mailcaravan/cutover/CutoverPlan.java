package org.mailcaravan.cutover;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mailcaravan.mailbox.MailboxId;

/**
 * What was found about moving a mailbox from EWS to Graph. Nothing is changed by making one.
 *
 * @param folders what it would be read from
 * @param consentLink where an administrator consents, if that is what is missing
 */
public record CutoverPlan(
        MailboxId mailbox,
        Verdict verdict,
        List<Finding> findings,
        List<String> folders,
        Optional<String> consentLink) {
    /** What follows. */
    public enum Verdict {
        /** It can be switched now. */
        READY,
        /** It can be switched, but something it is read from would not be read any more. */
        GAPS,
        /** Somebody must consent first. */
        NEEDS_CONSENT,
        /** Graph cannot read it, or does not tell at present. */
        NOT_READY,
        /** It is read through Graph. */
        ON_GRAPH;

        /** The word for people: {@code needs-consent}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How much a finding matters. */
    public enum Weight {
        FINE,
        NOTE,
        OBSTACLE;

        /** The word for people. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One thing that was looked at.
     *
     * @param what for example {@code permission}
     * @param detail what is so, with the remedy if it is not well; no address and no mail
     */
    public record Finding(Weight weight, String what, String detail) {}
}
