package org.mailcaravan.sandbox.mail;

import java.util.Optional;

/** The forms of an Exchange id (concepts/outlook-immutable-id.md). The binary ones are URL-safe base64 whose padding is a digit. */
public enum IdForm {
    ENTRY_ID("entryId", true, false),
    EWS_ID("ewsId", false, false),
    IMMUTABLE_ENTRY_ID("immutableEntryId", true, true),
    REST_ID("restId", false, false),
    REST_IMMUTABLE_ENTRY_ID("restImmutableEntryId", false, true);

    private final String graphName;
    private final boolean binary;
    private final boolean immutable;

    IdForm(String graphName, boolean binary, boolean immutable) {
        this.graphName = graphName;
        this.binary = binary;
        this.immutable = immutable;
    }

    /** As Graph's {@code exchangeIdFormat} names it. */
    public String graphName() {
        return graphName;
    }

    /** Whether a text is a complete id of this form, known or not. */
    public boolean isWellFormed(String id) {
        return read(id).isPresent();
    }

    boolean isImmutable() {
        return immutable;
    }

    /** The id as Graph's default or immutable form, by which mailboxes find it. */
    Optional<String> read(String id) {
        return unpadded(id)
                .filter(text -> text.indexOf('/') < 0 && text.indexOf('+') < 0)
                .filter(text -> ExchangeIds.isGenuine(text) && ExchangeIds.isImmutable(text) == immutable);
    }

    private Optional<String> unpadded(String id) {
        if (binary) {
            return id.matches("[-_A-Za-z0-9]+[012]")
                    ? Optional.of(id.substring(0, id.length() - 1) + "=".repeat(id.charAt(id.length() - 1) - '0'))
                    : Optional.empty();
        }
        boolean otherForm = this == EWS_ID && (id.indexOf('-') >= 0 || id.indexOf('_') >= 0);
        return otherForm ? Optional.empty() : Optional.of(this == EWS_ID ? ExchangeIds.restForm(id) : id);
    }

    /** @param id Graph's default or immutable form */
    String write(String id) {
        if (binary) {
            String bare = id.replace("=", "");
            return bare.replace('+', '-').replace('/', '_') + (id.length() - bare.length());
        }
        return this == EWS_ID ? id.replace('-', '/').replace('_', '+') : id;
    }
}
