package org.mailcaravan.mailbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;

/** One protocol's name for a message; compared case-sensitively. Several aliases may name one message. */
public record MessageAlias(Kind kind, String value) {
    /** The kinds of names; the word is stored. */
    public enum Kind {
        /** Graph id under {@code Prefer: IdType="ImmutableId"}: survives moves between folders. */
        GRAPH_IMMUTABLE("graph-immutable"),
        /** EWS {@code ItemId/@Id}: changes when the message moves. */
        EWS_ITEM("ews-item"),
        /** Secondary identity: PidTagSearchKey, Message-Id and received time together, hashed. Survives moves, and both protocols can tell it. */
        EWS_SECONDARY("ews-secondary");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The word in the database. */
        public String word() {
            return word;
        }

        /** @throws IllegalArgumentException if no kind has this word */
        public static Kind of(String word) {
            for (Kind kind : values()) {
                if (kind.word.equals(word)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("unknown kind of message id: " + word);
        }
    }

    /**
     * The secondary identity, by whichever protocol it was read. A forwarded or resent copy shares its search key, so Message-Id and time of receipt belong
     * to it as well; times are compared by the second, because Graph shows no fractions.
     *
     * @param searchKey PidTagSearchKey (MS-OXPROPS, 0x300B) in base64, as EWS and Graph both show it
     * @param internetMessageId as the protocol shows it; empty if the message has none
     */
    public static MessageAlias secondary(
            String searchKey, Optional<String> internetMessageId, Optional<Instant> received) {
        String identity = searchKey
                + '\n'
                + internetMessageId.map(String::trim).orElse("")
                + '\n'
                + received.map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse("");
        byte[] hash = sha256().digest(identity.getBytes(StandardCharsets.UTF_8));
        return new MessageAlias(Kind.EWS_SECONDARY, HexFormat.of().formatHex(hash));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    public MessageAlias {
        if (value.isEmpty() || value.length() > 1024) {
            throw new IllegalArgumentException("a message id must have 1 to 1024 characters but has " + value.length());
        }
    }
}
