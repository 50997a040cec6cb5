package org.mailcaravan.oauth;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.util.Map;
import org.mailcaravan.credential.Secret;

/**
 * A token that another issuer writes for us, for example Kubernetes for a service account (workload identity federation; RFC 7523). It is read before each use,
 * because its issuer renews it. What can be seen to be wrong with it is told here; whether it is genuine is for Entra ID to say.
 */
public final class FederatedCredential implements ClientAuthentication {
    private static final int MAX_LENGTH = 16 * 1024;

    private final ProofSource source;
    private final String audience;
    private final Clock clock;

    /** @param audience whom the token must be meant for, for example {@code api://AzureADTokenExchange} */
    public FederatedCredential(ProofSource source, String audience, Clock clock) {
        this.source = source;
        this.audience = audience;
        this.clock = clock;
    }

    @Override
    public Map<String, String> fields(String clientId, URI tokenEndpoint) {
        Secret token = Secret.of(source.read().strip());
        check(token);
        return ClientAssertion.fields(token.value());
    }

    private void check(Secret token) {
        JWTClaimsSet claims = claims(token);
        if (!claims.getAudience().contains(audience)) {
            throw source.refused(
                    "holds a token for another audience",
                    "Have its issuer write one for the audience " + audience + ".");
        }
        if (claims.getExpirationTime() == null
                || !clock.instant().isBefore(claims.getExpirationTime().toInstant())) {
            throw source.refused(
                    "holds a token that has expired",
                    "Look after whoever writes the file: it must be renewed before its end; and check the clock.");
        }
    }

    private JWTClaimsSet claims(Secret token) {
        try {
            if (token.value().length() <= MAX_LENGTH) {
                return SignedJWT.parse(token.value()).getJWTClaimsSet();
            }
        } catch (ParseException e) {
            // told below, without the content
        }
        throw source.refused(
                "holds no signed token (JWT)",
                "Name the file that your platform writes, for example /var/run/secrets/azure/tokens/azure-identity-token.");
    }

    /** Prints no token. */
    @Override
    public String toString() {
        return "FederatedCredential[" + source.setting() + "]";
    }
}
