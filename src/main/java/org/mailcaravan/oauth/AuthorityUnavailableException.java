package org.mailcaravan.oauth;

/** The sign-in service's published description or keys cannot be read, or cannot be trusted. Nothing was sent to it. */
final class AuthorityUnavailableException extends RuntimeException {
    AuthorityUnavailableException(String reason) {
        super(reason);
    }
}
