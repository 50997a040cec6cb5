package org.mailcaravan.sandbox.entra;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import org.mailcaravan.sandbox.FederatedCredential;

/** The keys of the issuers that registrations trust: given with the credential, or found by OIDC discovery each time. */
final class FederatedIssuers {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LARGEST_DOCUMENT_BYTES = 1 << 18;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /** @throws IOException if the issuer cannot be asked, or answers nonsense */
    JWKSet keys(FederatedCredential trust) throws IOException {
        try {
            return JWKSet.parse(trust.keys().isPresent() ? trust.keys().get() : discovered(trust.issuer()));
        } catch (ParseException | IllegalArgumentException e) {
            throw new IOException("the issuer's metadata or keys are malformed", e);
        }
    }

    private String discovered(String issuer) throws IOException, ParseException {
        String metadata = fetch(issuer.replaceAll("/$", "") + "/.well-known/openid-configuration");
        return fetch(JSONObjectUtils.getString(JSONObjectUtils.parse(metadata), "jwks_uri"));
    }

    private String fetch(String address) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).build();
        try {
            HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                return new String(body.readNBytes(LARGEST_DOCUMENT_BYTES), StandardCharsets.UTF_8);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
