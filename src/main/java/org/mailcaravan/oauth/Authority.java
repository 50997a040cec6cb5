package org.mailcaravan.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.http.HttpGateway;

/**
 * The authorization server as it describes itself: metadata and signing keys, kept for a day. An unknown key id causes one refetch, at most every five
 * minutes (OpenID Connect Core 1.0 section 10.1.1; S14); a failed fetch is repeated after ten seconds at the earliest. Thread-safe.
 */
final class Authority {
    private static final Duration KEEP = Duration.ofHours(24);
    private static final Duration KEYS_AGAIN = Duration.ofMinutes(5);
    private static final Duration FAILED_AGAIN = Duration.ofSeconds(10);
    // RFC 7518 section 3.3
    private static final int LEAST_KEY_BITS = 2048;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final AppRegistration registration;
    private final HttpGateway http;
    private final Clock clock;
    private @Nullable ProviderMetadata metadata;
    private Instant metadataFetched = Instant.MIN;
    private Map<String, RSAPublicKey> keys = Map.of();
    private Instant keysFetched = Instant.MIN;
    private @Nullable String failure;
    private Instant failedAt = Instant.MIN;

    Authority(AppRegistration registration, HttpGateway http, Clock clock) {
        this.registration = registration;
        this.http = http;
        this.clock = clock;
    }

    /** @throws AuthorityUnavailableException if it was never read and cannot be read now */
    synchronized ProviderMetadata metadata() {
        ProviderMetadata known = metadata;
        if (known != null && clock.instant().isBefore(metadataFetched.plus(KEEP))) {
            return known;
        }
        try {
            return readMetadata();
        } catch (AuthorityUnavailableException e) {
            if (known == null) {
                throw failed(e.getMessage());
            }
            return known;
        }
    }

    private ProviderMetadata readMetadata() {
        ProviderMetadata fetched = ProviderMetadata.of(fetch(discoveryDocument()), registration);
        metadata = fetched;
        metadataFetched = clock.instant();
        return fetched;
    }

    /**
     * The signing key of this id.
     *
     * @throws AuthorityUnavailableException if the keys were never read and cannot be read now
     */
    synchronized Optional<RSAPublicKey> key(String id) {
        Duration age = keysFetched.equals(Instant.MIN) ? KEEP : Duration.between(keysFetched, clock.instant());
        if (age.compareTo(KEEP) >= 0 || !keys.containsKey(id) && age.compareTo(KEYS_AGAIN) >= 0) {
            keys = readKeys(fetch(metadata().jwksUri()));
            keysFetched = clock.instant();
        }
        return Optional.ofNullable(keys.get(id));
    }

    private URI discoveryDocument() {
        return registration
                .metadata()
                .orElseGet(() -> URI.create(registration.authority() + "/" + registration.tenant() + "/v2.0"
                        + AppRegistration.METADATA_PATH));
    }

    private JsonNode fetch(URI address) {
        if (failure != null && clock.instant().isBefore(failedAt.plus(FAILED_AGAIN))) {
            throw new AuthorityUnavailableException(failure);
        }
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Accept", "application/json")
                .build();
        try (HttpGateway.Answer answer = http.send(request, DEADLINE)) {
            JsonNode document = document(answer);
            failure = null;
            return document;
        } catch (IOException e) {
            throw failed(
                    "the sign-in service cannot be reached (" + e.getClass().getSimpleName() + ")");
        }
    }

    private JsonNode document(HttpGateway.Answer answer) throws IOException {
        if (answer.status() != 200) {
            throw failed("the sign-in service answers its description with status " + answer.status()
                    + ": check the authority and the tenant");
        }
        return Json.object(Json.readCapped(answer.body()))
                .orElseThrow(() -> failed("the sign-in service's description is no JSON object"));
    }

    private AuthorityUnavailableException failed(@Nullable String reason) {
        if (failure == null || !clock.instant().isBefore(failedAt.plus(FAILED_AGAIN))) {
            failedAt = clock.instant();
        }
        failure = reason;
        return new AuthorityUnavailableException(reason);
    }

    private static Map<String, RSAPublicKey> readKeys(JsonNode document) {
        Map<String, RSAPublicKey> keys = new HashMap<>();
        for (JsonNode entry : document.path("keys")) {
            readKey(entry).ifPresent(key -> putKey(keys, key));
        }
        return Map.copyOf(keys);
    }

    // keys of other kinds, for other uses or that cannot be parsed are none of ours: ignored
    private static Optional<RSAKey> readKey(JsonNode entry) {
        try {
            JWK key = JWK.parse(entry.toString());
            boolean signs = key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse());
            return signs && key instanceof RSAKey rsa && rsa.getKeyID() != null ? Optional.of(rsa) : Optional.empty();
        } catch (ParseException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static void putKey(Map<String, RSAPublicKey> keys, RSAKey key) {
        try {
            if (key.size() >= LEAST_KEY_BITS) {
                keys.put(key.getKeyID(), key.toRSAPublicKey());
            }
        } catch (JOSEException e) {
            // numbers that make no key: ignored like any other unusable entry
        }
    }
}
