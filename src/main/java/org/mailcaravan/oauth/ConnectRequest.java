package org.mailcaravan.oauth;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request of a browser or a caller, as far as connecting needs it. Parameters come from the query string alone and headers from the request alone, so that
 * neither can pass for the other. Its {@code toString} is a label.
 */
final class ConnectRequest {
    private static final int LONGEST_QUERY = 16_000;
    private final String reference;
    private final String path;
    private final Map<String, List<String>> parameters;
    private final Map<String, List<String>> headers;

    /**
     * @param reference the correlation id that pages and logs show (S55)
     * @param path the raw path
     * @param query the raw query string
     * @param headers by name in lower case; only those that matter
     * @throws ConnectEndedException if the query cannot be read
     */
    ConnectRequest(String reference, String path, String query, Map<String, List<String>> headers) {
        this.reference = reference;
        this.path = path;
        this.parameters = parse(query);
        this.headers = Map.copyOf(headers);
    }

    String reference() {
        return reference;
    }

    String path() {
        return path;
    }

    /**
     * A parameter that may be there once.
     *
     * @throws ConnectEndedException if it is repeated (RFC 6749 section 3.1; S11)
     */
    Optional<String> parameter(String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw ConnectEndedException.malformed("a parameter is repeated");
        }
        return values.stream().filter(value -> !value.isEmpty()).findFirst();
    }

    /** A header that is there exactly once. */
    Optional<String> header(String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** The cookie's value (RFC 6265 section 5.4); empty if it is missing, or there twice, as an injected one would be. */
    Optional<String> cookie(String name) {
        List<String> values = new ArrayList<>();
        for (String line : headers.getOrDefault("cookie", List.of())) {
            for (String pair : line.split(";")) {
                if (pair.trim().startsWith(name + "=")) {
                    values.add(pair.trim().substring(name.length() + 1));
                }
            }
        }
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    private static Map<String, List<String>> parse(String query) {
        if (query.length() > LONGEST_QUERY) {
            throw ConnectEndedException.malformed("the query is too long");
        }
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int at = pair.indexOf('=');
            String name = decode(at < 0 ? pair : pair.substring(0, at));
            all.computeIfAbsent(name, any -> new ArrayList<>()).add(decode(at < 0 ? "" : pair.substring(at + 1)));
        }
        return all;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ConnectEndedException.malformed("the query is badly encoded");
        }
    }

    @Override
    public String toString() {
        return "ConnectRequest[" + reference + "]";
    }
}
