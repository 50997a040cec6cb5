package org.mailcaravan.app;

import static org.mailcaravan.app.SettingTypes.quote;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.app.SettingType.Refused;

/** The types of settings that are addresses, and Entra ID's rules for redirect URIs. */
final class WebTypes {
    static final SettingType HOST = SettingType.of("host name or IP address", WebTypes::host);
    static final SettingType PORT = SettingTypes.number(1, 65535);
    static final SettingType ENDPOINT = SettingType.of("URL", WebTypes::endpoint);
    static final SettingType ENDPOINT_OR_OFF =
            SettingType.of("URL or `off`", text -> text.equals("off") ? Optional.empty() : Optional.of(endpoint(text)));
    static final SettingType HOSTS =
            SettingType.of("host names, comma separated", text -> SettingTypes.list(text, WebTypes::host));
    static final SettingType BASE_URL = SettingType.of("URL", WebTypes::baseUrl);
    static final SettingType CONSOLE_URL = SettingType.of("URL without path", WebTypes::consoleUrl);
    static final SettingType CALLBACK_PATH = SettingType.of("path", WebTypes::callbackPath);

    /** Entra ID counts these as loopback; {@code [::1]} it does not support. */
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

    private static final int MAX_REDIRECT_URI = 256;

    private WebTypes() {}

    static boolean isLoopback(URI url) {
        return LOOPBACK.contains(url.getHost());
    }

    /** @throws Refused if Entra ID would not accept the two together as a redirect URI */
    static URI redirectUri(URI base, String path) {
        String redirectUri = base + path;
        if (redirectUri.length() > MAX_REDIRECT_URI) {
            throw new Refused(
                    "makes a redirect URI of " + redirectUri.length() + " characters together with public.base-url",
                    "Entra ID takes " + MAX_REDIRECT_URI + ": shorten one of them.");
        }
        return URI.create(redirectUri);
    }

    private static Object host(String text) {
        if (!text.matches("[A-Za-z0-9.:_-]{1,253}")) {
            throw new Refused(
                    "is " + quote(text), "Write a host name or an IP address without port: 127.0.0.1 or 0.0.0.0.");
        }
        return text;
    }

    private static Object endpoint(String text) {
        URI url = url(text);
        if (!url.getScheme().equals("https") && !isLoopback(url)) {
            throw new Refused(
                    "is " + quote(text) + ", which is not https",
                    "Use https: tokens and mail would travel in the clear. http is for localhost and 127.0.0.1 only.");
        }
        return url;
    }

    private static Object baseUrl(String text) {
        URI url = url(text);
        if (!url.getScheme().equals("https") && !isLoopback(url)) {
            throw new Refused(
                    "is " + quote(text) + ", which is not https",
                    "Entra ID sends people back to https only, except to localhost and 127.0.0.1. Put a TLS proxy in front"
                            + " and write its address.");
        }
        if (text.matches(".*[!$'(),;*].*")) {
            throw new Refused(
                    "has one of the characters ! $ ' ( ) , ; *", "Entra ID does not support them in a redirect URI.");
        }
        return url;
    }

    private static Object consoleUrl(String text) {
        URI url = url(text);
        if (!url.getScheme().equals("https") && !isLoopback(url)) {
            throw new Refused(
                    "is " + quote(text) + ", which is not https",
                    "Passwords would travel in the clear. Put a TLS proxy in front and write its address; http is for"
                            + " localhost and 127.0.0.1 only.");
        }
        if (!url.getRawPath().isEmpty()) {
            throw new Refused(
                    "is " + quote(text) + ", which has a path", "Leave the path out: the console is at /hawtio/.");
        }
        return url;
    }

    /** Without a slash at the end, so that a path can be added. */
    private static URI url(String text) {
        try {
            URI url = new URI(text.replaceAll("/+$", ""));
            boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (web
                    && url.getHost() != null
                    && url.getUserInfo() == null
                    && url.getQuery() == null
                    && url.getFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // told below; the exception would repeat the text unshortened
        }
        throw new Refused(
                "is no https URL with a host",
                "Write it like https://mail.example.org, without user, query and fragment.");
    }

    private static Object callbackPath(String text) {
        if (!text.startsWith("/") || text.endsWith("/") || text.contains("//") || text.contains("/.")) {
            throw new Refused(
                    "is " + quote(text), "Write a path from the root that ends in a name, like /mail/callback.");
        }
        if (!text.matches("[A-Za-z0-9/._~@:&=+-]+")) {
            throw new Refused(
                    "is " + quote(text),
                    "Use letters, digits and - . _ ~ / only: Entra ID compares the path byte for byte and supports no"
                            + " wildcards, queries, fragments and none of ! $ ' ( ) , ;");
        }
        return text;
    }
}
