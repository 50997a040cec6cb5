package org.mailcaravan.ingest;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;

/**
 * How far a mailbox has come on its way to another protocol.
 *
 * @param target where it goes to, or came to
 * @param folders what it is read from there
 * @param automatic whether nobody asked for it
 * @param translated whether the other protocol translated ids; if not, messages are recognised by a listing
 * @param switchedAt when it was read by the target for the first time
 * @param settledAt when everything that was open at the switch had come to its end
 * @param named how many messages gained the target's name before the switch
 * @param reason why it stopped or waits, with the remedy
 */
public record ProtocolChange(
        MailboxId mailbox,
        Protocol target,
        List<String> folders,
        Phase phase,
        boolean automatic,
        boolean translated,
        Instant begunAt,
        Optional<Instant> switchedAt,
        Optional<Instant> settledAt,
        long named,
        Optional<String> reason) {
    /** In this order, except that nothing need be listed and that it may fail before the switch. */
    public enum Phase {
        /** Ids are translated; the mailbox is still read as before. */
        TRANSLATING,
        /** The mailbox is listed by the target, and messages are recognised; it is still read as before. */
        LISTING,
        /** Read by the target; what was open at the switch is still looked for. */
        SETTLING,
        /** Read by the target. */
        DONE,
        /** Given up before the switch; the mailbox is read as before. */
        FAILED;

        /** The word in the database and for people. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Phase of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }

        /** Whether the switch is still to come. */
        public boolean beforeSwitch() {
            return this == TRANSLATING || this == LISTING;
        }
    }
}
