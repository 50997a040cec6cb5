package org.mailcaravan.sandbox.ews;

import java.util.Map;

/**
 * The ways servers write the same names. Exchange itself uses {@code s} and redeclares as it goes; proxies and older versions
 * differ, so that a client must look at namespaces only.
 */
enum PrefixStyle {
    /** Exchange Online: {@code s}, {@code m}, {@code t}. */
    EXCHANGE("s", "m", "t", "e"),
    /** {@code soap}, the messages namespace as default. */
    SOAP("soap", "", "t", "e"),
    /** No prefixes below the envelope: the default namespace changes to and fro. */
    DEFAULT_NAMESPACES("soap", "", "", ""),
    /** Prefixes that mean something else elsewhere. */
    SWAPPED("t", "s", "m", "x");

    private final Map<String, String> prefixes;

    PrefixStyle(String soap, String messages, String types, String errors) {
        prefixes = Map.of(
                Namespaces.SOAP, soap,
                Namespaces.MESSAGES, messages,
                Namespaces.TYPES, types,
                Namespaces.ERRORS, errors);
    }

    static PrefixStyle of(long requestNumber) {
        return values()[(int) Math.floorMod(requestNumber, (long) values().length)];
    }

    String prefix(String namespace) {
        return prefixes.getOrDefault(namespace, "");
    }
}
