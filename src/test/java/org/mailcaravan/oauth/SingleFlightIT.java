package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mailcaravan.credential.JdbcCredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.database.Database;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.testing.ChildJvm;
import org.mailcaravan.testing.EmbeddedPostgres;

/**
 * F37, G5: 300 askers in three processes on one PostgreSQL, their clocks five minutes apart (F38). The promise: a token that has expired costs exactly one token
 * request, whoever asks. If the process that asks is killed before it has stored the answer, one more request after its lease; the grant is never lost (F35).
 */
class SingleFlightIT {
    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));
    private static final int REPLICAS = 3;
    private static final Duration BETWEEN = Duration.ofMinutes(70);
    private static final int SHORT_LEASE_SECONDS = 10;

    private final String url = EmbeddedPostgres.freshUrl();
    private final Database database = Database.open(url, Optional.empty(), Optional.empty());
    private final JdbcCredentialRepository credentials = new JdbcCredentialRepository(database.transactions());
    private final List<Replica> replicas = new ArrayList<>();
    private CountingTokenEndpoint endpoint;
    private CredentialId credential;
    private Instant now = Instant.parse("2026-11-24T10:00:00Z");
    private int lease;

    private record Replica(Process process, BufferedReader out) {
        /** The next answer; empty if the process has ended. */
        Optional<Set<String>> answer() throws IOException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(AskingReplica.ANSWER)) {
                    return Optional.of(
                            Set.of(line.substring(AskingReplica.ANSWER.length()).split(" ")));
                }
            }
            return Optional.empty();
        }

        void ask(Instant at) throws IOException {
            process.getOutputStream().write((at.toEpochMilli() + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        }

        void kill() {
            process.toHandle().destroyForcibly(); // Process.destroyForcibly would close what it said before
        }
    }

    private enum Kill {
        /** The answer is lost. */
        BEFORE_THE_ANSWER,
        /** The answer is under way, or just being stored. */
        AFTER_THE_ANSWER,
        /** It has hardly begun. */
        AT_ONCE
    }

    @BeforeEach
    void connect() throws IOException {
        endpoint = new CountingTokenEndpoint();
        credential = credentials
                .save(new MailboxCredential(
                        CredentialId.random(),
                        "default",
                        new TenantId(FakeAuthority.TENANT),
                        FakeAuthority.OBJECT,
                        Optional.of(Secret.of(CountingTokenEndpoint.FIRST)),
                        now,
                        Optional.empty(),
                        Optional.empty(),
                        Set.of(),
                        0))
                .id();
    }

    @AfterEach
    void stop() {
        replicas.forEach(Replica::kill);
        endpoint.close();
        database.close();
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void g5F37ThreeHundredAskersOfThreeProcessesCauseOneTokenRequestPerExpiry() throws Exception {
        startAll((int) RefreshLeases.LIFE.toSeconds());
        int expiries = LARGER ? 1000 : 10;
        for (int expiry = 1; expiry <= expiries; expiry++) {
            assertThat(askAll()).as("expiry %d", expiry).containsExactly("access-" + expiry);
            assertThat(endpoint.requests()).as("expiry %d", expiry).isEqualTo(expiry);
        }
        assertGrantKept();
        System.out.printf(
                "SingleFlightIT: %d expiries, %d askers each, %d token requests%n",
                expiries, REPLICAS * AskingReplica.ASKERS, endpoint.requests());
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void f35F37AKillCostsAtMostOneMoreRequestAndNeverTheGrant() throws Exception {
        startAll(SHORT_LEASE_SECONDS);
        int kills = LARGER ? 45 : 1;
        int ordinary = LARGER ? 5 : 1;
        for (int kill = 0; kill < kills; kill++) {
            for (int expiry = 0; expiry < ordinary; expiry++) {
                int before = endpoint.requests();
                assertThat(askAll()).hasSize(1);
                assertThat(endpoint.requests() - before).isEqualTo(1);
            }
            killOneWhileAllAsk(Kill.values()[kill % Kill.values().length]);
        }
        assertThat(askAll()).hasSize(1);
        assertGrantKept();
    }

    private void killOneWhileAllAsk(Kill kind) throws Exception {
        int before = endpoint.requests();
        if (kind == Kill.BEFORE_THE_ANSWER) {
            endpoint.once(this::kill, caller -> {});
        } else if (kind == Kill.AFTER_THE_ANSWER) {
            endpoint.once(caller -> {}, this::kill);
        }
        ask();
        if (kind == Kill.AT_ONCE) {
            kill("0");
        }
        List<Set<String>> survivors = answers();
        assertThat(survivors).as("%s", kind).hasSizeGreaterThanOrEqualTo(REPLICAS - 1);
        assertThat(union(survivors)).as("%s", kind).hasSize(1).doesNotContain("none");
        assertThat(endpoint.requests() - before).as("%s", kind).isBetween(kind == Kill.BEFORE_THE_ANSWER ? 2 : 1, 2);
        restartTheDead();
    }

    private void assertGrantKept() {
        assertThat(endpoint.unknownGrants()).isZero();
        assertThat(endpoint.issued(credentials
                        .find(credential)
                        .orElseThrow()
                        .refreshToken()
                        .orElseThrow()
                        .value()))
                .isTrue();
    }

    private Set<String> askAll() throws IOException {
        ask();
        List<Set<String>> answers = answers();
        assertThat(answers).hasSize(REPLICAS);
        return union(answers);
    }

    private void ask() throws IOException {
        now = now.plus(BETWEEN);
        for (int i = 0; i < REPLICAS; i++) {
            replicas.get(i).ask(now.plus(Duration.ofSeconds(150).multipliedBy(i)));
        }
    }

    private List<Set<String>> answers() throws IOException {
        List<Set<String>> all = new ArrayList<>();
        for (Replica replica : replicas) {
            replica.answer().ifPresent(all::add);
        }
        return all;
    }

    private static Set<String> union(List<Set<String>> answers) {
        Set<String> all = new HashSet<>();
        answers.forEach(all::addAll);
        return all;
    }

    private void startAll(int leaseSeconds) throws IOException {
        lease = leaseSeconds;
        for (int i = 0; i < REPLICAS; i++) {
            replicas.add(start(i));
        }
        for (Replica replica : replicas) {
            assertThat(replica.answer()).isPresent();
        }
    }

    private Replica start(int number) throws IOException {
        Process process = ChildJvm.start(
                AskingReplica.class,
                String.valueOf(number),
                url,
                endpoint.url(),
                credential.toString(),
                String.valueOf(lease));
        return new Replica(
                process, new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    private void restartTheDead() throws Exception {
        for (int i = 0; i < REPLICAS; i++) {
            if (!replicas.get(i).process().isAlive()) {
                replicas.set(i, start(i));
                assertThat(replicas.get(i).answer()).isPresent();
            }
        }
    }

    /** kill -9, and it is over when this returns. */
    private void kill(String number) {
        Replica victim = replicas.get(Integer.parseInt(number));
        victim.kill();
        victim.process().onExit().join();
    }
}
