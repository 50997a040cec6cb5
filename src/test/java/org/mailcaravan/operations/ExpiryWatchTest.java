package org.mailcaravan.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.mailcaravan.credential.ExpiryWarnings.Expiry;
import org.mailcaravan.credential.ExpiryWarnings.Warning;
import org.mailcaravan.oauth.ProofState;
import org.mailcaravan.testing.SettableClock;

/** What ends soon is told once per threshold, and shown as long as it lasts. */
class ExpiryWatchTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private final SettableClock clock = new SettableClock(NOW);
    private final List<ProofState> proofs = new ArrayList<>();
    private final List<Expiry> grants = new ArrayList<>();
    private final List<Instant> asked = new ArrayList<>();
    private final ExpiryWatch watch = new ExpiryWatch(
            () -> proofs,
            moment -> {
                asked.add(moment);
                return grants;
            },
            clock);

    @Test
    void eachThresholdIsToldOnce() {
        proofs.add(ending("default", NOW.plus(Duration.ofDays(31))));
        List<Integer> told = new ArrayList<>();
        for (int hour = 0; hour < 33 * 24; hour++) {
            watch.look().forEach(warning -> told.add(warning.daysLeft()));
            clock.advance(Duration.ofHours(1));
        }
        assertThat(told).containsExactly(30, 14, 7, 1, 0);
    }

    @Test
    void whatIsRenewedIsToldNoMore() {
        proofs.add(ending("default", NOW.plus(Duration.ofDays(5))));
        assertThat(watch.look()).hasSize(1);
        proofs.set(0, ending("default", NOW.plus(Duration.ofDays(365))));
        assertThat(watch.look()).isEmpty();
        assertThat(watch.current()).isEmpty();
    }

    @Test
    void grantsAreAskedForThirtyDaysBeforeTheirNinetiethIdleDay() {
        grants.add(Expiry.refreshToken("c-1", NOW.minus(Duration.ofDays(80))));

        assertThat(watch.look()).extracting(Warning::daysLeft).containsExactly(14);
        assertThat(asked).containsExactly(NOW.minus(Duration.ofDays(60)));
    }

    @Test
    void theHealthCheckIsUpAndTellsWhatEndsAndWhatIsMissing() {
        proofs.add(ending("default", NOW.plus(Duration.ofDays(5))));
        proofs.add(new ProofState(
                "partner", Optional.empty(), Optional.of("oauth.partner.client-secret-file is empty. Write it anew.")));
        grants.add(Expiry.refreshToken("c-1", NOW.minus(Duration.ofDays(89))));
        watch.look();

        HealthCheck.Result result = call();

        assertThat(result.getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(result.getDetails())
                .containsEntry("registration.default.expires-at", "2026-11-29T10:00:00Z")
                .containsEntry("grants.ending", 1)
                .containsEntry("grants.first-ends-at", "2026-11-25T10:00:00Z")
                .containsEntry(
                        "registration.partner.problem", "oauth.partner.client-secret-file is empty. Write it anew.");
        assertThat(result.getDetails().get("registration.default.warning").toString())
                .contains("ends in 7 days or less")
                .contains("Certificates & secrets");
    }

    @Test
    void theHealthCheckHasNothingToTellWhenNothingEnds() {
        proofs.add(ending("default", NOW.plus(Duration.ofDays(300))));
        watch.look();

        assertThat(call().getDetails())
                .containsEntry("grants.ending", 0)
                .doesNotContainKeys("registration.default.warning", "registration.default.problem");
    }

    private HealthCheck.Result call() {
        ExpiryHealthCheck check = new ExpiryHealthCheck(watch);
        check.setCamelContext(new DefaultCamelContext());
        return check.call(Map.of());
    }

    private static ProofState ending(String name, Instant end) {
        return new ProofState(name, Optional.of(Expiry.certificate(name, end)), Optional.empty());
    }
}
