package org.mailcaravan.mailbox;

import java.util.UUID;

/** An Entra tenant by its GUID, lower case (claim {@code tid}). */
public record TenantId(String value) {
    /** @throws IllegalArgumentException if the text is no GUID */
    public TenantId {
        value = UUID.fromString(value).toString();
    }

    @Override
    public String toString() {
        return value;
    }
}
