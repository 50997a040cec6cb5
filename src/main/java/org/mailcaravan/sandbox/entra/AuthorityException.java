package org.mailcaravan.sandbox.entra;

import java.util.Optional;

/** An answer of the authority that is an error: an AADSTS number with the OAuth {@code error} it usually travels under. */
final class AuthorityException extends Exception {
    private final int code;
    private final String error;
    private final Optional<String> suberror;
    private final Optional<String> claims;

    AuthorityException(int code, String error, String text, Optional<String> suberror, Optional<String> claims) {
        super("AADSTS" + code + ": " + text);
        this.code = code;
        this.error = error;
        this.suberror = suberror;
        this.claims = claims;
    }

    int code() {
        return code;
    }

    String error() {
        return error;
    }

    Optional<String> suberror() {
        return suberror;
    }

    Optional<String> claims() {
        return claims;
    }

    /** The same number under another OAuth error, as the authorize endpoint words some of them. */
    AuthorityException as(String otherError) {
        String text = getMessage().substring(getMessage().indexOf(": ") + 2);
        return new AuthorityException(code, otherError, text, suberror, claims);
    }

    /** The same with another claims challenge. */
    AuthorityException withClaims(String json) {
        String text = getMessage().substring(getMessage().indexOf(": ") + 2);
        return new AuthorityException(code, error, text, suberror, Optional.of(json));
    }

    /** The usual HTTP status at the token endpoint. */
    int status() {
        return switch (error) {
            case "invalid_client" -> 401;
            case "server_error" -> 500;
            case "temporarily_unavailable" -> 503;
            default -> code == 900561 ? 405 : 400;
        };
    }
}
