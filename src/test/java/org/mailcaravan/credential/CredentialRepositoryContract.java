package org.mailcaravan.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.credential.Credentials.EXCHANGE_TOKEN;
import static org.mailcaravan.credential.Credentials.GRAPH_TOKEN;
import static org.mailcaravan.credential.Credentials.aCredential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;

/** What every {@link CredentialRepository} does. */
interface CredentialRepositoryContract {
    CredentialRepository testee();

    @Test
    default void aSavedCredentialIsFoundByIdAndByAccount() {
        MailboxCredential saved = testee().save(aCredential());

        assertThat(saved.version()).isEqualTo(1);
        assertThat(testee().find(saved.id())).contains(saved);
        assertThat(testee().find(saved.registration(), saved.tenant(), saved.objectId()))
                .contains(saved);
    }

    @Test
    default void aCredentialWithoutAccessTokensAndScopesIsKeptAsItIs() {
        MailboxCredential bare = aCredential()
                .withGraphToken(Optional.empty())
                .withExchangeToken(Optional.empty())
                .withGrantedScopes(Set.of());

        MailboxCredential saved = testee().save(bare);

        assertThat(testee().find(saved.id())).contains(saved).contains(bare.withVersion(1));
    }

    @Test
    default void unknownCredentialsAreAbsent() {
        testee().save(aCredential());

        assertThat(testee().find(CredentialId.random())).isEmpty();
        assertThat(testee().find("default", new TenantId("00000000-0000-0000-0000-000000000001"), "nobody"))
                .isEmpty();
    }

    @Test
    default void anotherRegistrationTenantOrAccountIsAnotherCredential() {
        MailboxCredential first = testee().save(aCredential());
        MailboxCredential second = testee().save(new MailboxCredential(
                CredentialId.random(),
                "second",
                first.tenant(),
                first.objectId(),
                Optional.empty(),
                Credentials.GRAPH_TOKEN.expiresAt(),
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                0));

        assertThat(testee().find("second", first.tenant(), first.objectId())).contains(second);
        assertThat(testee().find(first.registration(), first.tenant(), first.objectId()))
                .contains(first);
    }

    @Test
    default void everySaveRaisesTheVersionAndReplacesAllSecrets() {
        MailboxCredential first = testee().save(aCredential());
        MailboxCredential second = testee().save(first.withRefreshToken(Secret.of("rotated"))
                .withGraphToken(Optional.empty())
                .withExchangeToken(Optional.of(GRAPH_TOKEN))
                .withGrantedScopes(Set.of("Mail.Read")));

        assertThat(second.version()).isEqualTo(2);
        assertThat(testee().find(first.id())).contains(second);
        assertThat(second.refreshToken()).contains(Secret.of("rotated"));
        assertThat(testee().save(second.withExchangeToken(Optional.of(EXCHANGE_TOKEN)))
                        .version())
                .isEqualTo(3);
    }

    @Test
    default void aStaleStateIsRefusedAndChangesNothing() {
        MailboxCredential first = testee().save(aCredential());
        MailboxCredential second = testee().save(first.withRefreshToken(Secret.of("second")));

        assertThatThrownBy(() -> testee().save(first.withRefreshToken(Secret.of("late"))))
                .isInstanceOf(StaleCredentialException.class)
                .hasMessageContaining(first.id().toString())
                .hasMessageNotContaining("late");
        assertThatThrownBy(() -> testee().save(second.withVersion(7))).isInstanceOf(StaleCredentialException.class);
        assertThat(testee().find(first.id())).contains(second);
    }

    @Test
    default void oneAccountIsStoredOnceForARegistration() {
        MailboxCredential first = testee().save(aCredential());

        assertThatThrownBy(() -> testee().save(first.withVersion(0))).isInstanceOf(StaleCredentialException.class);
        assertThatThrownBy(() -> testee().save(Credentials.sameAccount(first)))
                .isInstanceOf(StaleCredentialException.class);
        assertThat(testee().find(first.id())).contains(first);
    }

    @Test
    default void aRemovedCredentialIsGoneAndMayBeStoredAgain() {
        MailboxCredential saved = testee().save(aCredential());

        testee().remove(saved.id());
        testee().remove(saved.id());

        assertThat(testee().find(saved.id())).isEmpty();
        assertThatThrownBy(() -> testee().save(saved)).isInstanceOf(StaleCredentialException.class);
        assertThat(testee().save(saved.withVersion(0)).version()).isEqualTo(1);
    }

    @Test
    default void longTokensAreKeptWhole() {
        Secret longToken = Secret.of("ü€".repeat(10_000));

        MailboxCredential saved = testee().save(aCredential().withRefreshToken(longToken));

        assertThat(testee().find(saved.id()).orElseThrow().refreshToken()).contains(longToken);
    }

    @Test
    default void ofManyWritersOfOneVersionExactlyOneWins() throws Exception {
        MailboxCredential first = testee().save(aCredential());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Callable<Boolean>> writers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Secret token = Secret.of("writer " + i);
            writers.add(() -> wins(first.withRefreshToken(token)));
        }
        int winners = 0;
        for (Future<Boolean> writer : threads.invokeAll(writers)) {
            winners += writer.get() ? 1 : 0;
        }
        threads.shutdown();

        assertThat(winners).isEqualTo(1);
        assertThat(testee().find(first.id()).orElseThrow().version()).isEqualTo(2);
    }

    private boolean wins(MailboxCredential credential) {
        try {
            testee().save(credential);
            return true;
        } catch (StaleCredentialException e) {
            return false;
        }
    }
}
