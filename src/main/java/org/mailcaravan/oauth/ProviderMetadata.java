package org.mailcaravan.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mailcaravan.mailbox.TenantId;

/**
 * What the authorization server publishes about itself (OpenID Connect Discovery 1.0 section 3), checked: S05.
 *
 * @param issuer as published; for an alias tenant it holds the literal text <code>{tenantid}</code>
 * @param tenant whose accounts it signs in; empty: the ID token tells
 * @param deviceEndpoint where device codes are had (RFC 8628 section 4)
 * @param issInAnswer whether it says that it names itself in every authorization answer (RFC 9207 section 3)
 */
record ProviderMetadata(
        String issuer,
        Optional<TenantId> tenant,
        URI authorizationEndpoint,
        URI tokenEndpoint,
        URI jwksUri,
        Optional<URI> deviceEndpoint,
        boolean issInAnswer) {
    private static final String TEMPLATE = "{tenantid}";
    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** @throws AuthorityUnavailableException if the document must not be trusted */
    static ProviderMetadata of(JsonNode document, AppRegistration registration) {
        String issuer = required(document, "issuer");
        registration
                .metadata()
                .ifPresentOrElse(
                        address -> requirePrefix(issuer, address), () -> requireExpected(issuer, registration));
        return new ProviderMetadata(
                issuer,
                registration.alias() ? Optional.empty() : Optional.of(tenant(issuer, registration)),
                endpoint(document, "authorization_endpoint", registration),
                endpoint(document, "token_endpoint", registration),
                endpoint(document, "jwks_uri", registration),
                document.has("device_authorization_endpoint")
                        ? Optional.of(endpoint(document, "device_authorization_endpoint", registration))
                        : Optional.empty(),
                document.path("authorization_response_iss_parameter_supported").asBoolean(false));
    }

    /** The issuer that an account of this tenant must show. */
    String issuerOf(TenantId tenant) {
        return issuer.replace(TEMPLATE, tenant.value());
    }

    /** Whether an authorization answer's {@code iss} can be ours; for an alias the tenant is checked later, from the ID token. */
    boolean namedBy(String iss) {
        int at = issuer.indexOf(TEMPLATE);
        if (at < 0) {
            return issuer.equals(iss);
        }
        String before = issuer.substring(0, at);
        String after = issuer.substring(at + TEMPLATE.length());
        return iss.length() == before.length() + 36 + after.length()
                && iss.startsWith(before)
                && iss.endsWith(after)
                && GUID.matcher(iss.substring(at, at + 36)).matches();
    }

    // elsewhere an issuer names no tenant: then the configured one is what the claim tid must say
    private static TenantId tenant(String issuer, AppRegistration registration) {
        return new TenantId(registration.metadata().isPresent() ? registration.tenant() : tenantPart(issuer));
    }

    // OpenID Connect Discovery 1.0 section 4.3: the issuer is the configured address up to /.well-known/
    private static void requirePrefix(String issuer, URI address) {
        if (!address.toString().equals(issuer + AppRegistration.METADATA_PATH)) {
            throw new AuthorityUnavailableException(
                    "the sign-in service names another issuer than the configured metadata address: check that setting");
        }
    }

    // the authority's own address, one tenant, /v2.0: a GUID must be the configured one, a domain is resolved by this
    // very document
    private static void requireExpected(String issuer, AppRegistration registration) {
        String before = registration.authority() + "/";
        String tenant = issuer.startsWith(before) && issuer.endsWith("/v2.0") ? tenantPart(issuer) : "";
        String configured = registration.tenant().toLowerCase(Locale.ROOT);
        boolean expected;
        if (registration.alias()) {
            expected = TEMPLATE.equals(tenant);
        } else {
            expected = GUID.matcher(configured).matches()
                    ? tenant.equals(configured)
                    : GUID.matcher(tenant).matches();
        }
        if (!expected || !issuer.equals(before + tenant + "/v2.0")) {
            throw new AuthorityUnavailableException(
                    "the sign-in service names another issuer than the configured authority and tenant: check both settings");
        }
    }

    private static String tenantPart(String issuer) {
        String path = issuer.substring(0, issuer.length() - "/v2.0".length());
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static URI endpoint(JsonNode document, String name, AppRegistration registration) {
        URI endpoint = uri(required(document, name), name);
        boolean ours = endpoint.getHost() != null
                && endpoint.getRawUserInfo() == null
                && Addresses.origin(endpoint).equals(Addresses.origin(registration.authority()));
        if (!ours) {
            throw new AuthorityUnavailableException(
                    "the sign-in service's " + name + " is not on the configured authority's host");
        }
        return endpoint;
    }

    private static URI uri(String text, String name) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new AuthorityUnavailableException("the sign-in service's " + name + " is no address");
        }
    }

    private static String required(JsonNode document, String name) {
        return Json.text(document, name)
                .orElseThrow(() -> new AuthorityUnavailableException("the sign-in service does not say its " + name));
    }
}
