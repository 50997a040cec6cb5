package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
    static final String CHALLENGE = "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1604106651\"}}}";
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
    void s19F37ThreeReplicasCauseOneRequestAndAllAskersGetItsToken() throws Exception {
        List<AccessTokens> replicas = List.of(replica(), replica(), replica());
        Set<String> answers = together(
                30,
                () -> replicas.get((int) (Thread.currentThread().getId() % 3))
                        .acquire(id, Resource.GRAPH)
                        .value());
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
    void aTokenIsRefreshedBetweenSeventyAndNinetyPercentOfItsLife() {
        tokens.acquire(id, Resource.GRAPH);
        clock.advance(Duration.ofMinutes(41));
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        clock.advance(Duration.ofMinutes(14));
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
    }

    @Test
    void anotherReplicaKnowsFromTheRowHowOldATokenIs() {
        tokens.acquire(id, Resource.GRAPH);
        clock.advance(Duration.ofMinutes(41));
        assertThat(replica().acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        clock.advance(Duration.ofMinutes(14));
        assertThat(replica().acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
    }

    @Test
    void mailboxesConnectedTogetherAreNotRefreshedTogether() {
        RefreshTimes times = new RefreshTimes(new Random(4711));
        Instant got = clock.instant();
        Map<Long, Integer> perSecond = new TreeMap<>();
        for (int mailbox = 0; mailbox < 1000; mailbox++) {
            Duration after = Duration.between(got, times.of(got, got.plus(LIFE)));
            assertThat(after).isBetween(Duration.ofMinutes(42), Duration.ofMinutes(54));
            perSecond.merge(after.toSeconds(), 1, Integer::sum);
        }
        // 1,000 over 720 s: 1.4 a second; with this seed never more than 8, and no quarter of the time without its
        // share
        assertThat(Collections.max(perSecond.values())).isLessThanOrEqualTo(8);
        for (long quarter = 0; quarter < 4; quarter++) {
            long from = 42 * 60 + quarter * 180;
            assertThat(perSecond.entrySet().stream()
                            .filter(one -> one.getKey() >= from && one.getKey() < from + 180)
                            .mapToInt(Map.Entry::getValue)
                            .sum())
                    .isBetween(200, 300);
        }
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
    void s20F36ADeadGrantIsAskedForAtMostOnceInFifteenMinutesByAllReplicasAndAfterARestart() {
        endpoint = request -> new TokenOutcome.ConsentRequired("AADSTS50173", "Sign in again.");
        for (int minute = 0; minute < 15; minute++) {
            for (AccessTokens one : List.of(tokens, replica())) {
                for (Resource resource : Resource.values()) {
                    assertThatThrownBy(() -> one.acquire(id, resource))
                            .isInstanceOf(ConsentRequiredException.class)
                            .hasMessageContaining("AADSTS50173")
                            .hasMessageContaining("Sign in again.");
                }
            }
            assertThat(requests).hasSize(1);
            database.age("token_pause", "ends_at", Duration.ofMinutes(1));
        }
        assertThatThrownBy(() -> replica().acquire(id, Resource.GRAPH)).isInstanceOf(ConsentRequiredException.class);
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(ConsentRequiredException.class);
        assertThat(requests).hasSize(2);
    }

    @Test
    void f36ThirtyAskersOfThreeReplicasAskOnceForADeadGrant() throws Exception {
        endpoint = request -> new TokenOutcome.ConsentRequired("AADSTS700082", "Sign in again.");
        List<AccessTokens> replicas = List.of(replica(), replica(), replica());
        Set<String> answers = together(30, () -> {
            try {
                return replicas.get((int) (Thread.currentThread().getId() % 3))
                        .acquire(id, Resource.GRAPH)
                        .value();
            } catch (ConsentRequiredException e) {
                return e.remedy();
            }
        });
        assertThat(answers).containsExactly("Sign in again.");
        assertThat(requests).hasSize(1);
    }

    @Test
    void f36F38AReplicaWhoseClockIsAheadKeepsThePauseToo() {
        endpoint = request -> new TokenOutcome.ConsentRequired("AADSTS50173", "Sign in again.");
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(ConsentRequiredException.class);
        clock.advance(Duration.ofDays(1));
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(ConsentRequiredException.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void thePauseHoldsNoSecretAndGoesWithItsCredential() {
        endpoint = request -> new TokenOutcome.ConsentRequired("AADSTS50173", "Sign in again.");
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(ConsentRequiredException.class);
        assertThat(database.text("select grant_hash from token_pause")).isEqualTo(OpaqueValues.sha256("refresh-0"));
        credentials.remove(id);
        assertThat(database.count("token_pause")).isZero();
    }

    @Test
    void s20ANewSignInEndsThePauseAtOnce() {
        endpoint = request -> new TokenOutcome.ConsentRequired("AADSTS700082", "Sign in again.");
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(ConsentRequiredException.class);
        credentials.save(credentials.find(id).orElseThrow().withRefreshToken(Secret.of("refresh-new")));
        endpoint = request -> granted();
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
        assertThat(database.count("token_pause")).isZero();
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
        clock.advance(Duration.ofMinutes(55));
        endpoint = request -> new TokenOutcome.TryLater(Optional.empty(), "status 500");
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        clock.advance(Duration.ofMinutes(4));
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
    void f37F38AStuckRefresherIsReplacedWhenItsLeaseHasRunOutByTheDatabasesClock() {
        new RefreshLeases(database.transactions).acquire(id, UUID.randomUUID());
        clock.advance(RefreshLeases.LIFE.multipliedBy(100));
        AccessTokens impatient = replica(Duration.ofMillis(50));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> impatient.acquire(id, Resource.GRAPH))
                    .isInstanceOfSatisfying(
                            ThrottledException.class,
                            e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(1)));
        }
        assertThat(requests).isEmpty();
        database.age("token_refresh_lease", "expires_at", RefreshLeases.LIFE);
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-1");
        assertThat(database.count("token_refresh_lease")).isZero();
    }

    @Test
    void f37WhatAReplacedRefresherStillSavesIsRefusedByTheVersion() {
        AccessTokens other = replica();
        endpoint = request -> {
            database.age("token_refresh_lease", "expires_at", RefreshLeases.LIFE);
            endpoint = again -> granted();
            assertThat(other.acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
            return new TokenOutcome.Granted(
                    Secret.of("late"), Set.of(), Optional.of(Secret.of("refresh-late")), Optional.empty(), LIFE);
        };
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
        assertThat(credentials.find(id).orElseThrow().refreshToken()).contains(Secret.of("refresh-2"));
    }

    @Test
    void whileAnotherReplicaRefreshesAGoodTokenIsNotWaitedFor() {
        tokens.acquire(id, Resource.GRAPH);
        clock.advance(Duration.ofMinutes(55));
        new RefreshLeases(database.transactions).acquire(id, UUID.randomUUID());
        assertThat(replica(Duration.ofDays(1)).acquire(id, Resource.GRAPH).value())
                .isEqualTo("access-1");
        assertThat(requests).hasSize(1);
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
    void anApplicationAsksOnceForAllItsMailboxesAndKeepsNoRefreshToken() throws Exception {
        CredentialId application = application();
        Set<String> answers =
                together(50, () -> tokens.acquire(application, Resource.GRAPH).value());
        assertThat(answers).containsExactly("access-1");
        assertThat(requests).hasSize(1);
        assertThat(requests.get(0).parameters())
                .containsEntry("grant_type", "client_credentials")
                .containsEntry("scope", "https://graph.microsoft.com/.default")
                .doesNotContainKey("refresh_token");
        assertThat(credentials.find(application).orElseThrow().refreshToken())
                .as("the endpoint sent one all the same")
                .isEmpty();
    }

    @Test
    void s20AnApplicationThatAnAdministratorMustAllowIsAskedForOnceInFifteenMinutes() {
        CredentialId application = application();
        endpoint = request -> new TokenOutcome.ConsentRequired("AADSTS500011", "Ask your administrator.");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> replica().acquire(application, Resource.GRAPH))
                    .isInstanceOf(ConsentRequiredException.class);
        }
        assertThat(requests).hasSize(1);
    }

    @Test
    void aClaimsChallengeGoesWithTheNextRefreshAndOnlyWithThat() {
        AccessToken first = tokens.acquire(id, Resource.GRAPH);
        tokens.invalidate(id, Resource.GRAPH, first, Optional.of(CHALLENGE));
        assertThat(tokens.acquire(id, Resource.EXCHANGE).value()).isEqualTo("access-2");
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-3");
        clock.advance(LIFE);
        tokens.acquire(id, Resource.GRAPH);
        assertThat(requests.stream().map(one -> one.parameters().get("claims")))
                .containsExactly(null, null, CHALLENGE, null);
    }

    @Test
    void withCaeEveryRequestSaysThatWeUnderstandChallengesAndTheyAreMerged() {
        AccessTokens capable = replica(RefreshingAccessTokens.PATIENCE, true);
        AccessToken first = capable.acquire(id, Resource.GRAPH);
        capable.invalidate(id, Resource.GRAPH, first, Optional.of(CHALLENGE));
        capable.acquire(id, Resource.GRAPH);
        assertThat(requests.stream().map(one -> one.parameters().get("claims")))
                .containsExactly(
                        "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}",
                        "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"1604106651\"},\"xms_cc\":{\"values\":[\"cp1\"]}}}");
    }

    @Test
    void anApplicationAnswersAChallengeWithOneNewRequest() {
        CredentialId application = application();
        AccessToken first = tokens.acquire(application, Resource.GRAPH);
        tokens.invalidate(application, Resource.GRAPH, first, Optional.of(CHALLENGE));
        assertThat(tokens.acquire(application, Resource.GRAPH).value()).isEqualTo("access-2");
        tokens.invalidate(application, Resource.GRAPH, first, Optional.of(CHALLENGE));
        assertThat(tokens.acquire(application, Resource.GRAPH).value()).isEqualTo("access-2");
        assertThat(requests.get(1).parameters())
                .containsEntry("grant_type", "client_credentials")
                .containsEntry("claims", CHALLENGE);
        assertThat(requests).hasSize(2);
    }

    @Test
    void aChallengeWaitsWhileTheEndpointIsBusy() {
        AccessToken first = tokens.acquire(id, Resource.GRAPH);
        tokens.invalidate(id, Resource.GRAPH, first, Optional.of(CHALLENGE));
        endpoint = request -> new TokenOutcome.TryLater(Optional.empty(), "status 503");
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(MailSourceUnavailableException.class);
        clock.advance(Duration.ofMinutes(1));
        endpoint = request -> granted();
        tokens.acquire(id, Resource.GRAPH);
        assertThat(requests.get(2).parameters()).containsEntry("claims", CHALLENGE);
    }

    @Test
    void claimsThatOnlyAPersonCanSatisfyAreKeptForTheNextSignIn() {
        AccessToken first = tokens.acquire(id, Resource.GRAPH);
        tokens.invalidate(id, Resource.GRAPH, first, Optional.of(CHALLENGE));
        endpoint = request -> new TokenOutcome.ConsentRequired("interaction_required", "Sign in again.");
        assertThatThrownBy(() -> tokens.acquire(id, Resource.GRAPH)).isInstanceOf(ConsentRequiredException.class);
        MailboxCredential row = credentials.find(id).orElseThrow();
        DeadGrants dead = new DeadGrants(database.transactions);
        assertThat(dead.find(row).orElseThrow().claims()).contains(CHALLENGE);
        database.age("token_pause", "ends_at", DeadGrants.PAUSE.multipliedBy(10));
        assertThat(dead.find(row).orElseThrow().claims())
                .as("a person may take his time")
                .contains(CHALLENGE);
        assertThat(dead.find(row.withRefreshToken(Secret.of("refresh-new"))))
                .as("he signed in")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "7",
                "\"{}\"",
                "{\"access_token\":7}",
                "{\"access_token\":[]}",
                "{\"a\":1,\"a\":2}",
                "{} {}",
                "{\"access_token\":{}}&grant_type=password"
            })
    void aChallengeThatIsNoClaimsObjectIsAnOrdinaryRefusal(String hostile) {
        AccessToken first = tokens.acquire(id, Resource.GRAPH);
        tokens.invalidate(id, Resource.GRAPH, first, Optional.of(hostile));
        assertThat(tokens.acquire(id, Resource.GRAPH).value()).isEqualTo("access-2");
        assertThat(requests.get(1).parameters()).doesNotContainKey("claims");
    }

    @Test
    void aChallengeOfManyCharactersIsAnOrdinaryRefusal() {
        assertThat(Claims.readable("{\"access_token\":{\"x\":\"" + "x".repeat(5000) + "\"}}"))
                .isEmpty();
        assertThat(Claims.readable("{\"access_token\":{\"x\":\"" + "x".repeat(2000) + "\"}}"))
                .isPresent();
        assertThat(Claims.readable("{\"a\":".repeat(600) + "1" + "}".repeat(600)))
                .as("nested, still short")
                .isPresent();
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

    private CredentialId application() {
        return credentials
                .save(new MailboxCredential(
                        CredentialId.random(),
                        "application",
                        new TenantId(FakeAuthority.TENANT),
                        "00000000-0000-0000-0000-000000000009",
                        Optional.empty(),
                        clock.instant(),
                        Optional.empty(),
                        Optional.empty(),
                        Set.of(),
                        0))
                .id();
    }

    private AccessTokens replica() {
        return replica(RefreshingAccessTokens.PATIENCE);
    }

    private AccessTokens replica(Duration patience) {
        return replica(patience, false);
    }

    private AccessTokens replica(Duration patience, boolean cae) {
        return new RefreshingAccessTokens(
                credentials,
                new RefreshRequests(
                        request -> {
                            requests.add(request);
                            return endpoint.apply(request);
                        },
                        new Scopes(OAuthSettings.ResourceAddresses.GLOBAL),
                        cae),
                new RefreshLeases(database.transactions),
                new DeadGrants(database.transactions),
                new RefreshTimes(new Random(1)),
                new RefreshingAccessTokens.Surroundings(clock, patience));
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
