package org.mailcaravan.oauth;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mailcaravan.mailbox.MailboxAddress;

/**
 * How somebody names a mailbox that is not his own: by address, by directory object id, or by both. An address alone must be looked up, for which the
 * directory permission {@code User.ReadBasic.All} is needed.
 *
 * @param objectId the account's GUID in the directory, in small letters
 */
public record MailboxName(Optional<MailboxAddress> address, Optional<String> objectId) {
    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    public MailboxName {
        Objects.requireNonNull(address, "address");
        objectId = objectId.map(id -> id.toLowerCase(Locale.ROOT));
        if (address.isEmpty() && objectId.isEmpty()
                || objectId.filter(id -> !GUID.matcher(id).matches()).isPresent()) {
            throw wrong();
        }
    }

    /**
     * Reads {@code support@contoso.example}, an object id, or both separated by a blank or a comma.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static MailboxName of(String text) {
        String[] words = text.trim().split("[ ,]+");
        if (words.length > 2 || text.length() > 400) {
            throw wrong();
        }
        Optional<MailboxAddress> address = Optional.empty();
        Optional<String> objectId = Optional.empty();
        for (String word : words) {
            if (word.contains("@") && address.isEmpty()) {
                address = Optional.of(new MailboxAddress(word));
            } else if (objectId.isEmpty()) {
                objectId = Optional.of(word);
            } else {
                throw wrong();
            }
        }
        return new MailboxName(address, objectId);
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException(
                "name a mailbox by its address, by its directory object id (a GUID), or by both with a blank between them");
    }

    /** As {@link #of} reads it. */
    public String text() {
        return address.map(MailboxAddress::value).orElse("")
                + (address.isPresent() && objectId.isPresent() ? " " : "")
                + objectId.orElse("");
    }

    /** Never prints the address. */
    @Override
    public String toString() {
        return "MailboxName[" + objectId.orElse("by address") + "]";
    }
}
