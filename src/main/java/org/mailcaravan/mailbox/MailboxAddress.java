package org.mailcaravan.mailbox;

/** The SMTP address of a mailbox as the directory spells it. For display and for EWS routing headers; never an identity. */
public record MailboxAddress(String value) {
    /** @throws IllegalArgumentException if the text cannot be an address: no {@code @}, blanks, control characters, over 320 characters */
    public MailboxAddress {
        if (value.length() > 320 || value.indexOf('@') < 1 || value.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "not a mailbox address (expected name@domain, no blanks, at most 320 characters)");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
