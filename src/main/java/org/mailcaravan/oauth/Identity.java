package org.mailcaravan.oauth;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.TenantId;

/**
 * Who signed in, from a validated ID token. Tenant and object id are the identity; the logins may change and are for comparing and for display only (S15).
 *
 * @param logins {@code preferred_username}, {@code upn} and {@code email}, as far as they are there, in this order
 */
record Identity(TenantId tenant, String objectId, List<String> logins) {
    Identity {
        logins = List.copyOf(logins);
    }

    static Identity of(TenantId tenant, String objectId, Stream<Optional<String>> logins) {
        return new Identity(tenant, objectId, logins.flatMap(Optional::stream).toList());
    }

    /** Whether this is the person a ticket names. */
    boolean goesBy(String login) {
        String wanted = login.toLowerCase(Locale.ROOT);
        return logins.stream().anyMatch(own -> own.toLowerCase(Locale.ROOT).equals(wanted));
    }

    /** The first login that can be an address. */
    Optional<MailboxAddress> address() {
        for (String login : logins) {
            try {
                return Optional.of(new MailboxAddress(login));
            } catch (IllegalArgumentException e) {
                // a login need not be an address: the next one may be
            }
        }
        return Optional.empty();
    }

    /** Never prints who it is. */
    @Override
    public String toString() {
        return "Identity[...]";
    }
}
