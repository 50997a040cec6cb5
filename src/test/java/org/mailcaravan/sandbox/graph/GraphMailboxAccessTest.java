package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.testing.SettableClock;

/** Who reads whose mailbox through Graph, and how continuous access evaluation interrupts it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraphMailboxAccessTest {
    private static final List<String> RESOURCES = List.of(
            "/mailFolders", "/mailFolders/inbox", "/messages", "/mailFolders/inbox/messages/delta?$select=subject");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final GraphFixture graph = new GraphFixture(GraphSettings.defaults(), clock);
    private final SandboxDirectory directory = graph.tenant.directory();
    private final AppRegistration app = directory.appOnlyRegistration();
    private final SandboxUser support = graph.user;
    private final SandboxUser billing = user("billing@caravan.example");
    private final SandboxUser ada = user("ada.sorensen@caravan.example");

    @AfterAll
    void close() {
        graph.close();
    }

    @BeforeEach
    void reset() {
        directory.setDelegate(support.objectId(), ada.objectId(), true);
        directory.setDelegate(billing.objectId(), ada.objectId(), false);
        directory.setRbac(app.clientId(), support.objectId(), Set.of());
        graph.tenant.log().reset();
    }

    private SandboxUser user(String name) {
        return directory.findUser(name).orElseThrow();
    }

    private String appToken(Permission... roles) {
        return graph.tenant.authority().appOnlyToken(app, Permission.GRAPH, Set.of(roles));
    }

    private static String path(SandboxUser user, String rest) {
        return "/v1.0/users/" + user.objectId() + rest;
    }

    private int control(String operation, String json) {
        return graph.send(graph.request("/sandbox/control/" + operation)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build())
                .status();
    }

    private void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mail.Read", "Mail.ReadWrite"})
    void applicationWithAMailRoleReadsEveryMailbox(String role) {
        String token = appToken(Permission.roleOf(role));

        for (SandboxUser user : directory.users()) {
            assertThat(RESOURCES)
                    .allSatisfy(rest -> assertThat(
                                    graph.getAs(token, path(user, rest)).status())
                            .isEqualTo(200));
        }
    }

    @Test
    void readBasicOpensFoldersOnly() {
        String token = appToken(Permission.roleOf("Mail.ReadBasic.All"));

        assertThat(graph.getAs(token, path(billing, "/mailFolders")).status()).isEqualTo(200);
        assertRefused(graph.getAs(token, path(billing, "/messages")), 403, "ErrorAccessDenied");
    }

    @Test
    void applicationIsNobodyAndHasNoMe() {
        String token = appToken(Permission.MAIL_READ_ROLE, Permission.USER_READ_ALL_ROLE);

        assertRefused(graph.getAs(token, "/v1.0/me"), 400, "BadRequest");
        assertRefused(graph.getAs(token, "/v1.0/me/messages"), 400, "BadRequest");
        assertThat(graph.tenant.log().byMailbox()).containsOnlyKeys(RequestLog.NO_MAILBOX);
    }

    @Test
    void managementScopeOpensSingleMailboxesWithoutAnyRole() {
        String token = appToken();
        String role =
                "{\"clientId\":\"" + app.clientId() + "\",\"user\":\"" + support.objectId() + "\",\"roles\":[%s]}";
        assertRefused(graph.getAs(token, path(support, "/messages")), 403, "ErrorAccessDenied");

        assertThat(control("entra/rbac", String.format(role, "\"Mail.Read\""))).isEqualTo(200);
        assertThat(RESOURCES)
                .allSatisfy(rest -> assertThat(
                                graph.getAs(token, path(support, rest)).status())
                        .isEqualTo(200));
        assertRefused(graph.getAs(token, path(billing, "/messages")), 403, "ErrorAccessDenied");

        assertThat(control("entra/rbac", String.format(role, ""))).isEqualTo(200);
        assertRefused(graph.getAs(token, path(support, "/messages")), 403, "ErrorAccessDenied");
    }

    @Test
    void managementScopeForEwsDoesNotOpenGraph() {
        directory.setRbac(app.clientId(), support.objectId(), Set.of(Permission.FULL_ACCESS_AS_APP));

        assertRefused(graph.getAs(appToken(), path(support, "/messages")), 403, "ErrorAccessDenied");
    }

    @Test
    void applicationNamesUsersByPrincipalNameOnlyIfItMayReadTheDirectory() {
        String byName = "/v1.0/users/" + support.userPrincipalName();
        String mailOnly = appToken(Permission.MAIL_READ_ROLE);
        String both = appToken(Permission.MAIL_READ_ROLE, Permission.USER_READ_ALL_ROLE);

        assertRefused(graph.getAs(mailOnly, byName + "/messages"), 403, "Authorization_RequestDenied");
        assertRefused(graph.getAs(mailOnly, path(support, "")), 403, "Authorization_RequestDenied");
        assertThat(graph.getAs(both, byName + "/messages").status()).isEqualTo(200);
        assertThat(graph.getAs(both, byName).json().path("id").asText()).isEqualTo(support.objectId());
    }

    @Test
    void delegateNeedsASharedScopeAndExchangesPermission() {
        String own = graph.token(ada, Permission.MAIL_READ);
        String shared = graph.token(ada, Permission.MAIL_READ_SHARED);
        String writing = graph.token(ada, Permission.of("Mail.ReadWrite.Shared"));

        assertRefused(graph.getAs(own, path(support, "/messages")), 403, "ErrorAccessDenied");
        assertRefused(graph.getAs(shared, path(billing, "/messages")), 403, "ErrorAccessDenied");
        for (String token : List.of(shared, writing)) {
            assertThat(RESOURCES)
                    .allSatisfy(rest -> assertThat(
                                    graph.getAs(token, path(support, rest)).status())
                            .isEqualTo(200));
            assertThat(graph.getAs(token, "/v1.0/me/messages").status()).isEqualTo(200);
        }
    }

    @Test
    void mailboxIsOpenedToADelegateAndClosedByTheControlApi() {
        String token = graph.token(ada, Permission.MAIL_READ_SHARED);
        String delegate = "{\"mailbox\":\"%s\",\"user\":\"ada.sorensen@caravan.example\",\"granted\":%b}";

        assertThat(control("entra/delegate", String.format(delegate, billing.userPrincipalName(), true)))
                .isEqualTo(200);
        assertThat(control("entra/delegate", String.format(delegate, support.objectId(), false)))
                .isEqualTo(200);

        assertThat(graph.getAs(token, path(billing, "/messages")).status()).isEqualTo(200);
        assertRefused(graph.getAs(token, path(support, "/messages")), 403, "ErrorAccessDenied");
        assertThat(control("entra/delegate", "{\"mailbox\":\"nobody\",\"user\":\"ada.sorensen@caravan.example\"}"))
                .isEqualTo(400);
    }

    @Test
    void anothersDirectoryObjectNeedsMoreThanUserRead() {
        String person = graph.token(ada, Permission.USER_READ);
        String directoryReader = graph.token(ada, Permission.of("User.ReadBasic.All"));

        assertRefused(graph.getAs(person, path(support, "")), 403, "Authorization_RequestDenied");
        assertThat(graph.getAs(directoryReader, path(support, ""))
                        .json()
                        .path("userPrincipalName")
                        .asText())
                .isEqualTo(support.userPrincipalName());
    }

    @Test
    void unknownUsersAndUsersWithoutAMailboxAreTold() {
        String token = appToken(Permission.MAIL_READ_ROLE, Permission.USER_READ_ALL_ROLE);
        String unknown = "/v1.0/users/" + UUID.randomUUID();

        assertRefused(graph.getAs(token, unknown + "/messages"), 404, "ErrorInvalidUser");
        assertRefused(graph.getAs(token, unknown), 404, "Request_ResourceNotFound");
        assertRefused(
                graph.getAs(token, path(directory.administrator(), "/messages")), 404, "MailboxNotEnabledForRESTAPI");
    }

    @Test
    void requestsCountAndFaultsStrikeForTheMailboxThatIsRead() {
        String shared = graph.token(ada, Permission.MAIL_READ_SHARED);
        Faults.Fault busy = Faults.answer(503, Map.of(), "application/json", "{}");
        graph.tenant.faults().add(new Faults.Rule("graph:", Optional.of(support.objectId()), 0, 2, busy));

        assertThat(graph.getAs(shared, "/v1.0/me/messages").status()).isEqualTo(200);
        assertThat(graph.getAs(shared, path(support, "/messages")).status()).isEqualTo(503);
        assertThat(graph.getAs(appToken(Permission.MAIL_READ_ROLE), path(support, "/messages"))
                        .status())
                .isEqualTo(503);

        assertThat(graph.tenant.log().byMailbox())
                .containsEntry(ada.objectId(), Map.of("graph:messages", 1L))
                .containsEntry(support.objectId(), Map.of("graph:messages", 2L));
    }

    @Test
    void limitOfRequestsAtOnceIsThatOfTheMailboxThatIsRead() {
        try (GraphFixture narrow = new GraphFixture(new GraphSettings(1, true), clock)) {
            String token =
                    narrow.tenant.authority().appOnlyToken(app, Permission.GRAPH, Set.of(Permission.MAIL_READ_ROLE));
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch leave = new CountDownLatch(1);
            narrow.tenant.faults().add(Faults.Rule.next(1, "graph:messages", exchange -> {
                inside.countDown();
                await(leave);
                return false;
            }));
            CompletableFuture<Answer> first = CompletableFuture.supplyAsync(
                    () -> narrow.getAs(token, path(support, "/messages")), task -> new Thread(task).start());
            await(inside);

            Answer same = narrow.getAs(token, path(support, "/messages"));
            Answer other = narrow.getAs(token, path(billing, "/messages"));
            leave.countDown();

            assertThat(same.status()).isEqualTo(429);
            assertThat(other.status()).isEqualTo(200);
            assertThat(first.join().status()).isEqualTo(200);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void challengedTokenIsToldTheClaimsThatTheNextOneMustCarry() { // F29
        directory.adminConsent(app.clientId(), Set.of(Permission.MAIL_READ_ROLE));
        String first = clientCredentials("{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}");
        String inbox = path(support, "/mailFolders/inbox");
        assertThat(graph.getAs(first, inbox).status()).isEqualTo(200);

        graph.tenant.authority().challenge(directory.servicePrincipalId(app.clientId()), false);
        Answer challenged = graph.getAs(first, inbox);

        assertRefused(challenged, 401, "InvalidAuthenticationToken");
        String claims = claims(challenged.header("WWW-Authenticate").orElseThrow());
        assertThat(claims).contains("\"nbf\"");
        assertThat(graph.getAs(clientCredentials(claims), inbox).status()).isEqualTo(200);
    }

    @Test
    void tokensAskedForWithoutCp1AreNeverChallenged() { // F29
        graph.tenant.authority().challenge(support.objectId(), false);
        assertThat(graph.get("/v1.0/me/messages").status()).isEqualTo(200);

        graph.tenant.authority().revoke(support.objectId(), true);
        Answer revoked = graph.get("/v1.0/me/messages");

        assertRefused(revoked, 401, "InvalidAuthenticationToken");
        assertThat(revoked.header("WWW-Authenticate").orElseThrow()).doesNotContain("claims");
    }

    private static String claims(String challenge) {
        Matcher found = Pattern.compile("^Bearer .*error=\"insufficient_claims\", claims=\"([^\"]+)\"")
                .matcher(challenge);
        assertThat(found.find()).as(challenge).isTrue();
        return new String(Base64.getDecoder().decode(found.group(1)), StandardCharsets.UTF_8);
    }

    private String clientCredentials(String claims) {
        String form = "grant_type=client_credentials&client_id=" + app.clientId() + "&client_secret="
                + encoded(graph.tenant.options().clientSecret()) + "&scope="
                + encoded("https://graph.microsoft.com/.default") + "&claims=" + encoded(claims);
        JsonNode answer = graph.send(graph.request("/" + directory.tenantId() + "/oauth2/v2.0/token")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build())
                .json();
        return answer.path("access_token").asText();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
