package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.credential.JdbcCredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.SettableClock;

class RefreshingAccessTokensTest {
    static final Duration LIFE = Duration.ofHours(1);
    final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T10:00:00Z"));
    final OAuthDatabase database = new OAuthDatabase();
    final CredentialRepository credentials = new JdbcCredentialRepository(database.transactions);
    final List<TokenRequest> requests = Collections.synchronizedList(new ArrayList<>());
    volatile Function<TokenRequest, TokenOutcome> endpoint = request -> granted();
    CredentialId id;
    AccessTokens tokens;

    @BeforeEach
    void connect() {
        id = credentials
                .save(new MailboxCredential(
                        CredentialId.random(),
                        "default",
                        new TenantId(FakeAuthority.TENANT),
                        FakeAuthority.OBJECT,
                        Optional.of(Secret.of("refresh-0")),
                        clock.instant(),
                        Optional.empty(),
                        Optional.empty(),
                        Set.of(),
                        0))
                .id();
        tokens = replica();
    }

    @AfterEach
    void stop() {
        database.close();
    }

    @Test
    void s19AHundredAskersCauseOneRequest() throws Exception {
        Set<String> answers =
                together(100, () -> tokens.acquire(id, Resource.GRAPH).value());
        assertThat(answers).containsExactly("access-1");
        assertThat(requests).hasSize(1);
    }

    @Test
    void s19ThreeReplicasCauseOneRequest() throws Exception {
        List<AccessTokens> replicas = List.of(replica(), replica(), replica());
        Set<String> answers = new HashSet<>();
        for (int round = 0; round < 2; round++) {
            answers.addAll(together(30, () -> {
                AccessTokens one = replicas.get((int) (Thread.currentThread().getId() % 3));
                try {
                    return one.acquire(id, Resource.GRAPH).value();
                } catch (ThrottledException e) {
                    return "later"; // another replica is at it: the caller comes back in a second
                }
            }));
        }
        answers.remove("later");
        assertThat(answers).containsExactly("access-1");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aReplicaUsesTheTokenAnotherOneStored() {
        tokens.acquire(id, Resource.GRAPH);
        assertThat(replica().acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aTokenIsRefreshedAtEightyPercentOfItsLifeAndNotBefore() {
        tokens.acquire(id, Resource.GRAPH);
        clock.advance(Duration.ofMinutes(47));
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        clock.advance(Duration.ofMinutes(1));
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
    }

    @Test
    void aTokenOfUnknownAgeIsRefreshedFiveMinutesBeforeItsEnd() {
        tokens.acquire(id, Resource.GRAPH);
        clock.advance(Duration.ofMinutes(54));
        assertThat(replica().acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        clock.advance(Duration.ofMinutes(1));
        assertThat(replica().acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
    }

    @Test
    void eachResourceHasItsOwnTokenAndItsOwnScopes() {
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        assertThat(tokens.acquire(id, Resource.EXCHANGE).value()).isEqualTo("access-2");
        assertThat(requests.get(0).parameters().get("scope"))
                .isEqualTo(
                        "https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read offline_access");
        assertThat(requests.get(1).parameters())
                .containsEntry("scope", "https://outlook.office365.com/EWS.AccessAsUser.All offline_access")
                .containsEntry("refresh_token", "refresh-1");
    }

    @Test
    void s19TheRotatedRefreshTokenIsStoredBeforeTheAccessTokenIsHandedOut() {
        tokens.acquire(id, Resource.GRAPH);
        MailboxCredential row = credentials.find(id).orElseThrow();
        assertThat(row.refreshToken()).contains(Secret.of("refresh-1"));
        assertThat(row.graphToken().orElseThrow().value()).isEqualTo(Secret.of("access-1"));

        clock.advance(LIFE);
        endpoint = request -> {
            database.transactions.run(
                    connection -> connection.createStatement().execute("alter table credential rename to gone"));
            return granted();
        };
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH))
                .isInstanceOf(org.mailcaravan.database.DatabaseException.class);
    }

    @Test
    void s20F36ADeadGrantIsAskedForAtMostOnceInFifteenMinutes() {
        endpoint = request -> new TokenOutcome.ConsentRequired("AADSTS50173", "Sign in again.");
        for (int minute = 0; minute < 15; minute++) {
            assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH))
                    .isInstanceOf(ConsentRequiredException.class)
                    .hasMessageContaining("AADSTS50173")
                    .hasMessageContaining("Sign in again.");
            assertThatThrownBy(() -> tokens.acquire(id, Resource.EXCHANGE))
                    .isInstanceOf(ConsentRequiredException.class);
            assertThat(requests).hasSize(1);
            clock.advance(Duration.ofMinutes(1));
        }
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(ConsentRequiredException.class);
        assertThat(requests).hasSize(2);
    }

    @Test
    void s20ANewSignInEndsThePauseAtOnce() {
        endpoint = request -> new TokenOutcome.ConsentRequired("AADSTS700082", "Sign in again.");
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(ConsentRequiredException.class);
        credentials.save(credentials.find(id).orElseThrow().withRefreshToken(Secret.of("refresh-new")));
        endpoint = request -> granted();
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
    }

    @Test
    void anEndpointThatAsksToWaitIsNotAskedBefore() {
        endpoint = request -> new TokenOutcome.TryLater(Optional.of(Duration.ofSeconds(30)), "busy");
        for (int second = 0; second < 30; second += 10) {
            Duration left = Duration.ofSeconds(30 - second);
            assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH))
                    .isInstanceOfSatisfying(
                            ThrottledException.class,
                            e -> assertThat(e.retryAfter()).contains(left));
            clock.advance(Duration.ofSeconds(10));
        }
        assertThat(requests).hasSize(1);
        endpoint = request -> granted();
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
    }

    @Test
    void aBrokenEndpointIsAskedLessAndLessOften() {
        endpoint = request -> new TokenOutcome.TryLater(Optional.empty(), "status 500");
        for (int second = 0; second < 600; second++) {
            assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH))
                    .isInstanceOf(MailSourceUnavailableException.class)
                    .hasMessageContaining("status 500");
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(requests.size()).isBetween(5, 9);
    }

    @Test
    void whileTheOldTokenIsGoodABrokenEndpointDisturbsNobody() {
        tokens.acquire(id, Resource.GRAPH);
        clock.advance(Duration.ofMinutes(50));
        endpoint = request -> new TokenOutcome.TryLater(Optional.empty(), "status 500");
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        clock.advance(Duration.ofMinutes(9));
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(MailSourceUnavailableException.class);
    }

    @Test
    void aRefusedRegistrationNamesTheRemedy() {
        endpoint = request -> new TokenOutcome.Refused("AADSTS7000222", "Make a new secret.");
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH))
                .isInstanceOf(MailSourceUnavailableException.class)
                .hasMessageContaining("AADSTS7000222")
                .hasMessageContaining("Make a new secret.");
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(MailSourceUnavailableException.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void aTokenTheApiRefusedIsNotHandedOutAgain() {
        AccessToken first = tokens.acquire(id, Resource.GRAPH);
        tokens.invalidate(id, Resource.GRAPH, first, Optional.empty());
        AccessToken second = tokens.acquire(id, Resource.GRAPH);
        assertThat(second.value()).isEqualTo("access-2");
        tokens.invalidate(id, Resource.GRAPH, first, Optional.empty());
        assertThat(tokens.acquire(id, Resource.GRAPH))
                .as("it was replaced already")
                .isEqualTo(second);
        assertThat(replica().acquire(id, Resource.GRAPH)).isEqualTo(second);
        assertThat(requests).hasSize(2);
    }

    @Test
    void f37AStuckRefresherIsReplacedWhenItsLeaseHasRunOut() {
        new RefreshLeases(database.transactions, clock).acquire(id, java.util.UUID.randomUUID());
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH))
                .isInstanceOfSatisfying(
                        ThrottledException.class,
                        e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(1)));
        assertThat(requests).isEmpty();
        clock.advance(RefreshLeases.LIFE);
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        assertThat(database.count("token_refresh_lease")).isZero();
    }

    @Test
    void aSignInDuringARefreshWins() {
        endpoint = request -> {
            credentials.save(credentials.find(id).orElseThrow().withRefreshToken(Secret.of("refresh-new")));
            endpoint = again -> granted();
            return granted();
        };
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(ThrottledException.class);
        assertThat(credentials.find(id).orElseThrow().refreshToken()).contains(Secret.of("refresh-new"));
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
    }

    @Test
    void withoutACredentialAPersonMustConnectAgain() {
        assertThatThrownBy(() -> tokens.acquire(CredentialId.random(), Resource.GRAPH))
                .isInstanceOf(ConsentRequiredException.class)
                .hasMessageContaining("Connect the mailbox again");
    }

    @Test
    void aShortLivedTokenIsNotRefreshedOnEveryCall() {
        endpoint = request -> new TokenOutcome.Granted(
                Secret.of("short-" + requests.size()),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofMinutes(4));
        for (int i = 0; i < 5; i++) {
            assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("short-1");
        }
        assertThat(credentials.find(id).orElseThrow().refreshToken())
                .as("no new refresh token: the old one stays")
                .contains(Secret.of("refresh-0"));
    }

    private AccessTokens replica() {
        return new RefreshingAccessTokens(
                credentials,
                request -> {
                    requests.add(request);
                    return endpoint.apply(request);
                },
                new Scopes(OAuthSettings.ResourceAddresses.GLOBAL),
                new RefreshLeases(database.transactions, clock),
                clock);
    }

    private TokenOutcome granted() {
        int number = requests.size();
        return new TokenOutcome.Granted(
                Secret.of("access-" + number),
                Set.of(),
                Optional.of(Secret.of("refresh-" + number)),
                Optional.empty(),
                LIFE);
    }

    private static Set<String> together(int askers, Callable<String> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(askers);
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < askers; i++) {
                answers.add(threads.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            start.countDown();
            Set<String> all = new HashSet<>();
            for (Future<String> answer : answers) {
                all.add(answer.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }
}
