package org.mailcaravan.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells what is going to expire while there is time to act: 30, 14, 7 and 1 days before, and once it has. */
public final class ExpiryWarnings {
    /** Entra ID forgets a refresh token that was not redeemed for this long (refresh token lifetime of the Microsoft identity platform). */
    public static final Duration IDLE = Duration.ofDays(90);

    /** Narrowest first; 0 means that it has expired. */
    private static final List<Integer> THRESHOLDS = List.of(0, 1, 7, 14, 30);

    private ExpiryWarnings() {}

    /** What can expire, and what then has to be done. */
    public enum What {
        CLIENT_SECRET(
                "Add a new client secret to the app registration (Certificates & secrets), hand its Value to this program"
                        + " while both are valid, then remove the former one."),
        CERTIFICATE(
                "Add a new certificate to the app registration (Certificates & secrets), hand it with its key to this"
                        + " program, then remove the former one."),
        REFRESH_TOKEN(
                "Nothing has redeemed this grant for weeks: resume the mailbox, or disconnect it. Once expired, its owner"
                        + " has to connect it again.");

        private final String remedy;

        What(String remedy) {
            this.remedy = remedy;
        }
    }

    /**
     * Something with an end.
     *
     * @param subjectId what a person finds it by: the name of the app registration, or a credential's id; no secret
     * @param expiresAt when it ends
     */
    public record Expiry(What what, String subjectId, Instant expiresAt) {
        public static Expiry clientSecret(String registration, Instant expiresAt) {
            return new Expiry(What.CLIENT_SECRET, registration, expiresAt);
        }

        /** @param expiresAt the certificate's {@code notAfter} (RFC 5280 section 4.1.2.5) */
        public static Expiry certificate(String registration, Instant expiresAt) {
            return new Expiry(What.CERTIFICATE, registration, expiresAt);
        }

        /**
         * A delegated grant, which every redemption renews.
         *
         * @param credentialId the credential's id as text
         * @param refreshedAt when its refresh token was issued last
         */
        public static Expiry refreshToken(String credentialId, Instant refreshedAt) {
            return new Expiry(What.REFRESH_TOKEN, credentialId, refreshedAt.plus(IDLE));
        }
    }

    /**
     * One warning.
     *
     * @param subjectId as in {@link Expiry}
     * @param daysLeft the threshold that was passed last: 30, 14, 7 or 1 days before the end, 0 after it. It changes once per threshold: who remembers it
     *     warns once for each
     * @param remedy what to do, for a person
     */
    public record Warning(What what, String subjectId, Instant expiresAt, int daysLeft, String remedy) {}

    /** The warnings that are due, the most urgent first; at most one for each. */
    public static List<Warning> of(Collection<Expiry> expiries, Instant now) {
        return expiries.stream()
                .flatMap(expiry -> warning(expiry, now))
                .sorted(Comparator.comparing(Warning::expiresAt).thenComparing(Warning::subjectId))
                .toList();
    }

    private static Stream<Warning> warning(Expiry expiry, Instant now) {
        return passed(Duration.between(now, expiry.expiresAt())).stream()
                .map(days ->
                        new Warning(expiry.what(), expiry.subjectId(), expiry.expiresAt(), days, expiry.what().remedy));
    }

    private static Optional<Integer> passed(Duration left) {
        return THRESHOLDS.stream()
                .filter(days -> left.compareTo(Duration.ofDays(days)) <= 0)
                .findFirst();
    }
}
