package org.mailcaravan.oauth;

/** The port to the token endpoint (RFC 6749 section 3.2). Every grant, refresh included, goes through it. Safe for use by several threads. */
@FunctionalInterface
public interface TokenEndpoint {
    /** One request. Every end is a value: nothing the network or the server does is thrown. */
    TokenOutcome request(TokenRequest request);
}
