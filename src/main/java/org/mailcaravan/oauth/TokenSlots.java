package org.mailcaravan.oauth;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;

/** What this process knows about credentials. Reading a token takes no lock and allocates nothing. */
final class TokenSlots {
    private static final int MOST = 10_000;
    private static final int RESOURCES = Resource.values().length;

    private final Map<CredentialId, Slot> slots = new ConcurrentHashMap<>();

    /** About one credential. Everything but {@link #fresh} and {@link #known} is used under its lock. */
    static final class Slot {
        final ReentrantLock lock = new ReentrantLock();
        private final AtomicReferenceArray<@Nullable Known> tokens = new AtomicReferenceArray<>(RESOURCES);
        private final Map<Resource, String> claims = new EnumMap<>(Resource.class);
        private @Nullable RefreshPause pause;

        Optional<Known> known(Resource resource) {
            return Optional.ofNullable(tokens.get(resource.ordinal()));
        }

        void put(Resource resource, AccessToken token, Instant refreshAt) {
            tokens.set(resource.ordinal(), new Known(token, refreshAt, refreshAt.toEpochMilli()));
        }

        void forget(Resource resource) {
            tokens.set(resource.ordinal(), null);
        }

        Optional<String> claims(Resource resource) {
            return Optional.ofNullable(claims.get(resource));
        }

        void demand(Resource resource, String challenge) {
            claims.put(resource, challenge);
        }

        void satisfied(Resource resource) {
            claims.remove(resource);
        }

        Optional<RefreshPause> pause() {
            return Optional.ofNullable(pause);
        }

        void pause(RefreshPause next) {
            pause = next;
        }

        void goOn() {
            pause = null;
        }
    }

    /** A token in memory. {@code refreshAt} stands here twice: comparing milliseconds allocates nothing. */
    record Known(AccessToken token, Instant refreshAt, long refreshAtMs) {}

    /** The token, if it need not be refreshed yet. */
    @Nullable
    AccessToken fresh(CredentialId credential, Resource resource, long nowMs) {
        Slot slot = slots.get(credential);
        Known known = slot == null ? null : slot.tokens.get(resource.ordinal());
        return known != null && nowMs < known.refreshAtMs() ? known.token() : null;
    }

    /** Where there are too many, some other one is forgotten: it costs one look into the repository. */
    Slot of(CredentialId credential) {
        Slot slot = slots.computeIfAbsent(credential, any -> new Slot());
        Iterator<CredentialId> others = slots.keySet().iterator();
        while (slots.size() > MOST && others.hasNext()) {
            if (!others.next().equals(credential)) {
                others.remove();
            }
        }
        return slot;
    }
}
