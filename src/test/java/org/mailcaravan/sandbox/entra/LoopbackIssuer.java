package org.mailcaravan.sandbox.entra;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;

/** An issuer of workload tokens, as a cluster is one, that serves its keys by OpenID Connect Discovery. */
final class LoopbackIssuer implements AutoCloseable {
    private final HttpServer server;
    private final RSAKey key = SigningKeys.newKey();
    private Optional<String> pretended = Optional.empty();

    LoopbackIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/.well-known/openid-configuration", this::metadata);
        serve("/keys", () -> new JWKSet(key.toPublicJWK()).toString());
        server.start();
    }

    private interface Document {
        String text();
    }

    private void serve(String path, Document document) {
        server.createContext(path, exchange -> {
            byte[] body = document.text().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private String metadata() {
        return "{\"issuer\":\"" + pretended.orElse(issuer()) + "\",\"jwks_uri\":\"" + issuer() + "/keys\"}";
    }

    String issuer() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Its metadata name another issuer from now on. */
    void pretendToBe(String other) {
        pretended = Optional.of(other);
    }

    /** A workload's token for five minutes. */
    String token(String subject, String audience, Instant now) throws Exception {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject(subject)
                .audience(audience)
                .jwtID(UUID.randomUUID().toString())
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
