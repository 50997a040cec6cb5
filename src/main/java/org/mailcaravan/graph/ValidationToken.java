package org.mailcaravan.graph;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The token that Graph wants to have echoed before it sends notifications to an address. Anybody may send one, so only plain printable ASCII without markup comes
 * back (list S33), and not much of it.
 *
 * @see <a href="https://learn.microsoft.com/graph/change-notifications-delivery-webhooks">Receive change notifications through webhooks</a>
 */
final class ValidationToken {
    private static final String PARAMETER = "validationToken=";
    private static final int LONGEST = 1_000;
    private static final Pattern HARMLESS = Pattern.compile("[ -~&&[^<>\"'`&\\\\]]{1," + LONGEST + "}");

    private ValidationToken() {}

    static boolean isIn(String query) {
        return values(query).findAny().isPresent();
    }

    /** Decoded once; empty if it is repeated, badly encoded, too long, or has anything that is not harmless as text. */
    static Optional<String> of(String query) {
        List<String> all = values(query).toList();
        if (all.size() != 1 || all.get(0).length() > 3 * LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(URLDecoder.decode(all.get(0), StandardCharsets.UTF_8))
                    .filter(token -> HARMLESS.matcher(token).matches());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Stream<String> values(String query) {
        return Arrays.stream(query.split("&"))
                .filter(pair -> pair.startsWith(PARAMETER))
                .map(pair -> pair.substring(PARAMETER.length()));
    }
}
