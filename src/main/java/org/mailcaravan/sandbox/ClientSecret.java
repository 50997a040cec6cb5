package org.mailcaravan.sandbox;

import java.time.Instant;
import java.util.Optional;

/**
 * A secret of a registration (manifest {@code passwordCredentials}); two may overlap while one replaces the other.
 *
 * @param id GUID that the portal shows beside the value and that people paste by mistake
 * @param value never printed
 * @param starts empty if it always was good
 * @param expires empty if it never ends, which only a sandbox grants
 */
public record ClientSecret(String id, String value, Optional<Instant> starts, Optional<Instant> expires) {
    /** A secret without dates. */
    public ClientSecret(String id, String value) {
        this(id, value, Optional.empty(), Optional.empty());
    }

    /** Whether its time has passed. */
    public boolean isExpired(Instant now) {
        return expires.map(end -> !now.isBefore(end)).orElse(false);
    }

    /** Whether its time has come. */
    public boolean hasStarted(Instant now) {
        return starts.map(start -> !now.isBefore(start)).orElse(true);
    }

    @Override
    public String toString() {
        return "ClientSecret[" + id + "]";
    }
}
