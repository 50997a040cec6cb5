package org.mailcaravan.mailbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A message as a folder listing shows it.
 *
 * @param aliases its names, the most specific first; at least one
 * @param receivedAt when the mailbox received it, if the listing says so
 * @param size bytes as the server estimates them; used to size batches only
 * @param metadata the message as JSON in Graph's {@code message} vocabulary, if the listing carried it whole; empty after a partial update
 * @param whole the same with the body, if the listing carried that as well
 */
public record ListedMessage(
        List<MessageAlias> aliases,
        Optional<Instant> receivedAt,
        OptionalLong size,
        Optional<String> metadata,
        Optional<String> whole) {
    public ListedMessage {
        aliases = List.copyOf(aliases);
        if (aliases.isEmpty()) {
            throw new IllegalArgumentException("a listed message needs at least one id");
        }
    }

    /** Without a body. */
    public ListedMessage(
            List<MessageAlias> aliases, Optional<Instant> receivedAt, OptionalLong size, Optional<String> metadata) {
        this(aliases, receivedAt, size, metadata, Optional.empty());
    }

    /** The same with one more name. */
    public ListedMessage named(MessageAlias further) {
        List<MessageAlias> all = new ArrayList<>(aliases);
        all.add(further);
        return new ListedMessage(all, receivedAt, size, metadata, whole);
    }

    /** Prints no metadata: that is mail. */
    @Override
    public String toString() {
        return "ListedMessage[" + aliases.get(0).kind().word() + "]";
    }
}
