package org.mailcaravan.ews;

import java.net.URI;
import java.util.Locale;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;

/** Where the EWS of a mailbox is: bearer tokens are sent there and nowhere else. */
interface EwsAddresses {
    /** @throws MailSourceException if it cannot be found out */
    URI of(Mailbox mailbox);

    /** The server there says that the mailbox is another's: what is known about it no longer holds. */
    void forget(Mailbox mailbox);

    /** The same for all. */
    static EwsAddresses always(URI url) {
        return new EwsAddresses() {
            @Override
            public URI of(Mailbox mailbox) {
                return url;
            }

            @Override
            public void forget(Mailbox mailbox) {
                // it is the only one there is
            }
        };
    }

    /**
     * @param option for the message
     * @throws IllegalArgumentException if no token may be sent there; the message names the remedy
     */
    static URI checked(URI url, String option) {
        boolean plain = "http".equalsIgnoreCase(url.getScheme());
        if (url.getHost() == null || !plain && !"https".equalsIgnoreCase(url.getScheme())) {
            throw new IllegalArgumentException(
                    option + " must be an absolute https address such as " + EwsMailSource.DEFAULT_URL);
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(option
                    + " must have no user, query or fragment; expected an address such as "
                    + EwsMailSource.DEFAULT_URL);
        }
        if (plain && !isLoopback(url)) {
            throw new IllegalArgumentException(
                    option + " must be https, because access tokens are sent to it; plain http is for loopback only");
        }
        return url;
    }

    static boolean isLoopback(URI url) {
        String host = url.getHost().toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }
}
