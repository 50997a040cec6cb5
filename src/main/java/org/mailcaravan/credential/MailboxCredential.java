package org.mailcaravan.credential;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

/**
 * What one account granted to one app registration. Registration, tenant and object id name the account for good; the secrets change with every refresh.
 *
 * @param id our own id
 * @param registration our name of the app registration the grant belongs to, for example {@code default}
 * @param tenant the tenant the account lives in (claim {@code tid})
 * @param objectId the directory object id of the account (claim {@code oid})
 * @param refreshToken the newest refresh token (RFC 6749 section 1.5; rotated by the authorization server); empty if the application asks as itself
 *     (client credentials)
 * @param refreshedAt when the grant was last given or used, to the millisecond: an unused refresh token dies after 90 days at Entra ID
 * @param graphToken the newest access token for Microsoft Graph, if there is one
 * @param exchangeToken the newest access token for Exchange Online, if there is one
 * @param grantedScopes the scopes the token endpoint says were granted, as it spells them, without blanks inside; empty if it said nothing
 * @param version 0 if it was never stored; else the stored version this state was read from, one more with every save
 */
public record MailboxCredential(
        CredentialId id,
        String registration,
        TenantId tenant,
        String objectId,
        Optional<Secret> refreshToken,
        Instant refreshedAt,
        Optional<StoredToken> graphToken,
        Optional<StoredToken> exchangeToken,
        Set<String> grantedScopes,
        long version) {
    public MailboxCredential {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(refreshToken, "refreshToken");
        Objects.requireNonNull(graphToken, "graphToken");
        Objects.requireNonNull(exchangeToken, "exchangeToken");
        refreshedAt = refreshedAt.truncatedTo(ChronoUnit.MILLIS);
        requireName("registration", registration);
        requireName("object id", objectId);
        grantedScopes = Set.copyOf(grantedScopes);
        if (grantedScopes.stream().anyMatch(scope -> scope.isEmpty() || scope.indexOf(' ') >= 0)) {
            throw new IllegalArgumentException("a scope must not be empty or hold a blank (RFC 6749 section 3.3)");
        }
        if (version < 0) {
            throw new IllegalArgumentException("a version must not be negative");
        }
    }

    private static void requireName(String what, String name) {
        if (name.isBlank() || name.length() > 100) {
            throw new IllegalArgumentException("the " + what + " of a credential must have 1 to 100 characters");
        }
    }

    public MailboxCredential withRefreshToken(Secret token) {
        return copy(Optional.of(token), refreshedAt, graphToken, exchangeToken, grantedScopes, version);
    }

    public MailboxCredential withRefreshedAt(Instant moment) {
        return copy(refreshToken, moment, graphToken, exchangeToken, grantedScopes, version);
    }

    public MailboxCredential withGraphToken(Optional<StoredToken> token) {
        return copy(refreshToken, refreshedAt, token, exchangeToken, grantedScopes, version);
    }

    public MailboxCredential withExchangeToken(Optional<StoredToken> token) {
        return copy(refreshToken, refreshedAt, graphToken, token, grantedScopes, version);
    }

    public MailboxCredential withGrantedScopes(Set<String> scopes) {
        return copy(refreshToken, refreshedAt, graphToken, exchangeToken, scopes, version);
    }

    public MailboxCredential withVersion(long stored) {
        return copy(refreshToken, refreshedAt, graphToken, exchangeToken, grantedScopes, stored);
    }

    private MailboxCredential copy(
            Optional<Secret> refresh,
            Instant moment,
            Optional<StoredToken> graph,
            Optional<StoredToken> exchange,
            Set<String> scopes,
            long stored) {
        return new MailboxCredential(
                id, registration, tenant, objectId, refresh, moment, graph, exchange, scopes, stored);
    }

    /** Prints no token and no account. */
    @Override
    public String toString() {
        return "MailboxCredential[" + id + ", version " + version + "]";
    }
}
