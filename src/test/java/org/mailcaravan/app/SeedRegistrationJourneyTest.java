package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.ingest.LedgerBalance;
import org.mailcaravan.sandbox.SandboxUser;

/** The application registration of the seed has EWS.AccessAsUser.All and User.Read, no Mail.Read: it must do as it is. */
final class SeedRegistrationJourneyTest {
    @Test
    void theSeedsOwnRegistrationConnectsOverEwsAndDelivers(@TempDir Path directory) throws Exception {
        try (JourneyFixture journey =
                JourneyFixture.start(directory, new JourneyFixture.Size(0, 6), (tenant, settings) -> {
                    settings.put("mail.protocol", "ews");
                    return tenant.seedRegistration();
                })) {
            // several: the sandbox spells scopes differently from answer to answer, as Entra ID does
            for (SandboxUser user : journey.tenant().directory().users()) {
                journey.burst(user, 20);
                journey.connect(user, "");
            }
            for (SandboxUser user : journey.tenant().directory().users()) {
                journey.awaitDelivered(user, 20);
                assertThat(journey.requests(user, "ews:GetItem")).isPositive();
                assertThat(journey.requests(user, "graph:message")).isZero();
            }
            assertThat(journey.awaitSettled()).isEqualTo(new LedgerBalance(120, 120, 0, 0, 0, 0));
        }
    }
}
