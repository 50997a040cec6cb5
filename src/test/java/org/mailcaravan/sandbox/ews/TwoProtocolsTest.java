package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.ews.EwsClient.TYPES;
import static org.mailcaravan.sandbox.ews.EwsClient.distinguished;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.control.MailPart;
import org.mailcaravan.sandbox.graph.GraphSettings;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.w3c.dom.Element;

/** EWS and Graph show the same mailbox, with ids that are related as in Exchange. */
class TwoProtocolsTest {
    private static final String AGENT = "caravan-test/1.0";
    private static final String FULL = "<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:AdditionalProperties>"
            + "<t:ExtendedFieldURI PropertyTag=\"0x300B\" PropertyType=\"Binary\"/></t:AdditionalProperties>"
            + "</m:ItemShape>";

    private static SandboxTenant tenant;
    private static SandboxMailbox mailbox;
    private static SandboxUser user;
    private static EwsClient ews;
    private static String graphToken;
    private SandboxMessage message;

    @BeforeAll
    static void start() throws IOException {
        SandboxOptions options = SandboxOptions.builder().messages(80).build();
        SandboxMailboxes mailboxes = MailPart.seeded(options);
        tenant = SandboxTenant.start(
                options,
                new MailPart(mailboxes, GraphSettings.defaults(), new SecureRandom()),
                new EwsPart(mailboxes, EwsSettings.defaults()));
        user = tenant.directory().users().get(0);
        mailbox = mailboxes.find(user.objectId()).orElseThrow();
        ews = new EwsClient(tenant.server().httpUrl(), token(Permission.EXCHANGE, Permission.EWS_ACCESS));
        graphToken = token(Permission.GRAPH, Permission.USER_READ, Permission.MAIL_READ);
    }

    private static String token(String resource, Permission... permissions) {
        return tenant.authority()
                .accessToken(user, tenant.directory().demoRegistration(), resource, Set.of(permissions));
    }

    @AfterAll
    static void stop() {
        tenant.close();
    }

    @BeforeEach
    void chooseMessage() {
        message = mailbox.messages().stream()
                .filter(candidate -> candidate.internetMessageId().isPresent())
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void asUsual() throws Exception {
        ControlCall.post(tenant, "ews/policy", "{}");
        ControlCall.post(tenant, "ews/mailbox", "{\"mailbox\": \"" + user.objectId() + "\", \"onPremises\": false}");
    }

    private static HttpResponse<String> graph(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(tenant.server().httpUrl() + "/v1.0" + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + graphToken)
                .header("Content-Type", "application/json")
                .header("User-Agent", AGENT)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private static List<String> translated(String source, String target, List<String> ids) throws Exception {
        String body = new ObjectMapper()
                .writeValueAsString(Map.of("inputIds", ids, "sourceIdType", source, "targetIdType", target));
        List<String> translated = new ArrayList<>();
        json(graph("POST", "/me/translateExchangeIds", body))
                .path("value")
                .forEach(row -> translated.add(row.path("targetId").asText()));
        return translated;
    }

    @Test
    void everyItemAndFolderIdThatEwsShowsIsTranslated() throws Exception {
        Set<String> shown = new LinkedHashSet<>();
        EwsClient.Reply folders = ews.call("<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>AllProperties"
                + "</t:BaseShape></m:FolderShape></m:SyncFolderHierarchy>");
        EwsClient.Reply items = ews.getItem(
                FULL, mailbox.messages().stream().map(SandboxMessage::itemId).toArray(String[]::new));
        for (String name : List.of("FolderId", "ParentFolderId", "ItemId")) {
            for (EwsClient.Reply reply : List.of(folders, items)) {
                reply.all(TYPES, name).forEach(element -> shown.add(((Element) element).getAttribute("Id")));
            }
        }

        List<String> rest = translated("ewsId", "restId", List.copyOf(shown));

        assertThat(shown).hasSizeGreaterThan(40);
        assertThat(rest).doesNotContain("").doesNotHaveDuplicates().hasSameSizeAs(shown);
        assertThat(translated("restId", "ewsId", rest)).isEqualTo(List.copyOf(shown));
    }

    @Test
    void moveChangesAllIdsButTheImmutableOne() throws Exception {
        SandboxFolder archive = mailbox.wellKnownFolder("archive");
        String immutable = translated("ewsId", "restImmutableEntryId", List.of(message.itemId()))
                .get(0);

        SandboxMessage moved = mailbox.move(message.number(), archive).orElseThrow();

        assertThat(moved.itemId()).isNotEqualTo(message.itemId());
        assertThat(translated("ewsId", "restId", List.of(moved.itemId())))
                .containsExactly(moved.restId())
                .doesNotContain(message.restId());
        assertThat(translated("ewsId", "restImmutableEntryId", List.of(moved.itemId())))
                .containsExactly(immutable);
        assertThat(translated("ewsId", "restId", List.of(message.itemId()))).containsExactly("");
        assertThat(ews.getItem(EwsClient.ID_ONLY, message.itemId()).codes()).containsExactly("ErrorItemNotFound");
    }

    @Test
    void searchKeyMessageIdAndTimeOfReceiptAreTheSameOnBothSides() throws Exception {
        String expand = URLEncoder.encode(
                "singleValueExtendedProperties($filter=id eq 'Binary 0x300B' or id eq 'String 0x1035')",
                StandardCharsets.UTF_8);
        EwsClient.Reply item = ews.getItem(FULL, message.itemId());

        JsonNode one = json(graph("GET", "/me/messages/" + message.restId() + "?$expand=" + expand, ""));
        JsonNode listed = json(graph("GET", "/me/messages?$top=100&$expand=" + expand, ""));

        assertThat(one.path("singleValueExtendedProperties").get(0).path("id").asText())
                .isEqualTo("Binary 0x300b");
        assertThat(one.path("singleValueExtendedProperties")
                        .get(0)
                        .path("value")
                        .asText())
                .isEqualTo(item.one(TYPES, "Value"));
        assertThat(one.path("singleValueExtendedProperties")
                        .get(1)
                        .path("value")
                        .asText())
                .isEqualTo(item.one(TYPES, "InternetMessageId"))
                .isEqualTo(one.path("internetMessageId").asText());
        assertThat(one.path("receivedDateTime").asText()).isEqualTo(item.one(TYPES, "DateTimeReceived"));
        assertThat(listed.path("value"))
                .anyMatch(row ->
                        row.path("singleValueExtendedProperties").equals(one.path("singleValueExtendedProperties")));
        assertThat(graph("GET", "/me/messages?$expand=attachments", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void mailboxOnTheOwnServerIsNoneForGraph() throws Exception {
        ControlCall.post(tenant, "ews/mailbox", "{\"mailbox\": \"" + user.objectId() + "\", \"onPremises\": true}");

        HttpResponse<String> answer = graph("GET", "/me/messages", "");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("MailboxNotEnabledForRESTAPI");
        assertThat(ews.getFolder("IdOnly", distinguished("inbox")).faultCode()).isEqualTo("ErrorNonExistentMailbox");
    }

    @Test
    void policyForProgramsHoldsForBothAndTheSwitchOfEwsForEwsOnly() throws Exception {
        ControlCall.post(tenant, "ews/policy", "{\"enabled\": false}");
        assertThat(graph("GET", "/me/messages", "").statusCode()).isEqualTo(200);
        assertThat(ews.getFolder("IdOnly", distinguished("inbox")).status()).isEqualTo(403);

        ControlCall.post(tenant, "ews/policy", "{\"clients\": \"enforce-block-list\", \"agents\": [\"caravan*\"]}");
        HttpResponse<String> answer = graph("GET", "/me/messages", "");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("ErrorAccessDenied");
    }

    @Test
    void changeThroughOneIsSeenThroughTheOther() throws Exception {
        ews.call("<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\" MessageDisposition=\"SaveOnly\"><m:ItemChanges>"
                + "<t:ItemChange><t:ItemId Id=\"" + message.itemId() + "\"/><t:Updates><t:SetItemField><t:FieldURI"
                + " FieldURI=\"item:Categories\"/><t:Message><t:Categories><t:String>Both</t:String></t:Categories>"
                + "</t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>");

        assertThat(json(graph("GET", "/me/messages/" + message.restId(), ""))
                        .path("categories")
                        .toString())
                .isEqualTo("[\"Both\"]");
    }
}
