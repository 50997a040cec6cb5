package org.mailcaravan.oauth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
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
import org.mailcaravan.oauth.TokenSlots.Known;
import org.mailcaravan.oauth.TokenSlots.Slot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access tokens from memory, from the credential repository (which replicas share), or by a refresh at the moment {@link RefreshTimes} says. One refresh at a time
 * per credential, in this process by a lock, over replicas by {@link RefreshLeases}: whoever finds the turn taken waits for the other's token, at most
 * {@link #PATIENCE}. What a refresh brought is saved before it is handed out.
 */
final class RefreshingAccessTokens implements AccessTokens {
    /** An answer that takes longer is an outage; the caller comes back later. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(RefreshingAccessTokens.class);
    private static final Duration ELSEWHERE = Duration.ofSeconds(1);
    private static final int MOST_TRIES = 3;

    private final CredentialRepository credentials;
    private final RefreshRequests requests;
    private final RefreshLeases leases;
    private final DeadGrants deadGrants;
    private final RefreshTimes times;
    private final Surroundings around;
    private final TokenSlots slots = new TokenSlots();

    /** @param patience how long to wait for another replica's refresh */
    record Surroundings(Clock clock, Duration patience) {}

    RefreshingAccessTokens(
            CredentialRepository credentials,
            RefreshRequests requests,
            RefreshLeases leases,
            DeadGrants deadGrants,
            RefreshTimes times,
            Surroundings around) {
        this.credentials = credentials;
        this.requests = requests;
        this.leases = leases;
        this.deadGrants = deadGrants;
        this.times = times;
        this.around = around;
    }

    @Override
    public AccessToken acquire(CredentialId credential, Resource resource) {
        AccessToken fresh = slots.fresh(credential, resource, around.clock().millis());
        return fresh == null ? acquireSlowly(credential, resource) : fresh;
    }

    private AccessToken acquireSlowly(CredentialId credential, Resource resource) {
        Slot slot = slots.of(credential);
        return locked(
                slot,
                () -> slot.known(resource)
                        .filter(known -> now().isBefore(known.refreshAt()))
                        .map(Known::token)
                        .orElseGet(() -> fromRepository(slot, get(credential), resource)));
    }

    @Override
    public void invalidate(CredentialId credential, Resource resource, AccessToken refused, Optional<String> claims) {
        Slot slot = slots.of(credential);
        locked(slot, () -> {
            if (slot.known(resource)
                    .map(known -> known.token().value().equals(refused.value()))
                    .orElse(true)) {
                slot.forget(resource);
                claims.flatMap(Claims::readable).ifPresent(challenge -> slot.demand(resource, challenge));
            }
            forget(credential, resource, Secret.of(refused.value()));
            return refused;
        });
    }

    /**
     * Asks for a token with a permission that the grant may not hold. One that does not hold it stays as good as it was.
     *
     * @param permission by its short name, for example {@code Mail.Read}
     * @throws ConsentRequiredException if it does not hold it
     */
    AccessToken widen(CredentialId credential, Resource resource, String permission) {
        Slot slot = slots.of(credential);
        return locked(slot, () -> {
            UUID holder = UUID.randomUUID();
            MailboxCredential row = get(credential);
            if (!leases.acquire(credential, holder)) {
                throw RefreshPause.elsewhere(row, now()).exception(now());
            }
            try {
                return widened(slot, get(credential), resource, permission);
            } finally {
                leases.release(credential, holder);
            }
        });
    }

    private AccessToken widened(Slot slot, MailboxCredential row, Resource resource, String permission) {
        refuseDead(row);
        Set<String> wanted = new HashSet<>(row.grantedScopes());
        wanted.add(permission);
        MailboxCredential wider = row.grantedScopes().isEmpty() ? row : row.withGrantedScopes(wanted);
        Instant asked = now();
        TokenOutcome outcome = requests.request(wider, resource, slot.claims(resource));
        if (outcome instanceof TokenOutcome.Granted granted) {
            return keep(slot, wider, resource, granted, asked);
        }
        if (outcome instanceof TokenOutcome.ConsentRequired needed) {
            throw new ConsentRequiredException(
                    "The grant of credential " + row.id() + " does not hold " + permission + " (" + needed.code()
                            + ").",
                    needed.remedy());
        }
        throw pause(slot, row, outcome, asked).exception(asked);
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
        Optional<AccessToken> stored = stored(row, resource);
        Instant refreshAt = slot.known(resource)
                .filter(mine -> stored.map(mine.token()::equals).orElse(false))
                .map(Known::refreshAt)
                .or(() -> stored.map(token -> times.of(row.refreshedAt(), token.expiresAt())))
                .orElse(Instant.MIN);
        if (stored.isPresent() && now().isBefore(refreshAt)) {
            return adopt(slot, resource, stored.get(), refreshAt);
        }
        return refresh(slot, row, resource, stored.filter(this::usable));
    }

    // it may already be what a challenge demands; if not, the API says so again
    private AccessToken adopt(Slot slot, Resource resource, AccessToken token, Instant refreshAt) {
        slot.put(resource, token, refreshAt);
        slot.satisfied(resource);
        return token;
    }

    private AccessToken refresh(Slot slot, MailboxCredential row, Resource resource, Optional<AccessToken> usable) {
        Optional<RefreshPause> pause = slot.pause().filter(one -> one.holds(row, now()));
        if (pause.isPresent()) {
            return usable.orElseThrow(() -> pause.get().exception(now()));
        }
        refuseDead(row);
        return inTurn(slot, row, resource, usable)
                .or(() -> usable)
                .or(() -> afterOthers(slot, row, resource))
                .orElseThrow(() -> elsewhere(slot, row));
    }

    private void refuseDead(MailboxCredential row) {
        deadGrants.find(row).filter(DeadGrants.DeadGrant::paused).ifPresent(dead -> {
            throw dead.exception(row);
        });
    }

    private MailSourceException elsewhere(Slot slot, MailboxCredential row) {
        RefreshPause pause = RefreshPause.elsewhere(row, now());
        slot.pause(pause);
        return pause.exception(now());
    }

    /** Empty if it is another one's turn. */
    private Optional<AccessToken> inTurn(
            Slot slot, MailboxCredential row, Resource resource, Optional<AccessToken> usable) {
        UUID holder = UUID.randomUUID();
        if (!leases.acquire(row.id(), holder)) {
            return Optional.empty();
        }
        try {
            MailboxCredential newest = get(row.id());
            return Optional.of(
                    newest.version() == row.version()
                            ? request(slot, newest, resource, usable)
                            : theirs(slot, newest, resource, usable)
                                    .orElseGet(() -> request(slot, newest, resource, usable)));
        } finally {
            leases.release(row.id(), holder);
        }
    }

    /** Waits for the one whose turn it is to bring a token, or takes the turn over. */
    private Optional<AccessToken> afterOthers(Slot slot, MailboxCredential row, Resource resource) {
        Waiting waiting = new Waiting(around.patience());
        Optional<AccessToken> token = Optional.empty();
        while (token.isEmpty() && waiting.again()) {
            MailboxCredential newest = get(row.id());
            token = theirs(slot, newest, resource, stored(row, resource))
                    .or(() -> inTurn(slot, newest, resource, Optional.empty()));
        }
        return token;
    }

    // somebody changed the credential since we read it; if he brought a token, it is as good as ours
    private Optional<AccessToken> theirs(
            Slot slot, MailboxCredential newest, Resource resource, Optional<AccessToken> before) {
        return stored(newest, resource)
                .filter(this::usable)
                .filter(found -> !before.map(found::equals).orElse(false))
                .map(found -> adopt(slot, resource, found, times.of(newest.refreshedAt(), found.expiresAt())));
    }

    private AccessToken request(Slot slot, MailboxCredential row, Resource resource, Optional<AccessToken> usable) {
        refuseDead(row);
        Instant asked = now();
        Optional<String> challenge = slot.claims(resource);
        TokenOutcome outcome = requests.request(row, resource, challenge);
        if (outcome instanceof TokenOutcome.Granted granted) {
            return keep(slot, row, resource, granted, asked);
        }
        if (outcome instanceof TokenOutcome.ConsentRequired needed) {
            throw dead(slot, row, resource, needed);
        }
        RefreshPause pause = pause(slot, row, outcome, asked);
        slot.pause(pause);
        MailSourceException failure = pause.exception(asked);
        warn(row, resource, pause.until(), failure);
        return usable.orElseThrow(() -> failure);
    }

    private static RefreshPause pause(Slot slot, MailboxCredential row, TokenOutcome outcome, Instant asked) {
        return outcome instanceof TokenOutcome.Refused refused
                ? RefreshPause.refused(refused, row, asked)
                : RefreshPause.later(
                        (TokenOutcome.TryLater) outcome,
                        row,
                        asked,
                        slot.pause().map(RefreshPause::failures).orElse(0));
    }

    private ConsentRequiredException dead(
            Slot slot, MailboxCredential row, Resource resource, TokenOutcome.ConsentRequired needed) {
        deadGrants.save(row, needed, slot.claims(resource));
        slot.satisfied(resource);
        ConsentRequiredException failure =
                new DeadGrants.DeadGrant(needed.code(), needed.remedy(), Optional.empty(), true).exception(row);
        warn(row, resource, now().plus(DeadGrants.PAUSE), failure);
        return failure;
    }

    private static void warn(MailboxCredential row, Resource resource, Instant until, MailSourceException failure) {
        LOG.warn(
                "credential {}: no new {} token, next try not before {}: {}",
                row.id(),
                resource,
                until,
                failure.getMessage());
    }

    private AccessToken keep(
            Slot slot, MailboxCredential row, Resource resource, TokenOutcome.Granted granted, Instant asked) {
        StoredToken token = new StoredToken(granted.accessToken(), asked.plus(granted.expiresIn()));
        MailboxCredential granting = with(row, resource, Optional.of(token)).withRefreshedAt(asked);
        MailboxCredential renewed = granted.refreshToken()
                .filter(newer -> row.refreshToken().isPresent()) // an application keeps none, whatever it is sent
                .map(granting::withRefreshToken)
                .orElse(granting);
        if (!saved(renewed)) {
            return afterConflict(slot, row, resource);
        }
        slot.goOn();
        deadGrants.remove(row);
        return adopt(slot, resource, accessToken(token), times.of(asked, token.expiresAt()));
    }

    // a new sign-in or another replica was faster: theirs counts; the refresh token we got is dropped, Entra leaves the
    // former one alive
    private AccessToken afterConflict(Slot slot, MailboxCredential row, Resource resource) {
        slot.forget(resource);
        return stored(get(row.id()), resource)
                .filter(this::usable)
                .orElseThrow(() ->
                        new ThrottledException("the credential was renewed at this moment", Optional.of(ELSEWHERE)));
    }

    private MailboxCredential get(CredentialId credential) {
        return credentials
                .find(credential)
                .orElseThrow(() -> new ConsentRequiredException(
                        "There is no credential " + credential + ".", "Connect the mailbox again."));
    }

    private Instant now() {
        return around.clock().instant();
    }

    private boolean usable(AccessToken token) {
        return RefreshTimes.usable(token.expiresAt(), now());
    }

    private static AccessToken locked(Slot slot, Supplier<AccessToken> work) {
        slot.lock.lock();
        try {
            return work.get();
        } finally {
            slot.lock.unlock();
        }
    }

    private static Optional<AccessToken> stored(MailboxCredential row, Resource resource) {
        return token(row, resource).map(RefreshingAccessTokens::accessToken);
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
