package org.mailcaravan.sandbox.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Header text outside ASCII as encoded words (RFC 2047), in the ways real senders do it. */
final class EncodedWords {
    /** Characters per word: 75 less frame, at four octets each. */
    private static final int CHARACTERS = 10;

    private static final int OCTETS = 39;

    private EncodedWords() {}

    /** UTF-8, B encoding; plain ASCII stays as it is. */
    static String utf8Base64(String text) {
        return base64(text, StandardCharsets.UTF_8);
    }

    /** B encoding in any charset, no character cut by a word's end. */
    static String base64(String text, Charset charset) {
        return isPlain(text)
                ? text
                : pieces(text).stream()
                        .map(piece -> word(charset, "B", Base64.getEncoder().encodeToString(piece.getBytes(charset))))
                        .collect(Collectors.joining(" "));
    }

    /** UTF-8, Q encoding. */
    static String utf8Quoted(String text) {
        return isPlain(text)
                ? text
                : pieces(text).stream()
                        .map(piece -> word(StandardCharsets.UTF_8, "Q", quoted(piece.getBytes(StandardCharsets.UTF_8))))
                        .collect(Collectors.joining(" "));
    }

    /** UTF-8, B encoding cut by octets, so that a character may be split over two words: forbidden, and seen every day. */
    static String splitUtf8Base64(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += OCTETS) {
            byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + OCTETS));
            words.add(word(StandardCharsets.UTF_8, "B", Base64.getEncoder().encodeToString(piece)));
        }
        return String.join(" ", words);
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 127) && !text.contains("=?");
    }

    private static String word(Charset charset, String encoding, String encoded) {
        return "=?" + charset.name() + "?" + encoding + "?" + encoded + "?=";
    }

    private static List<String> pieces(String text) {
        int[] points = text.codePoints().toArray();
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < points.length; from += CHARACTERS) {
            pieces.add(new String(points, from, Math.min(CHARACTERS, points.length - from)));
        }
        return pieces;
    }

    private static String quoted(byte[] bytes) {
        ByteArrayOutputStream quoted = new ByteArrayOutputStream();
        for (byte octet : bytes) {
            boolean plain =
                    octet >= '0' && octet <= '9' || octet >= 'A' && octet <= 'Z' || octet >= 'a' && octet <= 'z';
            String token = plain ? String.valueOf((char) octet) : "=%02X".formatted(octet & 0xFF);
            quoted.writeBytes((octet == ' ' ? "_" : token).getBytes(StandardCharsets.US_ASCII));
        }
        return quoted.toString(StandardCharsets.US_ASCII);
    }
}
