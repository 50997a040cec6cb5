package org.mailcaravan.ingest;

import java.util.List;
import java.util.Optional;
import org.mailcaravan.mailbox.MessageAlias;

/**
 * What the subscription {@code settled} is told about a message besides its content.
 *
 * @param settlement what became of it at the sinks
 * @param aliases all its protocol names, the newest first
 */
public record SettledMessage(Settlement settlement, List<MessageAlias> aliases) {
    public SettledMessage {
        aliases = List.copyOf(aliases);
    }

    /** The newest alias of a kind. */
    public Optional<String> alias(MessageAlias.Kind kind) {
        return aliases.stream()
                .filter(alias -> alias.kind() == kind)
                .map(MessageAlias::value)
                .findFirst();
    }
}
