package org.mailcaravan.sandbox.entra;

import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxServer;

/** OpenID Connect discovery and the published signing keys. */
final class MetadataEndpoint {
    private final SigningKeys keys;
    private final RequestLog log;
    private final Faults faults;

    MetadataEndpoint(SigningKeys keys, RequestLog log, Faults faults) {
        this.keys = keys;
        this.log = log;
        this.faults = faults;
    }

    /** @param named what the addresses say: the tenant's GUID, or the alias that was asked for */
    void metadata(HttpExchange exchange, Trace trace, String named, String issuerTenant) throws IOException {
        log.count(exchange, "metadata", RequestLog.NO_MAILBOX);
        if (!faults.intercept(exchange, "metadata", RequestLog.NO_MAILBOX)) {
            Answers.json(
                    exchange,
                    trace,
                    200,
                    document(SandboxServer.baseUrl(exchange).toString(), named, issuerTenant));
        }
    }

    private static Map<String, Object> document(String base, String named, String issuerTenant) {
        String tenant = base + "/" + named;
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("token_endpoint", tenant + "/oauth2/v2.0/token");
        document.put(
                "token_endpoint_auth_methods_supported",
                List.of("client_secret_post", "private_key_jwt", "client_secret_basic", "self_signed_tls_client_auth"));
        document.put("jwks_uri", tenant + "/discovery/v2.0/keys");
        document.put("response_modes_supported", List.of("query", "fragment", "form_post"));
        document.put("subject_types_supported", List.of("pairwise"));
        document.put("id_token_signing_alg_values_supported", List.of("RS256"));
        document.put("response_types_supported", List.of("code"));
        document.put("scopes_supported", List.of("openid", "profile", "email", "offline_access"));
        document.put("issuer", base + "/" + issuerTenant + "/v2.0");
        document.put("request_uri_parameter_supported", false);
        document.put("userinfo_endpoint", base + "/oidc/userinfo");
        document.put("authorization_endpoint", tenant + "/oauth2/v2.0/authorize");
        document.put("device_authorization_endpoint", tenant + "/oauth2/v2.0/devicecode");
        document.put(
                "claims_supported",
                List.of("sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "oid"));
        document.put("tenant_region_scope", "EU");
        document.put("cloud_instance_name", base.replaceFirst("^https?://", ""));
        document.put("cloud_graph_host_name", base.replaceFirst("^https?://", ""));
        document.put("msgraph_host", base.replaceFirst("^https?://", ""));
        return document;
    }

    void keys(HttpExchange exchange, Trace trace) throws IOException {
        log.count(exchange, "keys", RequestLog.NO_MAILBOX);
        if (!faults.intercept(exchange, "keys", RequestLog.NO_MAILBOX)) {
            List<Map<String, Object>> published =
                    keys.published().stream().map(MetadataEndpoint::jwk).toList();
            Answers.json(exchange, trace, 200, Map.of("keys", published));
        }
    }

    private static Map<String, Object> jwk(RSAKey key) {
        Map<String, Object> jwk = new LinkedHashMap<>(key.toPublicJWK().toJSONObject());
        jwk.put("x5t", key.getKeyID());
        return jwk;
    }
}
