package org.mailcaravan.mailbox;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A message whose content is to be fetched.
 *
 * @param key our id
 * @param aliases all its protocol names, the newest first
 * @param size bytes as the listing estimated them
 * @param metadata what the listing carried, if it was whole; else the source fetches it together with the content
 */
public record WantedMessage(MessageKey key, List<MessageAlias> aliases, OptionalLong size, Optional<String> metadata) {
    public WantedMessage {
        aliases = List.copyOf(aliases);
    }

    /** The newest alias of a kind. */
    public Optional<String> alias(MessageAlias.Kind kind) {
        return aliases.stream()
                .filter(a -> a.kind() == kind)
                .map(MessageAlias::value)
                .findFirst();
    }

    /** Prints no metadata: that is mail. */
    @Override
    public String toString() {
        return "WantedMessage[" + key + "]";
    }
}
