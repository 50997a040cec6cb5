package org.mailcaravan.sandbox.mail;

import java.util.Base64;
import java.util.Optional;

/** The MAPI properties of a message that clients of EWS and Graph read by tag and type, as both write them. */
public final class MapiProperties {
    private MapiProperties() {}

    /**
     * Search key 0x300B, Internet message id 0x1035, size 0x0E08 and delivery time 0x0E06; any other is unset.
     *
     * @param tag the property's id without its type
     * @param type {@code Binary}, {@code String}, {@code Integer} or {@code SystemTime}
     */
    public static Optional<String> value(SandboxMessage message, int tag, String type) {
        return switch (Integer.toHexString(tag) + " " + type) {
            case "300b Binary" -> Optional.of(Base64.getEncoder().encodeToString(message.searchKey()));
            case "1035 String" -> message.internetMessageId();
            case "e08 Integer" -> Optional.of(String.valueOf(message.size()));
            case "e06 SystemTime" -> Optional.of(message.received().toString());
            default -> Optional.empty();
        };
    }
}
