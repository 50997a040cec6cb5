package org.mailcaravan.sandbox.entra;

/** Ways in which the authority can be told to issue a bad {@code id_token}, for tests of clients that must refuse it. */
public enum IdTokenFault {
    /** {@code aud} names another application. */
    WRONG_AUDIENCE,
    /** {@code nonce} is not the one sent. */
    WRONG_NONCE,
    /** {@code nonce} is left out. */
    NO_NONCE,
    /** Signed by another key under a published key's {@code kid}. */
    WRONG_SIGNATURE,
    /** Signed by a key, and naming a {@code kid}, that is published nowhere. */
    UNKNOWN_KEY,
    /** A well-made token of another tenant: its {@code tid} and {@code iss}. */
    WRONG_TENANT,
    /** {@code iss} is another authority's. */
    WRONG_ISSUER,
    /** Past its end. */
    EXPIRED,
    /** Header {@code alg} is {@code none} and there is no signature. */
    ALG_NONE
}
