package org.mailcaravan.sandbox.entra;

import java.util.List;

/** How a redirect URI is compared with the registered ones: byte for byte, except that {@code http://localhost} ignores the port. */
final class RedirectUris {
    private RedirectUris() {}

    static boolean matches(List<String> registered, String sent) {
        return registered.stream().map(RedirectUris::comparable).anyMatch(comparable(sent)::equals);
    }

    private static String comparable(String uri) {
        return uri.replaceFirst("^http://localhost:\\d{1,5}(?=[/?#]|$)", "http://localhost");
    }

    /** A URI without a path comes back with a slash. */
    static String withPath(String uri) {
        return uri.matches("https?://[^/?#]+") ? uri + "/" : uri;
    }
}
