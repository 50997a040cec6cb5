package org.mailcaravan.oauth;

import java.net.URI;

/**
 * Where browsers reach us. Every page lives in the folder of the callback, because a proxy may forward only that folder.
 *
 * @param baseUrl scheme and host as browsers see them, for example {@code https://mail.example.com}; http only on loopback. No request header can change it
 * @param callbackPath the path of the redirect URI as it is registered at Entra ID
 */
public record PublicAddress(URI baseUrl, String callbackPath) {
    /** Creatio's own path, so that a registration made for Creatio needs no change. */
    public static final String CREATIO_CALLBACK_PATH = "/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode";

    /** @throws IllegalArgumentException naming the value that is wrong and its remedy */
    public PublicAddress {
        baseUrl = Addresses.base("public base URL", baseUrl);
        if (!callbackPath.matches("(/[A-Za-z0-9._~-]+)+")
                || folderOf(callbackPath).isEmpty()) {
            throw new IllegalArgumentException(
                    "the callback path must have a folder and a name of unreserved characters, for example "
                            + CREATIO_CALLBACK_PATH);
        }
    }

    /** The redirect URI, byte for byte as it must be registered. */
    public String redirectUri() {
        return baseUrl + callbackPath;
    }

    /** The folder of the callback path, without a slash at its end. */
    public String callbackFolder() {
        return folderOf(callbackPath);
    }

    String page(String name) {
        return baseUrl + callbackFolder() + "/" + name;
    }

    /** Scheme, host and port as browsers write them into {@code Origin} (RFC 6454 section 6.2). */
    String origin() {
        return Addresses.origin(baseUrl);
    }

    boolean https() {
        return "https".equals(baseUrl.getScheme());
    }

    private static String folderOf(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
