package org.mailcaravan.oauth;

import java.util.Optional;

/**
 * A right to connect one mailbox.
 *
 * @param hash names it in the database
 * @param registration the app registration to sign in with
 * @param expectedLogin who may use it; empty: anyone of the allowed tenants
 * @param protocol what the person is asked for
 */
record ConnectTicket(String hash, String registration, Optional<String> expectedLogin, ConnectProtocol protocol) {
    @Override
    public String toString() {
        return "ConnectTicket[...]";
    }
}
