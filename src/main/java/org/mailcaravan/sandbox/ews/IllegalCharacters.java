package org.mailcaravan.sandbox.ews;

import java.util.Locale;

/** Characters that XML 1.0 (section 2.2) forbids even as references, and that Exchange emits as references nevertheless. */
final class IllegalCharacters {
    private IllegalCharacters() {}

    static boolean present(String text) {
        return text.chars().anyMatch(IllegalCharacters::isIllegal);
    }

    private static boolean isIllegal(int character) {
        return character < ' ' && character != '\t' && character != '\n' && character != '\r'
                || character == 0xFFFE
                || character == 0xFFFF;
    }

    /** The text as XML character content. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.chars().forEach(character -> append(escaped, character));
        return escaped.toString();
    }

    private static void append(StringBuilder escaped, int character) {
        if (isIllegal(character) || character == '\r' || "<>&".indexOf(character) >= 0) {
            escaped.append("&#x")
                    .append(Integer.toHexString(character).toUpperCase(Locale.ROOT))
                    .append(';');
        } else {
            escaped.append((char) character);
        }
    }
}
