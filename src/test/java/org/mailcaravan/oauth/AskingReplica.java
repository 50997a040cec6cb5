package org.mailcaravan.oauth;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.mailcaravan.credential.JdbcCredentialRepository;
import org.mailcaravan.database.Database;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.SettableClock;

/**
 * One replica as a process of its own. For every line on standard input, an instant in milliseconds, its hundred askers ask for a Graph token at once, and a line
 * with all different answers is printed. Arguments: name, database, token endpoint, credential, seconds of a lease.
 */
public final class AskingReplica {
    static final int ASKERS = 100;
    static final String ANSWER = "answer ";
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final AccessTokens tokens;
    private final CredentialId credential;
    private final SettableClock clock;
    private final ExecutorService askers = Executors.newFixedThreadPool(ASKERS);

    private AskingReplica(AccessTokens tokens, CredentialId credential, SettableClock clock) {
        this.tokens = tokens;
        this.credential = credential;
        this.clock = clock;
    }

    public static void main(String[] arguments) throws Exception {
        Database database = Database.open(arguments[1], Optional.empty(), Optional.empty());
        SettableClock clock = new SettableClock(Instant.EPOCH);
        AccessTokens tokens = new RefreshingAccessTokens(
                new JdbcCredentialRepository(database.transactions()),
                new RefreshRequests(
                        endpoint(arguments[0], URI.create(arguments[2]), clock),
                        new Scopes(OAuthSettings.ResourceAddresses.GLOBAL),
                        false),
                new RefreshLeases(database.transactions(), Duration.ofSeconds(Long.parseLong(arguments[4]))),
                new DeadGrants(database.transactions()),
                new RefreshTimes(RandomGenerator.getDefault()),
                new RefreshingAccessTokens.Surroundings(clock, RefreshingAccessTokens.PATIENCE));
        new AskingReplica(tokens, CredentialId.of(arguments[3]), clock).run();
    }

    private static TokenEndpoint endpoint(String name, URI url, Clock clock) {
        HttpClient http = HttpClient.newHttpClient();
        TokenAnswers answers = new TokenAnswers(clock);
        return request -> {
            String form = request.parameters().entrySet().stream()
                    .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            HttpRequest post = HttpRequest.newBuilder(url)
                    .header("x-replica", name)
                    .POST(HttpRequest.BodyPublishers.ofString(form))
                    .build();
            try {
                HttpResponse<byte[]> answer = http.send(post, HttpResponse.BodyHandlers.ofByteArray());
                return answers.translate(answer.statusCode(), answer.body(), Optional.empty());
            } catch (IOException | InterruptedException e) {
                return new TokenOutcome.TryLater(Optional.empty(), e.toString());
            }
        };
    }

    private void run() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        print("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            clock.set(Instant.ofEpochMilli(Long.parseLong(line)));
            print(String.join(" ", together()));
        }
        System.exit(0);
    }

    private Set<String> together() throws Exception {
        CyclicBarrier start = new CyclicBarrier(ASKERS);
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < ASKERS; i++) {
            all.add(askers.submit(() -> {
                start.await();
                return ask();
            }));
        }
        Set<String> answers = new TreeSet<>();
        for (Future<String> one : all) {
            answers.add(one.get());
        }
        return answers;
    }

    /** As mailbox tasks do: who is told to wait comes back. */
    private String ask() {
        Waiting waiting = new Waiting(LONGEST);
        do {
            try {
                return tokens.acquire(credential, Resource.GRAPH).value();
            } catch (ThrottledException | MailSourceUnavailableException e) {
                continue;
            }
        } while (waiting.again());
        return "none";
    }

    private static void print(String answer) {
        System.out.println(ANSWER + answer);
        System.out.flush();
    }
}
