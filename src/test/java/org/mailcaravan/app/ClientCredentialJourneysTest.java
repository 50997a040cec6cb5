package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.testing.SelfSigned;

/**
 * What the application proves itself with, against the sandbox and through the route {@code oauth-token}: each mailbox that is connected shows that the code was
 * redeemed with it. Nothing is restarted in between.
 */
final class ClientCredentialJourneysTest {
    private static final JourneyFixture.Size SIZE = new JourneyFixture.Size(2, 4);

    @TempDir
    private Path directory;

    @Test
    void aClientSecretIsExchangedWithoutARestartInEitherOrder() throws Exception {
        Path file = directory.resolve("client-secret");
        try (JourneyFixture journey = JourneyFixture.start(directory, SIZE, (tenant, settings) -> {
            SelfSigned.write(file, settings.put("oauth.client-secret", ""));
            settings.put("oauth.client-secret-file", file.toString());
            return tenant.demoRegistration();
        })) {
            String clientId = journey.tenant().directory().demoRegistration().clientId();
            String former = Files.readString(file).strip();
            connects(journey, 0);

            // the new one is in the file before the server knows it
            SelfSigned.write(file, "sandbox~new-secret\n" + former + "\n");
            connects(journey, 1);

            // the server knows both, then only the new one; the file still holds both
            journey.control("entra/secret", Map.of("clientId", clientId, "value", "sandbox~new-secret"));
            for (var secret : journey.tenant()
                    .directory()
                    .demoRegistration()
                    .credentials()
                    .secrets()) {
                if (secret.value().equals(former)) {
                    journey.control("entra/remove-credential", Map.of("clientId", clientId, "id", secret.id()));
                }
            }
            connects(journey, 2);

            SelfSigned.write(file, "sandbox~new-secret\n");
            connects(journey, 3);
        }
    }

    /** S17: a certificate instead of a secret, and its successor beside it. */
    @Test
    void s17ACertificateSignsInAndIsReplacedWithoutARestart() throws Exception {
        Instant now = Instant.now();
        SelfSigned former = SelfSigned.rsa(2048, now.minus(Duration.ofDays(2)), now.plus(Duration.ofDays(30)));
        SelfSigned newer = SelfSigned.rsa(2048, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)));
        Path file = SelfSigned.write(directory.resolve("client.pem"), former.certificatePem() + former.keyPem());
        try (JourneyFixture journey = JourneyFixture.start(directory, SIZE, (tenant, settings) -> {
            settings.remove("oauth.client-secret");
            settings.put("oauth.client-certificate-file", file.toString());
            settings.put("oauth.client-key-file", file.toString());
            return tenant.demoRegistration();
        })) {
            String clientId = journey.tenant().directory().demoRegistration().clientId();
            String id = journey.control(
                            "entra/certificate", Map.of("clientId", clientId, "pem", former.certificatePem()))
                    .path("id")
                    .asText();
            connects(journey, 0);

            // the newer one comes first and is not known yet: the former one is tried at once
            SelfSigned.write(file, newer.certificatePem() + newer.keyPem() + former.certificatePem() + former.keyPem());
            connects(journey, 1);

            journey.control("entra/certificate", Map.of("clientId", clientId, "pem", newer.certificatePem()));
            journey.control("entra/remove-credential", Map.of("clientId", clientId, "id", id));
            connects(journey, 2);
        }
    }

    @Test
    void aFederatedTokenSignsInAndIsRenewedWithoutARestart() throws Exception {
        RSAKey issuer = new RSAKeyGenerator(2048).keyID("cluster").generate();
        Path file = SelfSigned.write(directory.resolve("token"), token(issuer, Duration.ofMinutes(5)));
        try (JourneyFixture journey = JourneyFixture.start(directory, SIZE, (tenant, settings) -> {
            settings.remove("oauth.client-secret");
            settings.put("oauth.federated-token-file", file.toString());
            return tenant.demoRegistration();
        })) {
            journey.control(
                    "entra/federated-credential",
                    Map.of(
                            "clientId",
                            journey.tenant().directory().demoRegistration().clientId(),
                            "issuer",
                            "https://cluster.example",
                            "subject",
                            "system:serviceaccount:mail:mailcaravan",
                            "keys",
                            new JWKSet(issuer.toPublicJWK()).toJSONObject()));
            connects(journey, 0);

            SelfSigned.write(file, token(issuer, Duration.ofMinutes(10)));
            connects(journey, 1);
        }
    }

    private static String token(RSAKey issuer, Duration life) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("cluster").build(),
                new JWTClaimsSet.Builder()
                        .issuer("https://cluster.example")
                        .subject("system:serviceaccount:mail:mailcaravan")
                        .audience("api://AzureADTokenExchange")
                        .expirationTime(Date.from(Instant.now().plus(life)))
                        .build());
        token.sign(new RSASSASigner(issuer));
        return token.serialize();
    }

    private static void connects(JourneyFixture journey, int index) throws Exception {
        SandboxUser user = journey.user(index);
        journey.connect(user, "graph");
        assertThat(journey.requests(user))
                .as("the mailbox was probed with a token")
                .isNotEmpty();
    }
}
