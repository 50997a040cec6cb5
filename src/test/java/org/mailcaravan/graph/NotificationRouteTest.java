package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.ingest.Subscription;

/** The real route over HTTP: rows F39-F41, F07 and S33-S35. */
class NotificationRouteTest {
    private static final boolean LARGE = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));
    private static final int FORGED = LARGE ? 100_000 : 10_000;
    private static final String TOKEN =
            "Validation: Testing client application reachability for subscription Request-Id: 5c4e-1 more/+=?";

    private static NotificationFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new NotificationFixture().start();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @AfterEach
    void mend() {
        fixture.database = () -> {};
    }

    private static String token(String text) {
        return "?validationToken=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Subscription subscribed(String id) {
        return fixture.subscribed(id, "secret of " + id);
    }

    @Test
    void validationTokenIsEchoedDecodedOnceAndAsNothingButText() throws Exception { // S33
        HttpResponse<String> answer = fixture.post(token(TOKEN), "text/plain; charset=utf-8", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(TOKEN);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().map()).doesNotContainKeys("breadcrumbid", "validationtoken");
        assertThat(fixture.post(token("twice%2520encoded"), "text/plain", "").body())
                .isEqualTo("twice%2520encoded");
    }

    static List<String> hostileTokens() {
        return List.of(
                token("<script>alert(1)</script>"),
                token("a\"onmouseover=x"),
                token("line\r\nSet-Cookie: a=b"),
                token("nul\u0000"),
                token("\u202e right to left"),
                token("ünicode"),
                token("x".repeat(1001)),
                token("x".repeat(3500)),
                token(""),
                "?validationToken=%zz",
                "?validationToken=%",
                "?validationToken=a&validationToken=b");
    }

    @ParameterizedTest
    @MethodSource("hostileTokens")
    void hostileValidationTokenIsNeverEchoed(String query) throws Exception { // S33
        Raw answer = raw("POST " + NotificationFixture.PATH + query
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).containsAnyOf("This is no validation token.", "Bad Request");
        assertThat(answer.body().length()).isLessThan(100);
    }

    @Test
    void otherMethodsAndMediaTypesAreRefused() throws Exception {
        assertThat(fixture.get().statusCode()).isEqualTo(405);
        assertThat(fixture.post("", "multipart/form-data; boundary=x", "--x--").statusCode())
                .isEqualTo(415);
        assertThat(fixture.post("", "application/x-www-form-urlencoded", "value=1")
                        .statusCode())
                .isEqualTo(415);
    }

    @Test
    void validForgedAndUnknownGetTheSameAnswerAndOnlyTheValidOneWakes() throws Exception { // F40, F41, S34
        Subscription one = subscribed("one");
        Subscription other = subscribed("other");
        String secret = "secret of one";
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (String forged : List.of(
                NotificationFixture.notification("one", "wrong"),
                NotificationFixture.notification("one", ""),
                NotificationFixture.notification("one", secret + "x"),
                NotificationFixture.notification("one", secret.substring(1)),
                NotificationFixture.notification("one", "Secret of one"),
                NotificationFixture.notification("one", "secret of other"),
                NotificationFixture.notification("unknown", secret),
                "{\"subscriptionId\":\"one\"}",
                "{\"subscriptionId\":\"one\",\"clientState\":{\"$ne\":null}}",
                "{\"subscriptionId\":\"one\",\"clientState\":\"" + "s".repeat(5000) + "\"}",
                "{\"subscriptionId\":\"../one\",\"clientState\":\"" + secret + "\"}",
                "{\"clientState\":\"" + secret + "\"}",
                "7",
                "null")) {
            answers.add(fixture.notify(forged));
        }
        Subscription sentinel = subscribed("sentinel-1");
        answers.add(fixture.notify(NotificationFixture.notification("sentinel-1", "secret of sentinel-1")));
        fixture.awaitWoken(sentinel);

        assertThat(fixture.wakes(one)).isZero();
        assertThat(fixture.wakes(other)).isZero();
        answers.add(fixture.notify(NotificationFixture.notification("one", secret)));
        fixture.awaitWoken(one);
        assertThat(fixture.wakes(other)).isZero();
        assertThat(answers.stream().map(NotificationRouteTest::whole).distinct())
                .as("one answer for all")
                .hasSize(1);
        assertThat(answers.get(0).statusCode()).isEqualTo(202);
    }

    private static String whole(HttpResponse<String> answer) {
        return answer.statusCode() + answer.headers().map().toString() + answer.body();
    }

    @Test
    void tenThousandForgedOnesWakeNobodyAndCostAFewQueries() throws Exception { // F41
        Subscription known = subscribed("known");
        fixture.notify(NotificationFixture.notification("known", "secret of known"));
        fixture.awaitWoken(known);
        int wakesBefore = fixture.wakes(known);
        int queriesBefore = fixture.queries.get();
        Random random = new Random(41);
        int requests = 0;
        long begin = System.nanoTime();
        for (int sent = 0; sent < FORGED; requests++) {
            int size = requests % 10 == 0 ? 1 : 100;
            List<String> forged = IntStream.range(0, size)
                    .mapToObj(i -> NotificationFixture.notification(
                            random.nextBoolean() ? "known" : new UUID(random.nextLong(), 0).toString(),
                            Long.toHexString(random.nextLong())))
                    .toList();
            assertThat(fixture.post("", "application/json", NotificationFixture.collection(forged))
                            .statusCode())
                    .isEqualTo(202);
            sent += size;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        Subscription sentinel = subscribed("sentinel-2");
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            fixture.notify(NotificationFixture.notification("sentinel-2", "secret of sentinel-2"));
            return fixture.wakes(sentinel) > 0;
        });

        assertThat(fixture.wakes(known)).isEqualTo(wakesBefore);
        // four a second are allowed; the whole is bounded by time, not by how many were forged
        assertThat(fixture.queries.get() - queriesBefore).isLessThan(20 + 8 * (int) (took.toSeconds() + 20));
        assertThat(fixture.events).noneMatch(event -> event.contains("known"));
    }

    @Test
    void oneRequestForAThousandMailboxesWakesEachOnce() throws Exception { // F40
        List<Subscription> many =
                IntStream.range(0, 1000).mapToObj(i -> subscribed("many-" + i)).toList();
        List<String> notifications = many.stream()
                .map(one -> NotificationFixture.notification(
                        one.id().orElseThrow(), "secret of " + one.id().orElseThrow()))
                .collect(Collectors.toList());
        notifications.addAll(notifications.subList(0, 200)); // duplicates, out of order

        assertThat(fixture.post("", "application/json", NotificationFixture.collection(notifications))
                        .statusCode())
                .isEqualTo(202);
        await().atMost(Duration.ofSeconds(20)).until(() -> many.stream().allMatch(one -> fixture.wakes(one) > 0));
        assertThat(many.stream().mapToInt(fixture::wakes)).containsOnly(1);
    }

    @Test
    void whatCannotBeUnderstoodIsPassedOver() throws Exception {
        Subscription lenient = subscribed("lenient");
        String body =
                "{\"@odata.context\":\"x\",\"validationTokens\":[],\"unknown\":{\"deep\":[1]},\"value\":[null,7,[],{},"
                        + NotificationFixture.notification("lenient", "secret of lenient") + "]}";

        assertThat(fixture.post("", "application/json", body).statusCode()).isEqualTo(202);
        fixture.awaitWoken(lenient);
        assertThat(fixture.post("", "application/json", "{}").statusCode()).isEqualTo(202);
        assertThat(fixture.post("", "application/json", "{\"value\":\"x\"}").statusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "[]", "{\"value\":[", "{\"value\":[]}{}", "\u0000"})
    void whatIsNoCollectionIsRefusedAndNothingOfItComesBack(String body) throws Exception {
        HttpResponse<String> answer = fixture.post("", "application/json", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("This is no collection of change notifications.");
    }

    @Test
    void deepNestingDoesNotBreakTheDoor() throws Exception {
        assertThat(fixture.post("", "application/json", "[".repeat(500_000)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void bodyBeyondTheLimitIsRefused() throws Exception { // F41
        Raw told = raw("POST " + NotificationFixture.PATH
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n");
        assertThat(told.statusCode()).isEqualTo(413);

        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        Raw untold = raw("POST " + NotificationFixture.PATH
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk.repeat(17));
        assertThat(untold.statusCode()).isEqualTo(413);
    }

    @Test
    void slowBodyIsAnsweredAtItsDeadline() throws Exception { // F41
        long begin = System.nanoTime();
        Raw answer = raw("POST " + NotificationFixture.PATH
                + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(12));
    }

    @Test
    void lifecycleEventsAreActedUponAndWake() throws Exception { // F42
        Map<String, Subscription> by =
                List.of("missed", "reauthorizationRequired", "subscriptionRemoved", "futureEvent").stream()
                        .collect(Collectors.toMap(event -> event, event -> subscribed("on-" + event)));
        for (String event : by.keySet()) {
            String id = "on-" + event;
            assertThat(fixture.notify(NotificationFixture.lifecycle(id, "secret of " + id, event))
                            .statusCode())
                    .isEqualTo(202);
            fixture.notify(NotificationFixture.lifecycle(id, "forged", "subscriptionRemoved"));
        }
        by.values().forEach(fixture::awaitWoken);

        assertThat(fixture.events.stream().filter(event -> event.contains(" on-")))
                .containsExactlyInAnyOrder("renew on-reauthorizationRequired", "ended on-subscriptionRemoved");
    }

    @Test
    void brokenDatabaseIsToldAtOnceAndWhatWasHeardIsNotForgotten() throws Exception { // F07
        Subscription patient = subscribed("patient");
        fixture.notify(NotificationFixture.notification("patient", "secret of patient"));
        fixture.awaitWoken(patient);
        fixture.database = () -> {
            throw new DatabaseException(new SQLException("down"));
        };
        await().atMost(Duration.ofSeconds(20)).until(() -> status("patient") == 503);
        int before = fixture.wakes(patient);
        fixture.database = () -> {};

        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.wakes(patient) > before);
        await().atMost(Duration.ofSeconds(20)).until(() -> status("patient") == 202);
    }

    private static int status(String id) throws Exception {
        return fixture.notify(NotificationFixture.notification(id, "secret of " + id))
                .statusCode();
    }

    @Test
    void databaseThatHangsIsToldWithinASecondToValidAndForgedAlike() throws Exception { // F07, F08, G4
        Subscription waiting = subscribed("waiting");
        fixture.notify(NotificationFixture.notification("waiting", "secret of waiting"));
        fixture.awaitWoken(waiting);
        CountDownLatch hangs = new CountDownLatch(1);
        fixture.database = () -> {
            try {
                hangs.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> status("waiting") == 503);
            for (String state : List.of("secret of waiting", "forged")) {
                long begin = System.nanoTime();
                int status = fixture.notify(NotificationFixture.notification("waiting", state))
                        .statusCode();
                assertThat(status).isEqualTo(503);
                // it is known to hang, so nobody waits; the rest is for a busy machine
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
            }
        } finally {
            fixture.database = () -> {};
            hangs.countDown();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> status("waiting") == 202);
    }

    private record Raw(int statusCode, String body) {
        static Raw of(String answer) {
            return new Raw(Integer.parseInt(answer.split(" ", 3)[1]), answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
    }

    /** Sends bytes as they are, then reads until the answer is whole or the server closes. */
    private static Raw raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", fixture.port())) {
            socket.setSoTimeout(20_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // refused before it was all sent; the answer tells
            }
            return Raw.of(readAnswer(socket.getInputStream()));
        }
    }

    private static String readAnswer(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            bytes.write(next);
            String soFar = bytes.toString(StandardCharsets.ISO_8859_1);
            int head = soFar.indexOf("\r\n\r\n");
            boolean chunked = soFar.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
            if (head >= 0 && (chunked ? soFar.endsWith("\r\n0\r\n\r\n") : soFar.length() >= head + 4 + length(soFar))) {
                return soFar;
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static int length(String answer) {
        return answer.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }
}
