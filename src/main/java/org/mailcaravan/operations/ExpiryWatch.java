package org.mailcaravan.operations;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mailcaravan.credential.ExpiryWarnings;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;
import org.mailcaravan.credential.ExpiryWarnings.Warning;
import org.mailcaravan.oauth.ProofState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then for client secrets, certificates and refresh tokens that end soon, and logs each once for every threshold of {@link ExpiryWarnings}. What it
 * has told is kept in memory: after a restart it is told again. Thread-safe.
 */
public final class ExpiryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiryWatch.class);
    private static final Duration FIRST_THRESHOLD = Duration.ofDays(30);

    private final Supplier<List<ProofState>> proofs;
    private final Function<Instant, List<Expiry>> grantsRefreshedBefore;
    private final Clock clock;
    private Set<Warning> told = Set.of();
    private volatile List<Warning> current = List.of();

    /**
     * @param proofs the app registrations' own credentials
     * @param grantsRefreshedBefore the delegated grants whose refresh token was issued before a moment
     */
    public ExpiryWatch(
            Supplier<List<ProofState>> proofs, Function<Instant, List<Expiry>> grantsRefreshedBefore, Clock clock) {
        this.proofs = proofs;
        this.grantsRefreshedBefore = grantsRefreshedBefore;
        this.clock = clock;
    }

    /**
     * Looks, and logs what is new.
     *
     * @return what is new, the most urgent first
     */
    public synchronized List<Warning> look() {
        Instant now = clock.instant();
        Instant idleSince = now.minus(ExpiryWarnings.IDLE).plus(FIRST_THRESHOLD);
        List<Expiry> expiries = Stream.concat(
                        proofs.get().stream().flatMap(proof -> proof.expiry().stream()),
                        grantsRefreshedBefore.apply(idleSince).stream())
                .toList();
        current = ExpiryWarnings.of(expiries, now);
        List<Warning> fresh =
                current.stream().filter(warning -> !told.contains(warning)).toList();
        told = new HashSet<>(current);
        fresh.forEach(ExpiryWatch::log);
        return fresh;
    }

    /** What the last look found. */
    List<Warning> current() {
        return current;
    }

    List<ProofState> proofs() {
        return proofs.get();
    }

    private static void log(Warning warning) {
        LOG.warn("{}. {}", words(warning), warning.remedy());
    }

    /** For example {@code client secret of default ends at …, in 14 days or less}. */
    static String words(Warning warning) {
        String what = switch (warning.what()) {
            case CLIENT_SECRET -> "the client secret of the app registration ";
            case CERTIFICATE -> "the certificate of the app registration ";
            case REFRESH_TOKEN -> "the refresh token of the credential ";
        };
        String when = warning.daysLeft() == 0 ? "ended" : "ends in " + warning.daysLeft() + " days or less,";
        return what + warning.subjectId() + " " + when + " at " + warning.expiresAt();
    }
}
