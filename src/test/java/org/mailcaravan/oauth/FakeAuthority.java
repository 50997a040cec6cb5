package org.mailcaravan.oauth;

import static org.mailcaravan.testing.ScriptedHttpServer.json;
import static org.mailcaravan.testing.ScriptedHttpServer.status;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.testing.ScriptedHttpServer;

/** An authorization server that a test bends as it likes. Shares nothing with the code under test but the wire. */
final class FakeAuthority implements AutoCloseable {
    static final String TENANT = "11111111-2222-4333-8444-555555555555";
    static final String CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    static final String OBJECT = "99999999-8888-4777-8666-555555555555";
    static final String LOGIN = "anna@contoso.example";
    static final RSAKey KEY = newKey("key-1");
    static final RSAKey NEXT_KEY = newKey("key-2");

    final ScriptedHttpServer server = new ScriptedHttpServer();
    final Deque<ScriptedHttpServer.Answer> tokenScript = new ConcurrentLinkedDeque<>();
    final Map<String, Object> metadata = new ConcurrentHashMap<>();
    volatile String keys;
    volatile String graphScopes =
            "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read openid profile";
    volatile String exchangeScopes = "https://outlook.office365.com/EWS.AccessAsUser.All";
    volatile ScriptedHttpServer.Answer deviceAnswer = device();
    volatile UnaryOperator<JWTClaimsSet.Builder> claims = UnaryOperator.identity();
    volatile UnaryOperator<String> idToken = UnaryOperator.identity();
    volatile RSAKey signer = KEY;
    volatile String nonce = "";
    volatile int tokens;
    private final Clock clock;

    FakeAuthority(Clock clock) {
        this.clock = clock;
        reset();
        server.otherwise(this::answer);
    }

    void reset() {
        tokenScript.clear();
        metadata.clear();
        metadata.put("issuer", server.url() + "/" + TENANT + "/v2.0");
        metadata.put("authorization_endpoint", server.url() + "/" + TENANT + "/oauth2/v2.0/authorize");
        metadata.put("token_endpoint", server.url() + "/" + TENANT + "/oauth2/v2.0/token");
        metadata.put("device_authorization_endpoint", server.url() + "/" + TENANT + "/oauth2/v2.0/devicecode");
        metadata.put("jwks_uri", server.url() + "/" + TENANT + "/discovery/v2.0/keys");
        keys = "{\"keys\":[{\"kty\":\"odd\",\"kid\":\"x\"}," + KEY.toPublicJWK().toJSONString() + "]}";
        graphScopes = "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read openid profile";
        exchangeScopes = "https://outlook.office365.com/EWS.AccessAsUser.All";
        claims = UnaryOperator.identity();
        idToken = UnaryOperator.identity();
        signer = KEY;
        deviceAnswer = device();
    }

    /** RFC 8628 section 3.2 as Entra ID answers it. */
    static ScriptedHttpServer.Answer device() {
        return json("{\"device_code\":\"CANARY-device-code\",\"user_code\":\"ABCD-1234\","
                + "\"verification_uri\":\"https://microsoft.com/devicelogin\",\"expires_in\":900,\"interval\":5,"
                + "\"message\":\"To sign in, use a web browser\"}");
    }

    List<Map<String, String>> deviceCalls() {
        return asked("/devicecode").map(call -> form(call.body())).toList();
    }

    List<Map<String, String>> tokenCalls() {
        return asked("/token").map(call -> form(call.body())).toList();
    }

    long count(String pathEnd) {
        return asked(pathEnd).count();
    }

    private Stream<ScriptedHttpServer.Asked> asked(String pathEnd) {
        return server.asked().stream().filter(call -> call.target().endsWith(pathEnd));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.endsWith("/.well-known/openid-configuration")) {
            json(Json.write(metadata)).to(exchange);
        } else if (path.endsWith("/keys")) {
            json(keys).to(exchange);
        } else if (path.endsWith("/devicecode")) {
            deviceAnswer.to(exchange);
        } else if (path.endsWith("/token")) {
            ScriptedHttpServer.Answer scripted = tokenScript.poll();
            (scripted == null ? grant() : scripted).to(exchange);
        } else {
            status(404, "text/plain", "nothing here").to(exchange);
        }
    }

    private ScriptedHttpServer.Answer grant() {
        Map<String, String> call = tokenCalls().get(tokenCalls().size() - 1);
        boolean exchangeResource = call.getOrDefault("scope", "").contains("EWS.AccessAsUser.All");
        return granted(exchangeResource ? exchangeScopes : graphScopes);
    }

    /** Every token of every answer is another one; they all begin with CANARY. */
    ScriptedHttpServer.Answer granted(String scopes) {
        int number = ++tokens;
        return json("{\"token_type\":\"Bearer\",\"scope\":\"" + scopes
                + "\",\"expires_in\":\"3600\",\"ext_expires_in\":3600,"
                + "\"access_token\":\"CANARY-access-" + number + "\",\"refresh_token\":\"CANARY-refresh-" + number
                + "\",\"id_token\":\"" + idToken.apply(sign(claims(), signer)) + "\"}");
    }

    static ScriptedHttpServer.Answer error(int status, String error, int number) {
        return status(
                status,
                "application/json",
                "{\"error\":\"" + error + "\",\"error_description\":\"AADSTS" + number
                        + ": CANARY-description. Trace ID: x\\r\\nTimestamp: y\",\"error_codes\":[" + number
                        + "],\"correlation_id\":\"c\"}");
    }

    JWTClaimsSet claims() {
        Date now = Date.from(clock.instant());
        return claims.apply(new JWTClaimsSet.Builder()
                        .issuer(server.url() + "/" + TENANT + "/v2.0")
                        .audience(CLIENT)
                        .issueTime(now)
                        .notBeforeTime(now)
                        .expirationTime(Date.from(clock.instant().plusSeconds(3600)))
                        .subject("pairwise")
                        .claim("tid", TENANT)
                        .claim("oid", OBJECT)
                        .claim("preferred_username", LOGIN)
                        .claim("ver", "2.0")
                        .claim("nonce", nonce))
                .build();
    }

    static String sign(JWTClaimsSet claims, RSAKey key) {
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, String> form(String text) {
        return Stream.of(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(
                        pair -> URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
                        pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
