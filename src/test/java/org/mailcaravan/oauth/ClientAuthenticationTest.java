package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.testing.SelfSigned;
import org.mailcaravan.testing.SettableClock;

/** What each kind of client authentication sends, how it follows its files, and what it refuses. */
class ClientAuthenticationTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final URI ENDPOINT = URI.create("https://login.microsoftonline.com/t/oauth2/v2.0/token");
    private static final String AUDIENCE = "api://AzureADTokenExchange";
    private static final SelfSigned FORMER =
            SelfSigned.rsa(2048, NOW.minus(Duration.ofDays(300)), NOW.plus(Duration.ofDays(60)));
    private static final SelfSigned NEWER =
            SelfSigned.rsa(2048, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(365)));

    private final SettableClock clock = new SettableClock(NOW);

    @TempDir
    private Path directory;

    @Test
    void aSecretFileIsReadBeforeEachUse() {
        ClientAuthentication secret = secretFile("CANARY-one\r\n");
        assertThat(secret.fields("c", ENDPOINT)).containsOnly(Map.entry("client_secret", "CANARY-one"));

        write("secret", "CANARY-two");

        assertThat(secret.fields("c", ENDPOINT)).containsOnly(Map.entry("client_secret", "CANARY-two"));
        assertThat(secret.candidates()).hasSize(1);
    }

    @Test
    void theSecretThatWasTakenStaysTheFirstAsLongAsItIsInTheFile() {
        ClientAuthentication secret = secretFile("CANARY-new\n\n CANARY-old \n");
        assertThat(secrets(secret)).containsExactly("CANARY-new", "CANARY-old");

        secret.prefer(secret.candidates().get(1));
        assertThat(secrets(secret)).containsExactly("CANARY-old", "CANARY-new");

        write("secret", "CANARY-newest\nCANARY-new\n");
        assertThat(secrets(secret)).containsExactly("CANARY-newest", "CANARY-new");
    }

    @Test
    void theEndOfASecretIsWhatTheOperatorSays() {
        Instant end = NOW.plus(Duration.ofDays(30));
        ClientAuthentication secret = secretFile("CANARY-one");

        assertThat(secret.expiry("default")).isEmpty();
        assertThat(secret.endingAt(end).expiry("default")).contains(Expiry.clientSecret("default", end));
        assertThat(secret.endingAt(end).candidates()).isEqualTo(secret.candidates());
    }

    /** S17: exact audience, at most five minutes, an id of its own each time. */
    @Test
    void s17ACertificateSignsAnAssertionForTheTokenEndpoint() throws Exception {
        ClientAuthentication certificate = certificate(NEWER.certificatePem(), NEWER.keyPem());

        SignedJWT assertion = assertion(certificate.fields("client", ENDPOINT));

        assertThat(assertion.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.PS256);
        assertThat(assertion.getHeader().toJSONObject())
                .containsOnlyKeys("alg", "typ", "x5t#S256")
                .containsEntry("x5t#S256", thumbprint(NEWER));
        assertThat(assertion.verify(
                        new RSASSAVerifier((RSAPublicKey) NEWER.keys().getPublic())))
                .isTrue();
        JWTClaimsSet claims = assertion.getJWTClaimsSet();
        assertThat(claims.getClaims().keySet())
                .containsExactlyInAnyOrder("aud", "iss", "sub", "jti", "nbf", "iat", "exp");
        assertThat(claims.getAudience()).containsExactly(ENDPOINT.toString());
        assertThat(claims.getIssuer()).isEqualTo("client");
        assertThat(claims.getSubject()).isEqualTo("client");
        assertThat(claims.getExpirationTime().toInstant())
                .isAfter(NOW)
                .isBeforeOrEqualTo(NOW.plus(Duration.ofMinutes(5)));
        assertThat(claims.getJWTID())
                .isNotEqualTo(assertion(certificate.fields("client", ENDPOINT))
                        .getJWTClaimsSet()
                        .getJWTID());
    }

    @Test
    void certificateAndKeyMayStandInOneFileWithOtherBlocks() throws Exception {
        String all = "Bag Attributes\n  localKeyID: 01\n" + NEWER.keyPem() + FORMER.certificatePem()
                + NEWER.certificatePem() + SelfSigned.pem("X509 CRL", new byte[] {1});
        Path file = SelfSigned.write(directory.resolve("all.pem"), all);

        ClientAuthentication certificate = new ClientCertificate(
                ProofSource.file("cert-setting", file), ProofSource.file("key-setting", file), clock);

        assertThat(certificate.candidates()).as("one has no key").hasSize(1);
        assertThat(thumbprint(certificate)).isEqualTo(thumbprint(NEWER));
    }

    @Test
    void theNewestValidCertificateComesFirstAndTheOneThatWasTakenStays() throws Exception {
        ClientAuthentication certificate = both();
        assertThat(thumbprint(certificate)).isEqualTo(thumbprint(NEWER));

        certificate.prefer(certificate.candidates().get(1));
        assertThat(thumbprint(certificate)).isEqualTo(thumbprint(FORMER));
        assertThat(certificate.candidates()).hasSize(2);

        clock.advance(Duration.ofDays(61));
        assertThat(thumbprint(certificate)).as("the former has expired").isEqualTo(thumbprint(NEWER));
        assertThat(certificate.candidates()).hasSize(1);
    }

    @Test
    void aCertificateEndsWhenTheLastOfThemDoes() {
        assertThat(both().expiry("partner"))
                .contains(Expiry.certificate(
                        "partner", NEWER.certificate().getNotAfter().toInstant()));
    }

    @Test
    void aNewCertificateIsUsedAsSoonAsItIsInTheFiles() throws Exception {
        ClientAuthentication certificate = certificate(FORMER.certificatePem(), FORMER.keyPem());
        assertThat(thumbprint(certificate)).isEqualTo(thumbprint(FORMER));

        write("cert.pem", NEWER.certificatePem());
        SelfSigned.write(directory.resolve("key.pem"), NEWER.keyPem());

        assertThat(thumbprint(certificate)).isEqualTo(thumbprint(NEWER));
    }

    @Test
    void anExpiredCertificateIsRefusedWhenUsedAndNotWhenRead() {
        ClientCertificate certificate = certificate(FORMER.certificatePem(), FORMER.keyPem());
        clock.advance(Duration.ofDays(61));

        certificate.check();

        refused(certificate, "cert-setting", "has expired at 2027-01-23", "Certificates & secrets");
    }

    @Test
    void aCertificateThatIsNotYetValidPointsToTheClock() {
        clock.advance(Duration.ofDays(-400));
        refused(certificate(NEWER.certificatePem(), NEWER.keyPem()), "cert-setting", "is valid from", "clock");
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        ClientAuthentication certificate = certificate(NEWER.certificatePem(), NEWER.keyPem());
        for (String permissions : List.of("rw-r-----", "rw----r--", "rw--w----")) {
            Files.setPosixFilePermissions(directory.resolve("key.pem"), PosixFilePermissions.fromString(permissions));
            refused(certificate, "key-setting", "may be used by others", "chmod 600");
        }
    }

    @Test
    void aKeyFromASettingNeedsNoFile() throws Exception {
        ClientAuthentication certificate = new ClientCertificate(
                ProofSource.file("cert-setting", write("cert.pem", NEWER.certificatePem())),
                ProofSource.text("oauth.client-key", Secret.of(NEWER.keyPem())),
                clock);

        assertThat(thumbprint(certificate)).isEqualTo(thumbprint(NEWER));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PRIVATE KEY           | no private key | BEGIN PRIVATE KEY",
                "RSA PRIVATE KEY       | not in PKCS#8  | openssl pkcs8",
                "ENCRYPTED PRIVATE KEY | is encrypted   | openssl pkcs8",
                "EC PRIVATE KEY        | not in PKCS#8  | openssl pkcs8"
            })
    void aKeyOfAnotherFormIsRefusedWithTheCommandThatConvertsIt(String label, String problem, String remedy) {
        String key = label.equals("PRIVATE KEY") ? "no block" : SelfSigned.pem(label, new byte[] {1, 2});
        refused(certificate(NEWER.certificatePem(), key), "key-setting", problem, remedy);
    }

    @Test
    void brokenOrUnfitKeysAndCertificatesAreRefused() {
        Instant end = NOW.plus(Duration.ofDays(1));
        SelfSigned shortKey = SelfSigned.rsa(1024, NOW, end);
        SelfSigned elliptic = SelfSigned.elliptic(NOW, end);
        String broken = SelfSigned.pem("CERTIFICATE", new byte[] {1, 2, 3});

        refused(certificate(NEWER.certificatePem(), FORMER.keyPem()), "key-setting", "no key of a cert", "together");
        refused(certificate(shortKey.certificatePem(), shortKey.keyPem()), "key-setting", "1024 bits", "2048");
        refused(certificate(elliptic.certificatePem(), elliptic.keyPem()), "key-setting", "no RSA key", "2048");
        refused(certificate(broken, NEWER.keyPem()), "cert-setting", "cannot be parsed", "Export");
        refused(certificate("CANARY", NEWER.keyPem()), "cert-setting", "no certificate", "BEGIN CERTIFICATE");
        refused(
                certificate(NEWER.certificatePem(), SelfSigned.pem("PRIVATE KEY", new byte[] {1, 2, 3})),
                "key-setting",
                "no RSA key",
                "2048");
    }

    @Test
    void aMissingEmptyOrHugeFileIsRefusedWithTheSettingsName() throws IOException {
        ClientAuthentication secret = secretFile("CANARY");
        Files.delete(directory.resolve("secret"));
        refused(secret, "secret-setting", "cannot be read (NoSuchFileException)", "exists");
        write("secret", " \n");
        refused(secret, "secret-setting", "is empty", "another file");
        write("secret", "CANARY".repeat(20_000));
        refused(secret, "secret-setting", "more than 65536 bytes", "right file");
        Files.write(directory.resolve("secret"), new byte[] {(byte) 0xff, (byte) 0xfe});
        refused(secret, "secret-setting", "cannot be read", "text file");
        write("secret", "CANARY1\nCANARY2\nCANARY3");
        refused(secret, "secret-setting", "has 3 lines", "the new and the former");
    }

    @Test
    void aFederatedTokenIsReadBeforeEachUse() {
        String first = token(AUDIENCE, NOW.plusSeconds(600));
        ClientAuthentication federated = federated(first + "\n");
        assertThat(federated.fields("c", ENDPOINT))
                .containsOnly(
                        Map.entry("client_assertion", first),
                        Map.entry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));

        String second = token(AUDIENCE, NOW.plusSeconds(1200));
        write("token", second);

        assertThat(federated.fields("c", ENDPOINT)).containsEntry("client_assertion", second);
    }

    @Test
    void aFederatedTokenThatCannotWorkIsNotSent() {
        refused(federated("CANARY"), "token-setting", "no signed token", "your platform");
        refused(federated("CANARY.a.b"), "token-setting", "no signed token", "your platform");
        refused(federated("eyJhbGciOiJub25lIn0.e30."), "token-setting", "no signed token", "your platform");
        refused(federated("a".repeat(20_000)), "token-setting", "no signed token", "your platform");
        refused(federated(token("api://CANARY", NOW.plusSeconds(60))), "token-setting", "another audience", AUDIENCE);
        refused(federated(token(AUDIENCE, NOW)), "token-setting", "has expired", "renewed");
    }

    @Test
    void aPublicClientProvesNothing() {
        assertThat(new PublicClient().fields("c", ENDPOINT)).isEmpty();
    }

    /** S30. */
    @Test
    void nothingPrintsASecret() {
        assertThat(List.of(
                                secretFile("CANARY"),
                                secretFile("CANARY").endingAt(NOW),
                                both(),
                                federated("CANARY"),
                                ProofSource.text("x", Secret.of("CANARY")))
                        .toString())
                .doesNotContain("CANARY")
                .doesNotContain("BEGIN");
    }

    @Test
    void aSourceIsEitherAFileOrAText() {
        assertThatThrownBy(() -> new ProofSource("x", java.util.Optional.empty(), java.util.Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void refused(ClientAuthentication authentication, String setting, String problem, String remedy) {
        ClientProofException refused = catchThrowableOfType(
                ClientProofException.class,
                () -> authentication.candidates().get(0).fields("c", ENDPOINT));
        assertThat(refused.setting()).isEqualTo(setting);
        assertThat(refused.problem()).contains(problem);
        assertThat(refused.remedy()).contains(remedy).endsWith(".");
        assertThat(refused).hasMessageStartingWith(setting).hasMessageNotContaining("CANARY");
        assertThat(refused.outcome().remedy())
                .as("may be shown on a page")
                .startsWith(setting)
                .doesNotContain(directory.toString());
    }

    private ClientAuthentication secretFile(String content) {
        return new ClientSecretFile(ProofSource.file("secret-setting", write("secret", content)));
    }

    private ClientCertificate certificate(String certificate, String key) {
        return new ClientCertificate(
                ProofSource.file("cert-setting", write("cert.pem", certificate)),
                ProofSource.file("key-setting", SelfSigned.write(directory.resolve("key.pem"), key)),
                clock);
    }

    private ClientCertificate both() {
        return certificate(FORMER.certificatePem() + NEWER.certificatePem(), FORMER.keyPem() + NEWER.keyPem());
    }

    private ClientAuthentication federated(String content) {
        return new FederatedCredential(ProofSource.file("token-setting", write("token", content)), AUDIENCE, clock);
    }

    private static String token(String audience, Instant end) {
        return FakeAuthority.sign(
                new JWTClaimsSet.Builder()
                        .audience(audience)
                        .expirationTime(Date.from(end))
                        .build(),
                FakeAuthority.KEY);
    }

    private static List<String> secrets(ClientAuthentication secret) {
        return secret.candidates().stream()
                .map(one -> one.fields("c", ENDPOINT).get("client_secret"))
                .toList();
    }

    private static SignedJWT assertion(Map<String, String> fields) throws Exception {
        assertThat(fields).containsOnlyKeys("client_assertion", "client_assertion_type");
        return SignedJWT.parse(fields.get("client_assertion"));
    }

    private static String thumbprint(ClientAuthentication certificate) throws Exception {
        return assertion(certificate.fields("c", ENDPOINT))
                .getHeader()
                .getX509CertSHA256Thumbprint()
                .toString();
    }

    private static String thumbprint(SelfSigned certificate) throws Exception {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(certificate.certificate().getEncoded()));
    }

    private Path write(String name, String content) {
        return SelfSigned.write(directory.resolve(name), content);
    }
}
