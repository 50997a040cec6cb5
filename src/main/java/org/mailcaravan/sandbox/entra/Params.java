package org.mailcaravan.sandbox.entra;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The parameters of a query or a form ({@code application/x-www-form-urlencoded}). An empty value counts as absent, as the real authority treats it. */
final class Params {
    private final Map<String, String> values;

    private Params(Map<String, String> values) {
        this.values = values;
    }

    /** @throws AuthorityException AADSTS9002313 if it is not url-encoded or names a parameter twice */
    static Params parse(String encoded) throws AuthorityException {
        Map<String, String> values = new HashMap<>();
        for (String pair : encoded.split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (!name.isEmpty() && values.put(name, value) != null) {
                throw Aadsts.of(9002313);
            }
        }
        return new Params(values);
    }

    private static String decode(String encoded) throws AuthorityException {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Aadsts.of(9002313);
        }
    }

    static String encode(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    boolean has(String name, String value) {
        return find(name).filter(value::equals).isPresent();
    }

    /** @throws AuthorityException AADSTS900144 if it is absent */
    String get(String name) throws AuthorityException {
        return find(name).orElseThrow(() -> Aadsts.of(900144, name));
    }
}
