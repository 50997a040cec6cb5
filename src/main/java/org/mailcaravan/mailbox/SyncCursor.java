package org.mailcaravan.mailbox;

/** How far a folder was read: a Graph nextLink or deltaLink, or an EWS SyncState. Opaque, possibly longer than 1 MB, returned byte for byte. */
public record SyncCursor(String value) {
    public SyncCursor {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a sync cursor cannot be blank");
        }
    }

    @Override
    public String toString() {
        return "SyncCursor[" + value.length() + " characters]";
    }
}
