package org.mailcaravan.sandbox.mail;

import java.util.Optional;

/**
 * A mail folder; its id never changes.
 *
 * @param ewsId EWS {@code FolderId}
 * @param wellKnownName Graph's and EWS's name for it ({@code inbox} …), if it is one of those
 * @param parentEwsId EWS id of the parent, absent for {@code msgfolderroot}
 */
public record SandboxFolder(
        String ewsId, Optional<String> wellKnownName, String displayName, Optional<String> parentEwsId) {

    /** Graph id: the URL-safe form of {@link #ewsId()}. */
    public String restId() {
        return ExchangeIds.restForm(ewsId);
    }

    /** Graph id of the parent. */
    public Optional<String> parentRestId() {
        return parentEwsId.map(ExchangeIds::restForm);
    }
}
