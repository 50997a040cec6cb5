package org.mailcaravan.sandbox.mail;

import java.util.Optional;

/**
 * A mail folder at one moment; its id never changes, and two with one id are equal.
 *
 * @param ewsId EWS {@code FolderId}
 * @param wellKnownName Graph's and EWS's name for it ({@code inbox} …), if it is one of those
 * @param parentEwsId EWS id of the parent, absent for {@code msgfolderroot} and {@code searchfolders}
 * @param hidden listed only when hidden folders are asked for
 * @param search what it searches, if it is a search folder
 */
public record SandboxFolder(
        String ewsId,
        Optional<String> wellKnownName,
        String displayName,
        Optional<String> parentEwsId,
        boolean hidden,
        Optional<FolderSearch> search) {

    /** Graph id: the URL-safe form of {@link #ewsId()}. */
    public String restId() {
        return ExchangeIds.restForm(ewsId);
    }

    /** Graph id of the parent. */
    public Optional<String> parentRestId() {
        return parentEwsId.map(ExchangeIds::restForm);
    }

    SandboxFolder named(String name) {
        return new SandboxFolder(ewsId, wellKnownName, name, parentEwsId, hidden, search);
    }

    SandboxFolder under(SandboxFolder parent) {
        return new SandboxFolder(ewsId, wellKnownName, displayName, Optional.of(parent.ewsId), hidden, search);
    }

    SandboxFolder searching(FolderSearch now) {
        return new SandboxFolder(ewsId, wellKnownName, displayName, parentEwsId, hidden, Optional.of(now));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SandboxFolder folder && folder.ewsId.equals(ewsId);
    }

    @Override
    public int hashCode() {
        return ewsId.hashCode();
    }
}
