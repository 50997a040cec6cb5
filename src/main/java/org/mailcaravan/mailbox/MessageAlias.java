package org.mailcaravan.mailbox;

/** One protocol's name for a message; compared case-sensitively. Several aliases may name one message. */
public record MessageAlias(Kind kind, String value) {
    /** The kinds of names; the word is stored. */
    public enum Kind {
        /** Graph id under {@code Prefer: IdType="ImmutableId"}: survives moves between folders. */
        GRAPH_IMMUTABLE("graph-immutable"),
        /** EWS {@code ItemId/@Id}: changes when the message moves. */
        EWS_ITEM("ews-item"),
        /** EWS secondary identity: PidTagSearchKey, Message-Id and received time together, hashed. Survives moves. */
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

    public MessageAlias {
        if (value.isEmpty() || value.length() > 1024) {
            throw new IllegalArgumentException("a message id must have 1 to 1024 characters but has " + value.length());
        }
    }
}
