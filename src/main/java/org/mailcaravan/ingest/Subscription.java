package org.mailcaravan.ingest;

import java.time.Instant;
import java.util.Optional;
import org.mailcaravan.mailbox.MailboxId;

/**
 * What is known of a mailbox's subscription to change notifications.
 *
 * @param id the server's name for it; empty: there is none
 * @param clientStateHash SHA-256, hexadecimal, of the secret that its notifications carry; the secret itself is nowhere
 * @param expires when it ends unless it is renewed
 * @param due when to renew it, or to try again
 * @param failures how often trying failed in a row
 * @param reason why there is none, or why renewing failed
 */
public record Subscription(
        MailboxId mailbox,
        State state,
        Optional<String> id,
        String clientStateHash,
        Optional<Instant> expires,
        Instant due,
        int failures,
        Optional<String> reason) {

    /** Where it stands; the word is stored. */
    public enum State {
        /** Asked for; if this stays, the answer was lost and the server may have one that we do not know. */
        CREATING("creating"),
        ACTIVE("active"),
        /** The server asks us to show a fresh token. */
        RENEW("renew"),
        /** There is none. */
        NONE("none");

        private final String word;

        State(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        static State of(String word) {
            for (State state : values()) {
                if (state.word.equals(word)) {
                    return state;
                }
            }
            throw new IllegalArgumentException("unknown state of a subscription: " + word);
        }
    }

    /** Whether notifications may come. */
    public boolean announces(Instant now) {
        return (state == State.ACTIVE || state == State.RENEW)
                && expires.filter(now::isBefore).isPresent();
    }
}
