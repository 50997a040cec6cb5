package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mailcaravan.graph.GraphFixture.INBOX;
import static org.mailcaravan.graph.GraphFixture.page;
import static org.mailcaravan.graph.GraphFixture.refused;
import static org.mailcaravan.graph.GraphFixture.row;
import static org.mailcaravan.testing.ScriptedHttpServer.cut;
import static org.mailcaravan.testing.ScriptedHttpServer.json;
import static org.mailcaravan.testing.ScriptedHttpServer.status;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.FolderGoneException;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.ScriptedHttpServer;

/** Folders and pages: what is asked on the wire, and what becomes of every answer. */
class GraphPagesTest {
    private final GraphFixture graph = new GraphFixture();

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void theFirstPageAsksForTheEventsFieldsUnderImmutableIds() {
        graph.server.then(json(page(row("m1") + "," + row("m2"), "nextLink", graph.root + "/me/n?$skiptoken=1")));

        MailPage page = firstPage();

        ScriptedHttpServer.Asked asked = graph.server.asked().get(0);
        assertThat(asked.target())
                .isEqualTo("/v1.0/me/mailFolders/AAMkInbox=/messages/delta?" + GraphMailSource.SELECT)
                .doesNotContain("isRead", "$top");
        assertThat(asked.header("Prefer")).isEqualTo("IdType=\"ImmutableId\", odata.maxpagesize=50");
        assertThat(asked.header("Authorization")).isEqualTo("Bearer token-canary1");
        assertThat(asked.header("Accept")).isEqualTo("application/json");
        assertThat(asked.header("User-Agent")).startsWith("Mailcaravan/");
        assertThat(asked.header("client-request-id")).hasSize(36);
        assertThat(page.roundComplete()).isFalse();
        assertThat(page.messages()).hasSize(2);
        assertThat(page.messages().get(0).receivedAt()).contains(Instant.parse("2026-11-24T07:00:01Z"));
    }

    /** Links come back in another shape, long and percent-encoded; they are opaque. */
    @Test
    void aCursorLinkIsAskedForByteForByte() {
        String path = "/v1.0/users('8a%2Db-c')/mailFolders('AAMkAD%3D%3d+_-')/messages/delta?$skiptoken="
                + "a%2Fb%2fc%20d+e;f,g!$&'()*~%E2%82%AC:@/?".repeat(150);
        graph.server.then(json(page("", "deltaLink", graph.server.url() + path + "2")));

        MailPage page = nextPage(graph.server.url() + path);

        assertThat(graph.server.asked().get(0).target()).isEqualTo(path);
        assertThat(graph.server.asked().get(0).header("Prefer")).contains("ImmutableId", "odata.maxpagesize=50");
        assertThat(page.next().value()).isEqualTo(graph.server.url() + path + "2");
        assertThat(page.roundComplete()).isTrue();
    }

    @Test
    void anEmptyPageWithANextLinkIsJustAPage() {
        graph.server.then(json(page("", "nextLink", graph.root + "/me/n2")));

        MailPage page = nextPage(graph.root + "/me/n1");

        assertThat(page.messages()).isEmpty();
        assertThat(page.roundComplete()).isFalse();
    }

    /** F25 and the delta rules of section 2.3: removals are left out, partial updates carry no metadata. */
    @Test
    void removedRowsAreLeftOutAndPartialOnesHaveNoMetadata() {
        String removed = "{\"@removed\":{\"reason\":\"deleted\"},\"id\":\"gone\"}";
        String partial = "{\"id\":\"p1\",\"isRead\":true,\"parentFolderId\":\"f\"}";
        graph.server.then(json(page(removed + "," + partial + "," + row("m1"), "deltaLink", graph.root + "/me/d")));

        List<ListedMessage> messages = firstPage().messages();

        assertThat(messages).extracting(m -> m.aliases().get(0).value()).containsExactly("p1", "m1");
        assertThat(messages.get(0).metadata()).isEmpty();
        assertThat(messages.get(0).receivedAt()).isEmpty();
        assertThat(messages.get(1).metadata()).isPresent();
    }

    @Test
    void metadataKeepsTypeAndUnknownFieldsButNoBodyAndNoAnnotations() {
        String invitation = row("m1")
                .replaceFirst(
                        "\\{",
                        "{\"@odata.type\":\"#microsoft.graph.eventMessageRequest\","
                                + "\"body\":{\"content\":\"x\"},\"uniqueBody\":{},\"bodyPreview\":\"x\",\"newField\":{\"a\":[1]},"
                                + "\"attachments@odata.navigationLink\":\"x\",");
        graph.server.then(json(page(invitation, "deltaLink", graph.root + "/me/d")));

        String metadata = firstPage().messages().get(0).metadata().orElseThrow();

        assertThat(metadata)
                .contains("\"@odata.type\":\"#microsoft.graph.eventMessageRequest\"", "\"newField\":{\"a\":[1]}")
                .doesNotContain("ody\"", "bodyPreview", "etag", "navigationLink");
    }

    @Test
    void anUnreadableReceivedTimeIsNoTime() {
        graph.server.then(
                json(page(row("m1").replace("2026-11-24T07:00:01Z", "yesterday"), "deltaLink", graph.root + "/me/d")));

        assertThat(firstPage().messages().get(0).receivedAt()).isEmpty();
    }

    /** F24, S40: such a page is rejected as a whole, and nothing of it is quoted. */
    @ParameterizedTest
    @MethodSource("brokenPages")
    void aBrokenPageIsRejectedWhole(String what, Function<String, ScriptedHttpServer.Answer> answer) {
        graph.server.then(answer.apply(graph.root + "/me/x"));

        assertThatThrownBy(this::firstPage)
                .as(what)
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageNotContaining("canary");
        assertThat(graph.server.asked()).hasSize(1);
    }

    static Stream<Arguments> brokenPages() {
        return Stream.of(
                broken(
                        "cut in the middle",
                        link -> json(good(link).substring(0, good(link).length() / 2))),
                broken("something behind it", link -> json(good(link) + "{\"canary\":1}")),
                broken("an unknown word", link -> json("{\"value\":[canary]}")),
                broken("HTML", link -> status(200, "text/html", "<html>canary</html>")),
                broken("HTML that claims to be JSON", link -> json("<html>canary</html>")),
                broken("plain text", link -> status(200, "text/plain", "canary")),
                broken("nothing", link -> status(200, "application/json", "")),
                broken("an array", link -> json("[]")),
                broken("no value", link -> json("{\"@odata.deltaLink\":\"" + link + "\"}")),
                broken("value is no list", link -> json("{\"value\":{},\"@odata.deltaLink\":\"" + link + "\"}")),
                broken("a row that is no object", link -> json(page("17", "deltaLink", link))),
                broken("a row without id", link -> json(page("{\"subject\":\"canary\"}", "deltaLink", link))),
                broken("an empty id", link -> json(page("{\"id\":\" \"}", "deltaLink", link))),
                broken("an id that is no text", link -> json(page("{\"id\":17}", "deltaLink", link))),
                broken("an endless id", link -> json(page("{\"id\":\"" + "i".repeat(1025) + "\"}", "deltaLink", link))),
                broken("no link", link -> json("{\"value\":[]}")),
                broken(
                        "both links",
                        link -> json(page("", "deltaLink", link).replace("}", ",\"@odata.nextLink\":\"x\"}"))),
                broken("a link that is no text", link -> json("{\"value\":[],\"@odata.nextLink\":7}")),
                broken("an empty link", link -> json(page("", "nextLink", ""))),
                broken("duplicate keys", link -> json(page("{\"id\":\"a\",\"id\":\"canary\"}", "deltaLink", link))),
                broken("65 levels", link -> json(page("[".repeat(65) + "]".repeat(65), "deltaLink", link))),
                broken("a million levels", link -> json("{\"value\":" + "[".repeat(1_000_000))),
                broken("a long number", link -> json(page("1" + "0".repeat(10_000), "deltaLink", link))),
                broken("a cut body", link -> cut("application/json", good(link))),
                broken(
                        "Latin-1",
                        link -> bytes(good(link).replace("subject-canary", "é").getBytes(StandardCharsets.ISO_8859_1))),
                broken("cut inside a character", link -> bytes("{\"value\":[\"€".getBytes(StandardCharsets.UTF_8), 1)),
                broken("UTF-16", link -> bytes(good(link).getBytes(StandardCharsets.UTF_16LE))));
    }

    private static String good(String link) {
        return page(row("m1"), "deltaLink", link);
    }

    @Test
    void theGoodPageThatTheBrokenOnesAreMadeOfIsTaken() {
        graph.server.then(json(good(graph.root + "/me/x")));

        assertThat(firstPage().messages()).hasSize(1);
    }

    private static Arguments broken(String what, Function<String, ScriptedHttpServer.Answer> answer) {
        return Arguments.of(what, answer);
    }

    private static ScriptedHttpServer.Answer bytes(byte[] body) {
        return bytes(body, 0);
    }

    private static ScriptedHttpServer.Answer bytes(byte[] body, int cut) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json; charset=ISO-8859-1");
            exchange.sendResponseHeaders(200, body.length - cut);
            exchange.getResponseBody().write(body, 0, body.length - cut);
        };
    }

    /** F24: a page without end is left at 32 MB. */
    @Test
    void aPageOverThirtyTwoMegabytesIsRejected() {
        graph.server.then(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"value\":[".getBytes(StandardCharsets.UTF_8));
            byte[] blanks = " ".repeat(1024 * 1024).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 40; i++) {
                exchange.getResponseBody().write(blanks);
            }
        });

        assertThatThrownBy(this::firstPage).isInstanceOf(MalformedAnswerException.class);
    }

    /** F26, S18, S43: a link that leads elsewhere is refused when it arrives, and again before it would be asked for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example/v1.0/me/n",
                "https://127.0.0.1:PORT/v1.0/me/n",
                "http://127.0.0.1:1/v1.0/me/n",
                "http://127.0.0.1/v1.0/me/n",
                "http://127.0.0.1:PORT/beta/me/n",
                "http://127.0.0.1:PORT/v1.0evil/me/n",
                "http://127.0.0.1:PORT/v1.0",
                "http://127.0.0.1:PORT/v1.0/../beta/me/n",
                "http://127.0.0.1:PORT/v1.0/%2e%2E/beta/me/n",
                "http://token@127.0.0.1:PORT/v1.0/me/n",
                "http://127.0.0.1:PORT@evil.example/v1.0/me/n",
                "http://127.0.0.1:PORT/v1.0/me/n#fragment",
                "http://127.0.0.1:PORT\\\\evil.example/v1.0/me/n",
                "http://127.0.0.1:PORT/v1.0/me/n Host: evil",
                "http://127.0.0.1:PORT/v1.0/me/ü",
                "//127.0.0.1:PORT/v1.0/me/n",
                "/v1.0/me/n",
                "mailto:anna@contoso.example",
                "nonsense"
            })
    void aLinkThatLeadsAwayIsRefusedWithoutARequest(String pattern) {
        String link = pattern.replace(
                "PORT", String.valueOf(URI.create(graph.server.url()).getPort()));
        graph.server.then(json(page(row("m1"), "nextLink", link)));

        assertThatThrownBy(this::firstPage).isInstanceOf(MalformedAnswerException.class);
        assertThatThrownBy(() -> nextPage(link.replace("\\\\", "\\")))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("refused a link");
        assertThat(graph.server.asked()).hasSize(1);
    }

    /** F26: the link just asked for comes back. */
    @Test
    void aNextLinkThatRepeatsItselfIsNoticedAtOnce() {
        String link = graph.root + "/me/n";
        graph.server.then(json(page(row("m1"), "nextLink", link)));

        assertThatThrownBy(() -> nextPage(link))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("circle");
    }

    /** F26: A leads to B leads to A. */
    @Test
    void aCircleOfLinksIsNoticedWithinThreeRepeats() {
        String a = graph.root + "/me/a";
        String b = graph.root + "/me/b";
        graph.server.otherwise(exchange -> {
            String next = exchange.getRequestURI().getPath().endsWith("/a") ? b : a;
            json(page(row("m1"), "nextLink", next)).to(exchange);
        });

        assertThatThrownBy(() -> walk(a)).hasMessageContaining("circle");
        assertThat(graph.server.asked().size()).isLessThanOrEqualTo(5);
    }

    /** F26: ever new links and never a message; a page that brings one starts the count again. */
    @Test
    void anEndlessRowOfEmptyPagesIsNoticed() {
        FolderWalk walk = new FolderWalk();
        walk.check("a", "0", false, true);
        walk.check("0", "1", false, false);
        for (int i = 1; i < FolderWalk.EMPTY_PAGES; i++) {
            walk.check(String.valueOf(i), String.valueOf(i + 1), false, true);
        }

        assertThatThrownBy(() -> walk.check("x", "y", false, true))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("empty pages");
        walk.check("x", "y", false, true);
    }

    /** A page is honestly walked again after a failure on our side, and a round after a resync may use the same links. */
    @Test
    void askingAgainIsNoCircle() {
        graph.server.otherwise(exchange -> {
            String path = exchange.getRequestURI().getPath();
            int number = path.endsWith("/delta") ? 0 : Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
            json(page(row("m" + number), "nextLink", graph.root + "/me/" + (number + 1)))
                    .to(exchange);
        });

        for (int round = 0; round < 2; round++) {
            firstPage();
            for (int number = 1; number < 6; number++) {
                nextPage(graph.root + "/me/" + number);
                nextPage(graph.root + "/me/" + number);
            }
        }
    }

    private void walk(String start) {
        String link = start;
        for (int i = 0; i < 1000; i++) {
            link = nextPage(link).next().value();
        }
    }

    /** F27: every spelling of a lost cursor. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "400 SyncStateNotFound",
                "404 ErrorSyncStateNotFound",
                "410 syncStateNotFound",
                "410 resyncRequired",
                "409 ResyncRequired",
                "410 whatever"
            })
    void aLostCursorIsSaid(String statusAndCode) {
        String[] parts = statusAndCode.split(" ");
        graph.server.then(
                refused(Integer.parseInt(parts[0]), parts[1], "Location", graph.root + "/me/delta?$deltatoken="));

        assertThatThrownBy(() -> nextPage(graph.root + "/me/d")).isInstanceOf(CursorLostException.class);
        assertThat(graph.server.asked()).hasSize(1);
    }

    @Test
    void aLostCursorIsFoundInTheInnerErrorAndWithoutJson() {
        String inner = "{\"error\":{\"code\":\"BadRequest\",\"innererror\":{\"code\":\"syncStateNotFound\"}}}";
        graph.server.then(status(400, "application/json", inner)).then(status(410, "text/html", "<p>gone"));

        assertThatThrownBy(() -> nextPage(graph.root + "/me/d")).isInstanceOf(CursorLostException.class);
        assertThatThrownBy(() -> nextPage(graph.root + "/me/d")).isInstanceOf(CursorLostException.class);
    }

    /** F20. */
    @Test
    void throttlingCarriesTheWaitThatGraphAskedFor() {
        graph.server
                .then(refused(429, "ApplicationThrottled", "Retry-After", "17"))
                .then(refused(503, "MailboxInfoStale", "Retry-After", "Tue, 24 Nov 2026 08:00:30 GMT"))
                .then(refused(429, "TooManyRequests"))
                .then(refused(509, "x", "Retry-After", "garbage"))
                .then(refused(504, "UnknownError", "Retry-After", "5"));

        assertThat(throttled()).contains(Duration.ofSeconds(17));
        graph.clock.set(GraphFixture.NOW);
        graph.clock.advance(Duration.ofSeconds(17));
        assertThat(throttled()).contains(Duration.ofSeconds(13));
        graph.clock.advance(Duration.ofSeconds(13));
        for (int unspoken = 0; unspoken < 2; unspoken++) {
            Duration own = throttled().orElseThrow();
            assertThat(own).isBetween(MailboxGate.SHORTEST_WAIT, MailboxGate.LONGEST_WAIT);
            graph.clock.advance(own);
        }
        assertThat(throttled()).contains(Duration.ofSeconds(5));
        assertThat(graph.server.asked()).hasSize(5);
    }

    private Optional<Duration> throttled() {
        return catchThrowableOfType(ThrottledException.class, this::firstPage).retryAfter();
    }

    /** F21. */
    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504, 408, 407})
    void otherServerFaultsMeanUnavailable(int status) {
        graph.server.then(status(status, "text/html", "<h1>body-canary"));

        assertThatThrownBy(this::firstPage)
                .isInstanceOf(MailSourceUnavailableException.class)
                .hasMessageContaining(String.valueOf(status))
                .hasMessageNotContaining("canary");
    }

    /** Section 2.14: a page that comes too late is too heavy, so the next is asked smaller until the round is through. */
    @Test
    void pagesShrinkAfterAGatewayTimeout() {
        graph.server
                .then(status(504, "text/html", ""))
                .then(json(page(row("m1"), "nextLink", graph.root + "/me/n")))
                .then(json(page(row("m2"), "deltaLink", graph.root + "/me/d")))
                .then(json(page("", "deltaLink", graph.root + "/me/d2")));

        assertThatThrownBy(this::firstPage).isInstanceOf(MailSourceUnavailableException.class);
        firstPage();
        nextPage(graph.root + "/me/n");
        nextPage(graph.root + "/me/d");

        assertThat(graph.server.asked())
                .extracting(asked -> asked.header("Prefer").replaceAll(".*=", ""))
                .containsExactly("50", "25", "25", "50");
    }

    /** F21: nobody listens. */
    @Test
    void aRefusedConnectionMeansUnavailable() {
        graph.server.close();

        assertThatThrownBy(this::firstPage)
                .isInstanceOf(MailSourceUnavailableException.class)
                .hasMessageContaining("127.0.0.1");
    }

    /** F22: no first byte, and a body that stalls. */
    @Test
    void aLateAnswerMeansUnavailable() {
        CountDownLatch end = new CountDownLatch(1);
        GraphMailSource hurried = graph.source(Duration.ofMillis(200), 1);
        graph.server.then(exchange -> await(end)).then(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await(end);
        });

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> hurried.fetchPage(graph.mailbox, INBOX, Optional.empty()))
                    .isInstanceOf(MailSourceUnavailableException.class)
                    .hasMessageContaining("in time");
        }
        end.countDown();
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** F29: one refresh, one retry, the page continues. */
    @Test
    void anExpiredTokenIsReplacedOnce() {
        graph.server
                .then(refused(401, "InvalidAuthenticationToken"))
                .then(json(page(row("m1"), "deltaLink", graph.root + "/me/d")));

        assertThat(firstPage().messages()).hasSize(1);
        assertThat(graph.tokens.refused).containsExactly("token-canary1");
        assertThat(graph.server.asked())
                .extracting(asked -> asked.header("Authorization"))
                .containsExactly("Bearer token-canary1", "Bearer token-canary2");
    }

    /** F29: refused twice; by code, by a claims challenge (CAE), or by a proxy. */
    @Test
    void aTokenRefusedTwiceNeedsAPersonUnlessAProxySaysSo() {
        String challenge = "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"e30=\"";
        graph.server
                .then(refused(401, "InvalidAuthenticationToken"))
                .then(refused(401, "InvalidAuthenticationToken"))
                .then(status(401, "text/plain", "", "WWW-Authenticate", challenge))
                .then(status(401, "text/plain", "", "WWW-Authenticate", challenge))
                .then(status(401, "text/html", "<p>log in", "WWW-Authenticate", "Basic realm=\"proxy\""))
                .then(status(401, "text/html", "<p>log in", "WWW-Authenticate", "Basic realm=\"proxy\""));

        assertThatThrownBy(this::firstPage).isInstanceOf(ConsentRequiredException.class);
        assertThatThrownBy(this::firstPage).isInstanceOf(ConsentRequiredException.class);
        assertThatThrownBy(this::firstPage)
                .isInstanceOf(MailSourceUnavailableException.class)
                .hasMessageContaining("proxy");
        assertThat(graph.server.asked()).hasSize(6);
    }

    /** F29: no retry storm. */
    @Test
    void missingConsentNamesThePermission() {
        graph.server.then(refused(403, "ErrorAccessDenied", "request-id", "0af7-17"));

        assertThatThrownBy(this::firstPage)
                .isInstanceOf(ConsentRequiredException.class)
                .hasMessageContaining("Mail.Read")
                .hasMessageContaining("403 ErrorAccessDenied, request-id 0af7-17")
                .hasMessageNotContaining("canary");
        assertThat(graph.server.asked()).hasSize(1);
    }

    /** A firewall that denies everything for a while must not demand a sign-in for every mailbox. */
    @Test
    void aFirewallsDenialIsNoMissingConsent() {
        graph.server.then(status(403, "text/html", "<h1>Forbidden"));

        assertThatThrownBy(this::firstPage)
                .isInstanceOf(MailSourceUnavailableException.class)
                .hasMessageContaining("firewall");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MailboxNotEnabledForRESTAPI", "ResourceNotFound", "Request_ResourceNotFound"})
    void anAccountWithoutMailboxIsBlocked(String code) {
        graph.server.then(refused(404, code));

        assertThatThrownBy(this::firstPage).isInstanceOf(MailboxBlockedException.class);
    }

    /** S44, S18: not followed, and the token goes nowhere else. */
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void aRedirectIsRefused(int status) {
        graph.server.then(status(status, "text/plain", "", "Location", graph.root + "/me/elsewhere"));

        assertThatThrownBy(this::firstPage)
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("no token was sent on");
        assertThat(graph.server.asked()).hasSize(1);
    }

    @Test
    void aRequestThatGraphDoesNotUnderstandIsSaid() {
        graph.server.then(refused(400, "RequestBroker--ParseUri"));

        assertThatThrownBy(this::firstPage)
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("RequestBroker--ParseUri");
    }

    /** Error bodies are outside words: what looks like no code or id is not repeated. */
    @Test
    void strangeCodesAndIdsAreNotRepeated() {
        graph.server.then(refused(500, "drop table\\n", "request-id", "<script>"));

        assertThatThrownBy(this::firstPage).hasMessage("Graph answered 500 without an error code.");
    }

    @Test
    void folderNamesAreResolvedOnceAnHourAndUnknownOnesLeftOut() {
        Mailbox mailbox = GraphFixture.mailbox(List.of("inbox", "archive", "no such"));
        graph.server
                .then(json("{\"id\":\"F1\",\"displayName\":\"Posteingang\"}"))
                .then(refused(404, "ErrorItemNotFound"))
                .then(json("{\"value\":[{\"id\":\"F3\",\"displayName\":\"Other\"}]}"))
                .otherwise(json("{\"id\":\"F2\",\"value\":[]}"));

        assertThat(graph.source.fetchFolders(mailbox)).containsExactly(new MailFolder("F1", "inbox"));
        assertThat(graph.source.fetchFolders(mailbox)).containsExactly(new MailFolder("F1", "inbox"));
        String fields = "$select=id,displayName,childFolderCount,totalItemCount,isHidden";
        assertThat(graph.server.asked())
                .extracting(ScriptedHttpServer.Asked::target)
                .containsExactly(
                        "/v1.0/me/mailFolders/inbox?" + fields,
                        "/v1.0/me/mailFolders/archive?" + fields,
                        "/v1.0/me/mailFolders/msgfolderroot/childFolders?includeHiddenFolders=true&" + fields
                                + "&$top=100");
        graph.clock.advance(MailboxMemory.FOLDERS_KEPT);
        assertThat(graph.source.fetchFolders(mailbox))
                .as("both names mean one folder now: it is read once")
                .containsExactly(new MailFolder("F2", "inbox"));
    }

    @Test
    void aFolderThatIsGoneIsLookedUpAgain() {
        graph.server
                .then(json("{\"id\":\"F1\"}"))
                .then(refused(404, "ErrorItemNotFound"))
                .then(json("{\"id\":\"F2\"}"));
        MailFolder folder = graph.source.fetchFolders(graph.mailbox).get(0);

        assertThatThrownBy(() -> graph.source.fetchPage(graph.mailbox, folder, Optional.empty()))
                .isInstanceOf(FolderGoneException.class);
        assertThat(graph.source.fetchFolders(graph.mailbox)).containsExactly(new MailFolder("F2", "inbox"));
    }

    @Test
    void aFolderWithoutIdIsAnError() {
        graph.server.then(json("{\"displayName\":\"x\"}"));

        assertThatThrownBy(() -> graph.source.fetchFolders(graph.mailbox)).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void probingUsesTheGivenTokenAndSaysWhatIsMissing() {
        AccessToken given = new AccessToken("given", GraphFixture.NOW);
        graph.server
                .then(json("{\"id\":\"F1\"}"))
                .then(refused(403, "ErrorAccessDenied"))
                .then(refused(404, "MailboxNotEnabledForRESTAPI"))
                .then(refused(401, "InvalidAuthenticationToken"));

        graph.source.probe(graph.mailbox, given);

        assertThat(graph.server.asked().get(0).target()).isEqualTo("/v1.0/me/mailFolders/inbox?$select=id");
        assertThat(graph.server.asked().get(0).header("Authorization")).isEqualTo("Bearer given");
        assertThatThrownBy(() -> graph.source.probe(graph.mailbox, given))
                .isInstanceOf(ConsentRequiredException.class)
                .hasMessageContaining("Mail.Read");
        assertThatThrownBy(() -> graph.source.probe(graph.mailbox, given)).isInstanceOf(MailboxBlockedException.class);
        assertThatThrownBy(() -> graph.source.probe(graph.mailbox, given)).isInstanceOf(ConsentRequiredException.class);
        assertThat(graph.server.asked()).hasSize(4);
        assertThat(graph.tokens.refused).isEmpty();
    }

    /** S18: settings that would send tokens in clear text, or nowhere, are refused with a remedy. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://graph.example/v1.0",
                "ftp://graph.example",
                "graph.microsoft.com/v1.0",
                "https://u:p@graph.example",
                "https://graph.example/v1.0?x=1"
            })
    void anUnsafeRootIsRefused(String root) {
        assertThatThrownBy(
                        () -> new GraphSettings(URI.create(root), 100, Duration.ofSeconds(1), Duration.ofSeconds(1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("graphRoot must")
                .hasMessageNotContaining("u:p");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        URI root = URI.create("https://graph.microsoft.com/v1.0/");
        Duration second = Duration.ofSeconds(1);

        assertThat(new GraphSettings(root, 1, second, second, 1).root())
                .isEqualTo(URI.create("https://graph.microsoft.com/v1.0"));
        assertThatThrownBy(() -> new GraphSettings(root, 1001, second, second, 1))
                .hasMessageContaining("pageSize");
        assertThatThrownBy(() -> new GraphSettings(root, 1, Duration.ZERO, second, 1))
                .hasMessageContaining("answerTimeout");
        assertThatThrownBy(() -> new GraphSettings(root, 1, second, second.negated(), 1))
                .hasMessageContaining("contentTimeout");
        assertThatThrownBy(() -> new GraphSettings(root, 1, second, second, 0)).hasMessageContaining("maxMessageBytes");
    }

    /** No exception of the room carries a token; none of the tests above saw one, and neither does the cause chain. */
    @Test
    void noExceptionCarriesTheToken() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        GraphSettings nowhere = new GraphSettings(
                URI.create("http://127.0.0.1:" + port), 1, Duration.ofSeconds(2), Duration.ofSeconds(2), 1);
        GraphMailSource source = new GraphMailSource(nowhere, graph.tokens, graph.http, graph.clock);

        assertThatThrownBy(() -> source.fetchPage(graph.mailbox, INBOX, Optional.empty()))
                .isInstanceOf(MailSourceException.class)
                .satisfies(e -> {
                    for (Throwable t = e; t != null; t = t.getCause()) {
                        assertThat(t.toString()).doesNotContain(GraphFixture.TOKEN_CANARY);
                    }
                });
    }

    private MailPage firstPage() {
        return graph.source.fetchPage(graph.mailbox, INBOX, Optional.empty());
    }

    private MailPage nextPage(String link) {
        return graph.source.fetchPage(graph.mailbox, INBOX, Optional.of(new SyncCursor(link)));
    }
}
