package org.mailcaravan.ews;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalLong;

/** Values of XML Schema's simple types as EWS writes them. */
final class ItemFields {
    private ItemFields() {}

    static boolean bool(String text) throws BrokenXmlException {
        return switch (text.trim()) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new BrokenXmlException("a truth value is neither true nor false");
        };
    }

    /** A time that cannot be read is no reason to refuse a message. */
    static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text.trim()).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    static OptionalLong number(String text) {
        String digits = text.trim();
        return digits.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }
}
