package org.mailcaravan.oauth;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.SilentParameters;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.h2.jdbcx.JdbcConnectionPool;
import org.mailcaravan.credential.InMemoryCredentialRepository;
import org.mailcaravan.credential.MailboxCredential;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.credential.StoredToken;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.TenantId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a cached token costs: ours, and the silent acquisition of Microsoft's own library, which is what a Java program would use instead. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AccessTokenBenchmark {
    private static final String TENANT = "11111111-1111-4111-8111-111111111111";
    private static final String OBJECT = "22222222-2222-4222-8222-222222222222";
    private static final String CLIENT = "33333333-3333-4333-8333-333333333333";
    private static final String TOKEN = "e".repeat(1800);

    /** How many scopes were granted. */
    @Param({"2", "100"})
    int scopes;

    private CredentialId credential;
    private AccessTokens ours;
    private ConfidentialClientApplication msal;
    private SilentParameters silently;

    @Setup
    public void fillBothCaches() throws Exception {
        Set<String> granted = IntStream.range(0, scopes)
                .mapToObj(i -> "https://graph.microsoft.com/Scope" + i)
                .collect(Collectors.toSet());
        Instant end = Instant.now().plus(Duration.ofHours(20));
        InMemoryCredentialRepository credentials = new InMemoryCredentialRepository();
        credential = credentials.save(row(granted, end)).id();
        ours = accessTokens(credentials);
        msal = ConfidentialClientApplication.builder(CLIENT, ClientCredentialFactory.createFromSecret("unused"))
                .authority("https://login.microsoftonline.com/" + TENANT)
                .instanceDiscovery(false)
                .build();
        msal.tokenCache().deserialize(msalCache(granted, end));
        silently = SilentParameters.builder(
                        granted, msal.getAccounts().join().iterator().next())
                .build();
        if (!msalSilent().accessToken().equals(TOKEN) || !cached().value().equals(TOKEN)) {
            throw new IllegalStateException("both must answer from their caches");
        }
    }

    @Benchmark
    public AccessToken cached() {
        return ours.acquire(credential, Resource.GRAPH);
    }

    @Benchmark
    public IAuthenticationResult msalSilent() throws Exception {
        return msal.acquireTokenSilently(silently).join();
    }

    private static AccessTokens accessTokens(InMemoryCredentialRepository credentials) {
        Transactions unused = new Transactions(JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
        return new RefreshingAccessTokens(
                credentials,
                new RefreshRequests(
                        request -> new TokenOutcome.TryLater(Optional.empty(), "not asked"),
                        new Scopes(OAuthSettings.ResourceAddresses.GLOBAL),
                        false),
                new RefreshLeases(unused),
                new DeadGrants(unused),
                new RefreshTimes(new SecureRandom()),
                new RefreshingAccessTokens.Surroundings(Clock.systemUTC(), RefreshingAccessTokens.PATIENCE));
    }

    private static MailboxCredential row(Set<String> granted, Instant end) {
        return new MailboxCredential(
                CredentialId.random(),
                "default",
                new TenantId(TENANT),
                OBJECT,
                Optional.of(Secret.of("refresh")),
                Instant.now(),
                Optional.of(new StoredToken(Secret.of(TOKEN), end)),
                Optional.empty(),
                granted,
                0);
    }

    /** The unified cache format that all of Microsoft's libraries share. */
    private static String msalCache(Set<String> granted, Instant end) {
        String home = OBJECT + "." + TENANT;
        String target = String.join(" ", granted);
        long now = Instant.now().getEpochSecond();
        String common = "\"home_account_id\":\"" + home
                + "\",\"environment\":\"login.microsoftonline.com\",\"realm\":\"" + TENANT + "\"";
        return "{\"AccessToken\":{\"" + home + "-login.microsoftonline.com-accesstoken-" + CLIENT + "-" + TENANT + "-"
                + target.toLowerCase() + "\":{" + common + ",\"credential_type\":\"AccessToken\",\"client_id\":\""
                + CLIENT
                + "\",\"secret\":\"" + TOKEN + "\",\"target\":\"" + target + "\",\"cached_at\":\"" + now
                + "\",\"expires_on\":\"" + end.getEpochSecond() + "\",\"extended_expires_on\":\"" + end.getEpochSecond()
                + "\"}},\"RefreshToken\":{},\"IdToken\":{},\"AppMetadata\":{},\"Account\":{\"" + home
                + "-login.microsoftonline.com-" + TENANT + "\":{" + common + ",\"local_account_id\":\"" + OBJECT
                + "\",\"username\":\"ada@example.com\",\"authority_type\":\"MSSTS\"}}}";
    }
}
