package org.mailcaravan.http;

import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The claims challenge of Continuous Access Evaluation: {@code WWW-Authenticate: Bearer …, error="insufficient_claims", claims="<base64 JSON>"}. Read leniently
 * (several headers, several challenges in one, base64 or base64url with or without padding), because what cannot be read is only an ordinary refusal.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/claims-challenge">Claims challenges</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110 section 11.6.1, WWW-Authenticate</a>
 */
public final class ClaimsChallenge {
    /** Longer headers are not read: a claims challenge has some hundred characters. */
    static final int MAX_CHARACTERS = 8 * 1024;

    private ClaimsChallenge() {}

    /** The claims of the first Bearer challenge that has some, as JSON text of an object; whether it is valid JSON is not checked. */
    public static Optional<String> of(HttpHeaders headers) {
        return headers.allValues("WWW-Authenticate").stream()
                .filter(value -> value.length() <= MAX_CHARACTERS)
                .flatMap(value -> new Challenges(value).claimsOfBearer().stream())
                .flatMap(claims -> json(claims).stream())
                .findFirst();
    }

    private static Optional<String> json(String base64) {
        String standard = base64.strip().replace('-', '+').replace('_', '/').replaceFirst("=+$", "");
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(standard));
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes).toString().strip();
            return text.startsWith("{") && text.endsWith("}") ? Optional.of(text) : Optional.empty();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** One header value: schemes and their parameters, in one pass without backtracking. */
    private static final class Challenges {
        private final String text;
        private int at;

        Challenges(String text) {
            this.text = text;
        }

        /** A word followed by an equals sign is a parameter, any other begins a challenge. */
        Optional<String> claimsOfBearer() {
            boolean bearer = false;
            while (at < text.length()) {
                String word = word();
                if (word.isEmpty()) {
                    at++;
                } else if (!equalsSign()) {
                    bearer = word.equalsIgnoreCase("Bearer");
                } else {
                    String value = value();
                    if (bearer && word.equalsIgnoreCase("claims")) {
                        return Optional.of(value);
                    }
                }
            }
            return Optional.empty();
        }

        private String word() {
            int start = at;
            while (at < text.length() && isWord(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }

        /** Of a token (RFC 9110 section 5.6.2) or a token68 without its padding. */
        private static boolean isWord(char c) {
            return c > ' ' && c < 0x7f && "\"(),;:<=>?@[]{}\\".indexOf(c) < 0;
        }

        private boolean equalsSign() {
            int next = at;
            while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
                next++;
            }
            if (next < text.length() && text.charAt(next) == '=') {
                at = next + 1;
                return true;
            }
            return false;
        }

        private String value() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
            return at < text.length() && text.charAt(at) == '"' ? quoted() : bare();
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at++;
            return value.toString();
        }

        /** Unquoted base64 ends with equals signs, which no token has. */
        private String bare() {
            int start = at;
            while (at < text.length() && (isWord(text.charAt(at)) || text.charAt(at) == '=')) {
                at++;
            }
            return text.substring(start, at);
        }
    }
}
