package org.mailcaravan.oauth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which protocol a newly connected mailbox is read with, and so which permissions the person is asked for. */
public enum ConnectProtocol {
    /** Asks for both; Graph if the account granted {@code Mail.Read}, else EWS. The registration must list the permissions of both. */
    AUTO,
    /** Asks for {@code User.Read} and {@code Mail.Read} of Microsoft Graph. */
    GRAPH,
    /** Asks for {@code User.Read} of Microsoft Graph and {@code EWS.AccessAsUser.All} of Exchange Online; never for {@code Mail.Read}. */
    EWS;

    /** The word used in settings, URLs and the database: {@code auto}, {@code graph} or {@code ews}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The protocol of a word as {@link #word()} spells it; empty for any other word. */
    public static Optional<ConnectProtocol> of(String word) {
        return Arrays.stream(values())
                .filter(protocol -> protocol.word().equals(word))
                .findFirst();
    }
}
