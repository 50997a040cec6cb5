package org.mailcaravan.oauth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.credential.StaleCredentialException;
import org.mailcaravan.credential.StoredToken;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.ThrottledException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access tokens from memory, from the credential repository (which replicas share), or by a refresh: at 80 % of a token's life, or five minutes before its end
 * if this process does not know when its life began. One refresh at a time per credential, in this process by a lock, over replicas by {@link RefreshLeases};
 * what a refresh brought is saved before it is handed out.
 */
final class RefreshingAccessTokens implements AccessTokens {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshingAccessTokens.class);
    private static final Duration AHEAD = Duration.ofMinutes(5);
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration OTHERS_REFRESH = Duration.ofSeconds(1);
    private static final int MOST_TRIES = 3;
    private static final int MOST_IN_MEMORY = 10_000;

    private final CredentialRepository credentials;
    private final TokenEndpoint endpoint;
    private final Scopes scopes;
    private final RefreshLeases leases;
    private final Clock clock;
    private final Map<CredentialId, Slot> slots = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<CredentialId, Slot> eldest) {
            return size() > MOST_IN_MEMORY;
        }
    };

    RefreshingAccessTokens(
            CredentialRepository credentials,
            TokenEndpoint endpoint,
            Scopes scopes,
            RefreshLeases leases,
            Clock clock) {
        this.credentials = credentials;
        this.endpoint = endpoint;
        this.scopes = scopes;
        this.leases = leases;
        this.clock = clock;
    }

    /** What this process knows about a credential; used under its lock. */
    private static final class Slot {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<Resource, Known> tokens = new EnumMap<>(Resource.class);
        private @Nullable RefreshPause pause;
    }

    private record Known(AccessToken token, Instant refreshAt) {}

    @Override
    public AccessToken acquire(CredentialId credential, Resource resource) {
        Slot slot = slot(credential);
        return locked(slot, () -> {
            Known known = slot.tokens.get(resource);
            boolean fresh = known != null && clock.instant().isBefore(known.refreshAt());
            return fresh ? known.token() : fromRepository(slot, get(credential), resource);
        });
    }

    @Override
    public void invalidate(CredentialId credential, Resource resource, AccessToken refused, Optional<String> claims) {
        Slot slot = slot(credential);
        locked(slot, () -> {
            Known known = slot.tokens.get(resource);
            if (known != null && known.token().value().equals(refused.value())) {
                slot.tokens.remove(resource);
            }
            forget(credential, resource, Secret.of(refused.value()));
            return refused;
        });
    }

    private void forget(CredentialId credential, Resource resource, Secret refused) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Optional<MailboxCredential> row = credentials
                    .find(credential)
                    .filter(found -> token(found, resource)
                            .map(token -> token.value().equals(refused))
                            .orElse(false));
            if (row.isEmpty() || saved(with(row.get(), resource, Optional.empty()))) {
                return;
            }
        }
    }

    private boolean saved(MailboxCredential row) {
        try {
            credentials.save(row);
            return true;
        } catch (StaleCredentialException e) {
            return false;
        }
    }

    private AccessToken fromRepository(Slot slot, MailboxCredential row, Resource resource) {
        Optional<AccessToken> stored = token(row, resource).map(RefreshingAccessTokens::accessToken);
        Optional<Known> known = Optional.ofNullable(slot.tokens.get(resource))
                .filter(mine -> stored.map(mine.token()::equals).orElse(false));
        Instant refreshAt = known.map(Known::refreshAt)
                .orElseGet(() ->
                        stored.map(token -> token.expiresAt().minus(AHEAD)).orElse(Instant.MIN));
        if (stored.isPresent() && clock.instant().isBefore(refreshAt)) {
            slot.tokens.put(resource, new Known(stored.get(), refreshAt));
            return stored.get();
        }
        Optional<AccessToken> usable =
                stored.filter(token -> clock.instant().plus(LEAST).isBefore(token.expiresAt()));
        return refresh(slot, row, resource, usable);
    }

    private AccessToken refresh(Slot slot, MailboxCredential row, Resource resource, Optional<AccessToken> usable) {
        RefreshPause pause = slot.pause;
        if (pause != null && pause.holds(row, clock.instant())) {
            return orThrow(usable, pause.exception(clock.instant()));
        }
        UUID holder = UUID.randomUUID();
        if (!leases.acquire(row.id(), holder)) {
            return orThrow(
                    usable,
                    new ThrottledException("the token is being refreshed elsewhere", Optional.of(OTHERS_REFRESH)));
        }
        try {
            MailboxCredential newest = get(row.id());
            return newest.version() == row.version()
                    ? request(slot, newest, resource, usable)
                    : theirs(slot, newest, resource, usable);
        } finally {
            leases.release(row.id(), holder);
        }
    }

    // somebody changed the credential between our reading and our lease; if he brought a token, it is as good as ours
    private AccessToken theirs(Slot slot, MailboxCredential newest, Resource resource, Optional<AccessToken> usable) {
        Optional<AccessToken> token = token(newest, resource)
                .map(RefreshingAccessTokens::accessToken)
                .filter(found -> clock.instant().plus(LEAST).isBefore(found.expiresAt()))
                .filter(found -> !usable.map(found::equals).orElse(false));
        token.ifPresent(found ->
                slot.tokens.put(resource, new Known(found, found.expiresAt().minus(LEAST))));
        return token.isPresent() ? token.get() : request(slot, newest, resource, usable);
    }

    private AccessToken request(Slot slot, MailboxCredential row, Resource resource, Optional<AccessToken> usable) {
        Instant asked = clock.instant();
        TokenOutcome outcome = endpoint.request(tokenRequest(row, resource));
        if (outcome instanceof TokenOutcome.Granted granted) {
            return keep(slot, row, resource, granted, asked);
        }
        RefreshPause before = slot.pause;
        RefreshPause pause = RefreshPause.after(outcome, row, asked, before == null ? 0 : before.failures());
        slot.pause = pause;
        MailSourceException failure = pause.exception(asked);
        LOG.warn(
                "credential {}: no new {} token, next try not before {}: {}",
                row.id(),
                resource,
                pause.until(),
                failure.getMessage());
        return orThrow(failure instanceof ConsentRequiredException ? Optional.empty() : usable, failure);
    }

    private TokenRequest tokenRequest(MailboxCredential row, Resource resource) {
        return row.refreshToken()
                .map(token -> TokenRequest.refresh(
                        row.registration(), token, scopes.toRefresh(resource, row.grantedScopes())))
                .orElseGet(() -> TokenRequest.clientCredentials(row.registration(), scopes.ofApplication(resource)));
    }

    private AccessToken keep(
            Slot slot, MailboxCredential row, Resource resource, TokenOutcome.Granted granted, Instant asked) {
        StoredToken token = new StoredToken(granted.accessToken(), asked.plus(granted.expiresIn()));
        MailboxCredential granting = with(row, resource, Optional.of(token)).withRefreshedAt(asked);
        MailboxCredential renewed =
                granted.refreshToken().map(granting::withRefreshToken).orElse(granting);
        if (!saved(renewed)) {
            return afterConflict(slot, row, resource);
        }
        slot.pause = null;
        Instant refreshAt = asked.plus(granted.expiresIn().multipliedBy(4).dividedBy(5));
        slot.tokens.put(resource, new Known(accessToken(token), refreshAt));
        return accessToken(token);
    }

    // a new sign-in or another replica was faster: theirs counts; the refresh token we got is dropped, Entra leaves the
    // former one alive
    private AccessToken afterConflict(Slot slot, MailboxCredential row, Resource resource) {
        slot.tokens.remove(resource);
        return token(get(row.id()), resource)
                .map(RefreshingAccessTokens::accessToken)
                .filter(found -> clock.instant().plus(LEAST).isBefore(found.expiresAt()))
                .orElseThrow(() -> new ThrottledException(
                        "the credential was renewed at this moment", Optional.of(OTHERS_REFRESH)));
    }

    private MailboxCredential get(CredentialId credential) {
        return credentials
                .find(credential)
                .orElseThrow(() -> new ConsentRequiredException(
                        "There is no credential " + credential + ".", "Connect the mailbox again."));
    }

    private Slot slot(CredentialId credential) {
        synchronized (slots) {
            return slots.computeIfAbsent(credential, any -> new Slot());
        }
    }

    private static AccessToken locked(Slot slot, Supplier<AccessToken> work) {
        slot.lock.lock();
        try {
            return work.get();
        } finally {
            slot.lock.unlock();
        }
    }

    private static AccessToken orThrow(Optional<AccessToken> usable, MailSourceException failure) {
        return usable.orElseThrow(() -> failure);
    }

    private static Optional<StoredToken> token(MailboxCredential row, Resource resource) {
        return resource == Resource.GRAPH ? row.graphToken() : row.exchangeToken();
    }

    private static MailboxCredential with(MailboxCredential row, Resource resource, Optional<StoredToken> token) {
        return resource == Resource.GRAPH ? row.withGraphToken(token) : row.withExchangeToken(token);
    }

    private static AccessToken accessToken(StoredToken token) {
        return new AccessToken(token.value().value(), token.expiresAt());
    }
}
