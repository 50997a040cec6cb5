package org.mailcaravan.oauth;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** The rules for configured addresses: https, or http on loopback (RFC 8252 section 8.3); S06. */
final class Addresses {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

    private Addresses() {}

    /** The address without a slash at its end. */
    static URI base(String what, URI address) {
        if (address.getHost() == null || address.getRawQuery() != null || address.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the " + what + " must be a scheme and a host, for example https://host.example.com");
        }
        if (address.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the " + what + " must not carry a user name");
        }
        if (!"https".equals(address.getScheme()) && !plainLoopback(address)) {
            throw new IllegalArgumentException(
                    "the " + what + " must begin with https:// (http:// is for localhost and 127.0.0.1 only)");
        }
        return URI.create(address.toString().replaceAll("/+$", ""));
    }

    static boolean plainLoopback(URI address) {
        return "http".equals(address.getScheme()) && LOOPBACK.contains(address.getHost());
    }

    static String origin(URI address) {
        String host = address.getHost().toLowerCase(Locale.ROOT);
        boolean usual = address.getPort() < 0
                || address.getPort() == 443 && "https".equals(address.getScheme())
                || address.getPort() == 80 && "http".equals(address.getScheme());
        return address.getScheme() + "://" + host + (usual ? "" : ":" + address.getPort());
    }
}
