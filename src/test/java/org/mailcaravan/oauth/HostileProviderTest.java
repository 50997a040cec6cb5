package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.testing.ScriptedHttpServer.json;
import static org.mailcaravan.testing.ScriptedHttpServer.status;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.testing.ScriptedHttpServer;

/**
 * Hostile identity providers and hostile people between them and us: the negative modules of the OpenID relying-party test plan that apply to a confidential
 * client with the code flow, and the attacks of RFC 9700. Each is rejected, stores nothing, and causes no token request where none is due (G6).
 */
@ExtendWith(SharedConnect.class)
class HostileProviderTest {
    private static final ConnectFixture fixture = SharedConnect.fixture();
    private static final String CALLBACK = PublicAddress.CREATIO_CALLBACK_PATH;
    private static final RSAKey WEAK = weakKey();
    private static final ECKey ELLIPTIC = ellipticKey();

    private final ScriptedHttpServer attacker = new ScriptedHttpServer();
    private int callsBefore;

    /** @param row of the reliability and security sheet */
    record Case<T>(String row, String attack, T bend) {
        @Override
        public String toString() {
            return row + " " + attack;
        }
    }

    @BeforeEach
    void reset() {
        fixture.reset();
        attacker.otherwise(json("{}"));
        callsBefore = fixture.authority.tokenCalls().size();
    }

    @AfterEach
    void nothingWentToTheAttacker() {
        assertThat(attacker.asked()).isEmpty();
        attacker.close();
    }

    /** The issue asks for at least 60; each has its own name, and one entry in the tables below. */
    @Test
    void thereAreAtLeastSixtyCases() {
        List<String> names = Stream.of(authorizationAnswers(), idTokens(), tokenAnswers(), metadataDocuments())
                .flatMap(cases -> cases.map(Case::toString))
                .toList();
        assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(60);
    }

    /** What comes back over the browser: no token is asked for. */
    interface Forged {
        HttpResponse<String> send(Browser browser);
    }

    static Stream<Case<Forged>> authorizationAnswers() {
        return Stream.of(
                forged(
                        "S01",
                        "a state of another sign-in",
                        b -> b.comeBack(Map.of(
                                "code", "c", "state", begun().authorization.get("state")))),
                forged(
                        "S01",
                        "a state with one character changed",
                        b -> b.comeBack(Map.of("code", "c", "state", changed(state(b))))),
                forged(
                        "S01",
                        "a state in other letter case",
                        b -> b.comeBack(Map.of("code", "c", "state", swapCase(state(b))))),
                forged(
                        "S01",
                        "a state with a blank after it",
                        b -> b.comeBack(Map.of("code", "c", "state", state(b) + " "))),
                forged(
                        "S01",
                        "a state that is the cookie",
                        b -> b.comeBack(Map.of("code", "c", "state", b.cookie.substring(b.cookie.indexOf('=') + 1)))),
                forged("S01", "no state", b -> b.comeBack(Map.of("code", "c"))),
                forged("S01", "an empty state", b -> b.callback("code=c&state=")),
                forged("S01", "a state with a NUL", b -> b.callback("code=c&state=" + state(b) + "%00")),
                forged(
                        "S03",
                        "a victim's browser with the attacker's answer (login CSRF)",
                        HostileProviderTest::inAnotherBrowser),
                forged("S03", "no cookie", b -> withCookie(b, "")),
                forged("S03", "two cookies", b -> withCookie(b, b.cookie + "; " + b.cookie)),
                forged(
                        "S03",
                        "a cookie that is the state",
                        b -> withCookie(b, b.cookie.substring(0, b.cookie.indexOf('=') + 1) + state(b))),
                forged("S04", "iss of another server (mix-up)", b -> withIssuer(b, "https://evil.example/v2.0")),
                forged("S04", "iss with a slash at its end", b -> withIssuer(b, issuer() + "/")),
                forged("S04", "iss in upper case", b -> withIssuer(b, issuer().toUpperCase(Locale.ROOT))),
                forged(
                        "S04",
                        "iss of another tenant of the same server",
                        b -> withIssuer(b, issuer().replace("1111", "2222"))),
                forged(
                        "S04",
                        "iss with the template",
                        b -> withIssuer(b, fixture.authority.server.url() + "/{tenantid}/v2.0")),
                forged(
                        "S04",
                        "the callback of another registration",
                        b -> b.get(CALLBACK + "/other?code=c&state=" + state(b))),
                forged(
                        "S04",
                        "the callback with the registration's name appended",
                        b -> b.get(CALLBACK + "/default?code=c&state=" + state(b))),
                forged(
                        "S06",
                        "the callback with a slash at its end",
                        b -> b.get(CALLBACK + "/?code=c&state=" + state(b))),
                forged(
                        "S08",
                        "an access token instead of a code (implicit)",
                        b -> b.callback("access_token=t&token_type=Bearer&state=" + state(b))),
                forged(
                        "S08",
                        "an ID token instead of a code (implicit)",
                        b -> b.callback("id_token=t&state=" + state(b))),
                forged("S11", "two codes", b -> b.callback("code=a&code=b&state=" + state(b))),
                forged("S11", "two states", b -> b.callback("code=a&state=" + state(b) + "&state=" + state(b))),
                forged("S11", "two issuers", b -> b.callback("code=a&iss=" + issuer() + "&iss=x&state=" + state(b))),
                forged(
                        "S11",
                        "code and error together",
                        b -> b.callback("code=a&error=access_denied&state=" + state(b))),
                forged("S11", "neither code nor error", b -> b.callback("state=" + state(b))),
                forged("S11", "an empty code", b -> b.callback("code=&state=" + state(b))),
                forged("S11", "the answer by POST", b -> b.send("POST", CALLBACK + "?code=c&state=" + state(b))),
                forged("S46", "the code as a header", b -> b.get(CALLBACK + "?state=" + state(b), "code", "c")),
                forged(
                        "S10",
                        "an error text with markup",
                        b -> b.comeBack(
                                Map.of("error", "<script>", "error_description", "<img src=x>", "state", state(b)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("authorizationAnswers")
    void aForgedAuthorizationAnswerIsRejectedWithoutATokenCall(Case<Forged> one) {
        HttpResponse<String> page = one.bend().send(begun());

        assertThat(page.statusCode()).as(page.body()).isBetween(400, 499);
        assertThat(page.body()).doesNotContain("<script>", "<img");
        assertThat(calls()).isZero();
        nothingStored();
    }

    static Stream<Case<Consumer<FakeAuthority>>> idTokens() {
        return Stream.of(
                claims("another audience", c -> c.audience("someone-else")),
                claims("no audience", c -> c.audience((String) null)),
                claims("two audiences", c -> c.audience(List.of(FakeAuthority.CLIENT, "someone-else"))),
                claims("an audience in upper case", c -> c.audience(FakeAuthority.CLIENT.toUpperCase(Locale.ROOT))),
                claims("another authorized party", c -> c.claim("azp", "someone-else")),
                claims("an authorized party that is a list", c -> c.claim("azp", List.of(FakeAuthority.CLIENT))),
                claims("another nonce", c -> c.claim("nonce", "n")),
                claims("no nonce", c -> c.claim("nonce", null)),
                claims("a nonce that is a number", c -> c.claim("nonce", 7)),
                claims("another issuer", c -> c.issuer("https://evil.example/v2.0")),
                claims("no issuer", c -> c.issuer(null)),
                claims("an issuer with a slash at its end", c -> c.issuer(issuer() + "/")),
                claims("the issuer's template", c -> c.issuer(fixture.authority.server.url() + "/{tenantid}/v2.0")),
                claims("another tenant", c -> c.claim("tid", "00000000-0000-4000-8000-000000000000")),
                claims(
                        "another tenant with its issuer",
                        c -> c.claim("tid", "00000000-0000-4000-8000-000000000000")
                                .issuer(issuer().replace(
                                                FakeAuthority.TENANT, "00000000-0000-4000-8000-000000000000"))),
                claims("personal accounts", c -> c.claim("tid", "9188040d-6c67-4c5b-b112-36a304b66dad")),
                claims("a tenant that is none", c -> c.claim("tid", "contoso")),
                claims("no tenant", c -> c.claim("tid", null)),
                claims("too old", c -> c.expirationTime(at(-301))),
                claims("no end", c -> c.expirationTime(null)),
                claims("an end that is text", c -> c.claim("exp", "tomorrow")),
                claims("issued in the future", c -> c.issueTime(at(301))),
                claims("no issue time", c -> c.issueTime(null)),
                claims("not yet valid", c -> c.notBeforeTime(at(301))),
                claims("no subject", c -> c.subject(null)),
                claims("an empty subject", c -> c.subject(" ")),
                claims("no object id", c -> c.claim("oid", null)),
                claims("an object id with a path in it", c -> c.claim("oid", "../" + FakeAuthority.OBJECT)),
                claims("an object id of a thousand characters", c -> c.claim("oid", "a".repeat(1000))),
                claims("at_hash of another access token", c -> c.claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")),
                claims("at_hash that is a number", c -> c.claim("at_hash", 1)),
                token("a key of nobody", a -> jwt -> FakeAuthority.sign(a.claims(), FakeAuthority.NEXT_KEY)),
                token(
                        "the key id of another key",
                        a -> jwt -> signed(rs256().keyID("key-1"), a, rsa(FakeAuthority.NEXT_KEY))),
                token("no key id", a -> jwt -> signed(rs256(), a, rsa(FakeAuthority.KEY))),
                token("a broken signature", a -> jwt -> jwt.substring(0, jwt.length() - 8) + "AAAAAAAA"),
                token("no signature", a -> jwt -> jwt.substring(0, jwt.lastIndexOf('.') + 1)),
                token("claims exchanged under the signature", a -> HostileProviderTest::withOtherClaims),
                token("alg none", a -> jwt -> new PlainJWT(a.claims()).serialize()),
                token(
                        "HMAC with the public key",
                        a -> jwt ->
                                signed(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("key-1"), a, mac(publicKey()))),
                token(
                        "HMAC with the client secret",
                        a -> jwt -> signed(
                                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("key-1"),
                                a,
                                mac((ConnectFixture.CLIENT_SECRET + " ".repeat(20)).getBytes(StandardCharsets.UTF_8)))),
                token(
                        "PS256, which the server does not use",
                        a -> jwt -> signed(
                                new JWSHeader.Builder(JWSAlgorithm.PS256).keyID("key-1"), a, rsa(FakeAuthority.KEY))),
                token(
                        "RS384, which the server does not use",
                        a -> jwt -> signed(
                                new JWSHeader.Builder(JWSAlgorithm.RS384).keyID("key-1"), a, rsa(FakeAuthority.KEY))),
                token("ES256 with a published key", a -> {
                    a.keys = keys(ELLIPTIC.toPublicJWK());
                    return jwt -> signed(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec"), a, ec());
                }),
                token(
                        "a key inside the token",
                        a -> jwt -> signed(
                                rs256().keyID("inside").jwk(FakeAuthority.NEXT_KEY.toPublicJWK()),
                                a,
                                rsa(FakeAuthority.NEXT_KEY))),
                token(
                        "a critical header nobody knows",
                        a -> jwt -> signed(
                                rs256().keyID("key-1")
                                        .criticalParams(Set.of("x"))
                                        .customParam("x", 1),
                                a,
                                rsa(FakeAuthority.KEY))),
                token("an encrypted token", a -> jwt -> encrypted(a)),
                token("no token at all", a -> jwt -> ""),
                token("three dots and nothing", a -> jwt -> "..."),
                token("rubbish", a -> jwt -> "a.b.c"),
                token("claims that are a list", a -> jwt -> raw("[1]")),
                token("claims that are no JSON", a -> jwt -> raw("hello")),
                token(
                        "claims nested ten thousand deep",
                        a -> jwt -> raw("{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("idTokens")
    void anUntrustedIdTokenStoresNothing(Case<Consumer<FakeAuthority>> one) {
        Browser browser = begun();
        one.bend().accept(fixture.authority);

        HttpResponse<String> page = browser.comeBack();

        assertThat(page.statusCode()).as(page.body()).isIn(403, 502);
        assertThat(calls()).as("the code was redeemed, and nothing more").isEqualTo(1);
        nothingStored();
    }

    @Test
    void s13TheRightAtHashIsAccepted() {
        Browser browser = begun();
        String accessToken = "CANARY-access-" + (fixture.authority.tokens + 1);
        fixture.authority.claims = claims -> claims.claim("at_hash", OpaqueValues.leftHalfOfSha256(accessToken));

        assertThat(browser.comeBack().statusCode()).isEqualTo(303);
    }

    /** The token names where its key is to be had: nobody goes there (S13, S42). */
    @ParameterizedTest
    @ValueSource(strings = {"jku", "x5u"})
    void s13S42AKeyAddressInsideTheTokenIsNotFollowed(String header) {
        attacker.otherwise(json(keys(FakeAuthority.NEXT_KEY.toPublicJWK())));
        URI address = URI.create(attacker.url() + "/keys");
        JWSHeader.Builder built = rs256().keyID("key-2");
        fixture.authority.idToken = jwt -> signed(
                header.equals("jku") ? built.jwkURL(address) : built.x509CertURL(address),
                fixture.authority,
                rsa(FakeAuthority.NEXT_KEY));

        assertThat(begun().comeBack().statusCode()).isEqualTo(502);
        nothingStored();
    }

    /** Keys that a careful client does not take, even from the right server. */
    @Test
    void s13AWeakOrMisusedPublishedKeyIsNotTrusted() throws Exception {
        RSAKey forEncryption = new RSAKey.Builder(FakeAuthority.NEXT_KEY.toRSAPublicKey())
                .keyUse(KeyUse.ENCRYPTION)
                .keyID("enc")
                .build();
        try (FakeAuthority fake = new FakeAuthority(fixture.clock);
                HttpGateway http = new HttpGateway(Duration.ofSeconds(2))) {
            fake.keys = keys(WEAK.toPublicJWK(), forEncryption, FakeAuthority.KEY.toPublicJWK());
            Authority authority = authority(fake, http);

            assertThat(authority.key("weak")).isEmpty();
            assertThat(authority.key("enc")).isEmpty();
            assertThat(authority.key("key-1")).isPresent();
        }
    }

    static Stream<Case<Consumer<FakeAuthority>>> tokenAnswers() {
        return Stream.of(
                answer("no token type", "{\"access_token\":\"t\"}"),
                answer("another token type", "{\"access_token\":\"t\",\"token_type\":\"mac\"}"),
                answer("a token type that is a list", "{\"access_token\":\"t\",\"token_type\":[\"Bearer\"]}"),
                answer("an empty access token", "{\"access_token\":\"\",\"token_type\":\"Bearer\"}"),
                answer("an access token that is a number", "{\"access_token\":1,\"token_type\":\"Bearer\"}"),
                answer(
                        "a line break in the access token",
                        "{\"access_token\":\"t\\r\\nX: y\",\"token_type\":\"Bearer\"}"),
                answer(
                        "letters beyond ASCII in the access token",
                        "{\"access_token\":\"t\\u760a\",\"token_type\":\"Bearer\"}"),
                answer(
                        "two access tokens",
                        "{\"access_token\":\"t\",\"access_token\":\"u\",\"token_type\":\"Bearer\"}"),
                answer("an answer with more after it", "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}{}"),
                answer(
                        "an error and a token",
                        "{\"error\":\"invalid_grant\",\"access_token\":\"t\",\"token_type\":\"Bearer\"}"),
                answer("an answer nested a hundred thousand deep", "[".repeat(100_000)),
                answer("no refresh token", "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"id_token\":\"a.b.c\"}"),
                answer(
                        "a refresh token that is a number",
                        "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"refresh_token\":5}"),
                scripted(
                        "a token with status 400",
                        status(
                                400,
                                "application/json",
                                "{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"refresh_token\":\"r\"}")),
                scripted("two megabytes of blanks", json(" ".repeat(2_000_000) + "{}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokenAnswers")
    void aHostileTokenAnswerStoresNothing(Case<Consumer<FakeAuthority>> one) {
        Browser browser = begun();
        one.bend().accept(fixture.authority);

        HttpResponse<String> page = browser.comeBack();

        assertThat(page.statusCode()).as(page.body()).isBetween(400, 503);
        assertThat(calls()).as("the code was sent once").isEqualTo(1);
        nothingStored();
    }

    /** S44: the code does not travel on. */
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void s44ARedirectOfTheTokenEndpointIsNotFollowed(int redirect) {
        fixture.authority.tokenScript.add(status(redirect, "text/plain", "", "Location", attacker.url() + "/token"));

        assertThat(begun().comeBack().statusCode()).isEqualTo(503);
        nothingStored();
    }

    static Stream<Case<Map<String, Object>>> metadataDocuments() {
        return Stream.of(
                document("another issuer", "issuer", "https://evil.example/" + FakeAuthority.TENANT + "/v2.0"),
                document("an issuer with a slash at its end", "issuer", issuer() + "/"),
                document("an issuer that is a template", "issuer", fixture.authority.server.url() + "/{tenantid}/v2.0"),
                document("the issuer of another tenant", "issuer", issuer().replace("1111", "2222")),
                document("an issuer that is a list", "issuer", List.of(issuer())),
                document("a token endpoint elsewhere", "token_endpoint", "https://evil.example/token"),
                document("a token endpoint on another port", "token_endpoint", "http://127.0.0.1:1/token"),
                document(
                        "a token endpoint behind user information",
                        "token_endpoint",
                        fixture.authority.server.url().replace("//", "//x@") + "/token"),
                document("a token endpoint that is a file", "token_endpoint", "file:///etc/passwd"),
                document("an authorization endpoint that is a script", "authorization_endpoint", "javascript:alert(1)"),
                document(
                        "an authorization endpoint without a scheme",
                        "authorization_endpoint",
                        "//evil.example/authorize"),
                document("keys elsewhere", "jwks_uri", "https://evil.example/keys"),
                document("keys on this machine", "jwks_uri", "http://169.254.169.254/latest/meta-data"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("metadataDocuments")
    void hostileMetadataIsNotUsed(Case<Map<String, Object>> one) {
        try (FakeAuthority fake = new FakeAuthority(fixture.clock);
                HttpGateway http = new HttpGateway(Duration.ofSeconds(2))) {
            fake.metadata.put("issuer", fake.server.url() + "/" + FakeAuthority.TENANT + "/v2.0");
            one.bend().forEach((name, value) -> fake.metadata.put(name, moved(value, fake)));

            assertThatThrownBy(() -> authority(fake, http).metadata())
                    .isInstanceOf(AuthorityUnavailableException.class);
            assertThat(fake.tokenCalls()).isEmpty();
        }
    }

    private static Object moved(Object value, FakeAuthority to) {
        return value instanceof String text ? text.replace(fixture.authority.server.url(), to.server.url()) : value;
    }

    private static Authority authority(FakeAuthority fake, HttpGateway http) {
        return new Authority(
                new AppRegistration(
                        "default",
                        ClientMode.DELEGATED,
                        URI.create(fake.server.url()),
                        FakeAuthority.TENANT,
                        FakeAuthority.CLIENT,
                        new ClientSecret(Secret.of("s")),
                        Set.of(),
                        Set.of()),
                http,
                fixture.clock);
    }

    private static Browser begun() {
        Browser browser = fixture.browser();
        assertThat(browser.press("/0/rest/Office365OAuthAuthenticator/Connect").statusCode())
                .isEqualTo(303);
        return browser;
    }

    private static HttpResponse<String> inAnotherBrowser(Browser attackers) {
        Browser victim = begun();
        return victim.comeBack(Map.of("code", "attackers-code", "state", state(attackers)));
    }

    private static HttpResponse<String> withCookie(Browser browser, String cookie) {
        browser.cookie = cookie;
        return browser.comeBack();
    }

    private static HttpResponse<String> withIssuer(Browser browser, String issuer) {
        return browser.comeBack(Map.of("code", "c", "state", state(browser), "iss", issuer));
    }

    private static String state(Browser browser) {
        return Optional.ofNullable(browser.authorization.get("state")).orElseThrow();
    }

    private static String changed(String state) {
        return (state.charAt(0) == 'A' ? 'B' : 'A') + state.substring(1);
    }

    private static String swapCase(String text) {
        String swapped = text.chars()
                .map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        assertThat(swapped).isNotEqualTo(text);
        return swapped;
    }

    private static String issuer() {
        return fixture.authority.server.url() + "/" + FakeAuthority.TENANT + "/v2.0";
    }

    private int calls() {
        return fixture.authority.tokenCalls().size() - callsBefore;
    }

    private static void nothingStored() {
        assertThat(fixture.mailboxes.rows).isEmpty();
        assertThat(fixture.database.count("credential")).isZero();
    }

    private static Date at(int seconds) {
        return Date.from(fixture.clock.instant().plusSeconds(seconds));
    }

    private static Case<Forged> forged(String row, String attack, Forged forged) {
        return new Case<>(row, attack, forged);
    }

    private static Case<Consumer<FakeAuthority>> claims(String attack, Consumer<JWTClaimsSet.Builder> change) {
        return new Case<>(
                "S13",
                attack,
                authority -> authority.claims = claims -> {
                    change.accept(claims);
                    return claims;
                });
    }

    private interface Forger {
        UnaryOperator<String> of(FakeAuthority authority);
    }

    private static Case<Consumer<FakeAuthority>> token(String attack, Forger forger) {
        return new Case<>("S13", attack, authority -> authority.idToken = forger.of(authority));
    }

    private static Case<Consumer<FakeAuthority>> answer(String attack, String body) {
        return scripted(attack, json(body));
    }

    private static Case<Consumer<FakeAuthority>> scripted(String attack, ScriptedHttpServer.Answer answer) {
        return new Case<>("S40", attack, authority -> authority.tokenScript.add(answer));
    }

    private static Case<Map<String, Object>> document(String attack, String name, Object value) {
        return new Case<>("S05", attack, Map.of(name, value));
    }

    private static JWSHeader.Builder rs256() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT);
    }

    private static String signed(JWSHeader.Builder header, FakeAuthority authority, JWSSigner signer) {
        return signed(header, authority.claims().toPayload(), signer);
    }

    private static String signed(JWSHeader.Builder header, Payload payload, JWSSigner signer) {
        try {
            JWSObject object = new JWSObject(header.build(), payload);
            object.sign(signer);
            return object.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String raw(String payload) {
        return signed(rs256().keyID("key-1"), new Payload(payload), rsa(FakeAuthority.KEY));
    }

    private static String withOtherClaims(String jwt) {
        String[] parts = jwt.split("\\.");
        String other = new String(new Base64URL(parts[1]).decode(), StandardCharsets.UTF_8)
                .replace(FakeAuthority.OBJECT, "00000000-8888-4777-8666-555555555555");
        return parts[0] + "." + Base64URL.encode(other) + "." + parts[2];
    }

    private static String encrypted(FakeAuthority authority) {
        try {
            JWEObject object = new JWEObject(
                    new JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM),
                    authority.claims().toPayload());
            object.encrypt(new RSAEncrypter(FakeAuthority.KEY.toRSAPublicKey()));
            return object.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSSigner rsa(RSAKey key) {
        try {
            return new RSASSASigner(key);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSSigner ec() {
        try {
            return new ECDSASigner(ELLIPTIC);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSSigner mac(byte[] secret) {
        try {
            return new MACSigner(secret);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] publicKey() {
        try {
            return FakeAuthority.KEY.toRSAPublicKey().getEncoded();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String keys(JWK... keys) {
        List<String> all = new ArrayList<>();
        for (JWK key : keys) {
            all.add(key.toJSONString());
        }
        return "{\"keys\":[" + String.join(",", all) + "]}";
    }

    private static RSAKey weakKey() {
        try {
            return new RSAKeyGenerator(1024, true).keyID("weak").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ellipticKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
