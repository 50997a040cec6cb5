package org.mailcaravan.oauth;

import java.util.Optional;

/**
 * The cookie that binds a sign-in to the browser that pressed the button (S03). {@code __Host-} lets no other host and no plain http set it; on loopback http
 * browsers would refuse that, so there it has a plain name.
 */
final class ConnectCookie {
    private final String name;
    private final String attributes;

    ConnectCookie(PublicAddress address) {
        name = address.https() ? "__Host-mailcaravan-connect" : "mailcaravan-connect";
        attributes = "; Path=/; HttpOnly; SameSite=Lax" + (address.https() ? "; Secure" : "");
    }

    Optional<String> of(ConnectRequest request) {
        return request.cookie(name).filter(OpaqueValues::wellFormed);
    }

    String set(String value) {
        return name + "=" + value + "; Max-Age=" + ConnectAttempts.LIFE.toSeconds() + attributes;
    }

    String clear() {
        return name + "=; Max-Age=0" + attributes;
    }
}
