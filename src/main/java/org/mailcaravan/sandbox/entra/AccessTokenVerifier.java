package org.mailcaravan.sandbox.entra;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.entra.TokenRefusedException.Reason;

/** Checks access tokens as Microsoft's APIs do: signature, audience, life, revocation. Scopes are the API's own business. Thread-safe. */
public final class AccessTokenVerifier {
    private final SigningKeys keys;
    private final IssuedTokens issued;
    private final Clock clock;

    AccessTokenVerifier(SigningKeys keys, IssuedTokens issued, Clock clock) {
        this.keys = keys;
        this.issued = issued;
        this.clock = clock;
    }

    /**
     * Checks the request's bearer token.
     *
     * @param audience the API asked, {@code Permission.GRAPH} or {@code Permission.EXCHANGE}
     * @throws TokenRefusedException if the API must answer 401
     */
    public VerifiedToken verify(HttpExchange exchange, String audience) throws TokenRefusedException {
        String header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .orElseThrow(() -> new TokenRefusedException(Reason.MISSING));
        return verify(header.substring(7).strip(), audience);
    }

    /** As {@link #verify(HttpExchange, String)}, for a token at hand. */
    public VerifiedToken verify(String token, String audience) throws TokenRefusedException {
        JWTClaimsSet claims = signedClaims(token);
        if (!claims.getAudience().contains(audience)) {
            throw new TokenRefusedException(Reason.WRONG_AUDIENCE);
        }
        checkLife(claims);
        return new VerifiedToken(
                text(claims, "tid"),
                text(claims, "oid"),
                text(claims, "upn"),
                names(text(claims, "scp")),
                roles(claims),
                text(claims, "appid"),
                text(claims, "idtyp").equals("app"));
    }

    private static Set<String> names(String spaced) {
        return spaced.isEmpty() ? Set.of() : Set.of(spaced.split(" "));
    }

    private static Set<String> roles(JWTClaimsSet claims) {
        return claims.getClaim("roles") instanceof List<?> roles
                ? roles.stream().map(String::valueOf).collect(Collectors.toSet())
                : Set.of();
    }

    private void checkLife(JWTClaimsSet claims) throws TokenRefusedException {
        if (!clock.instant().isBefore(claims.getExpirationTime().toInstant())) {
            throw new TokenRefusedException(Reason.EXPIRED);
        }
        issued.check(text(claims, "uti"));
    }

    private JWTClaimsSet signedClaims(String token) throws TokenRefusedException {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            boolean good = keys.find(jwt.getHeader()).isPresent()
                    && jwt.verify(new RSASSAVerifier(
                            keys.find(jwt.getHeader()).orElseThrow().toRSAPublicKey()));
            if (good) {
                return jwt.getJWTClaimsSet();
            }
        } catch (ParseException | JOSEException e) {
            throw new TokenRefusedException(Reason.BAD_SIGNATURE);
        }
        throw new TokenRefusedException(Reason.BAD_SIGNATURE);
    }

    private static String text(JWTClaimsSet claims, String name) {
        return Optional.ofNullable(claims.getClaim(name)).map(String::valueOf).orElse("");
    }
}
