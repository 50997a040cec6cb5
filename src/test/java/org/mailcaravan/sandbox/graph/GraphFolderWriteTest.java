package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** Folders made, renamed and deleted, search folders, folder delta, and ids translated between their forms. */
class GraphFolderWriteTest {
    private static final String FOLDERS = "/v1.0/me/mailFolders";

    private final GraphFixture graph = new GraphFixture(
            GraphSettings.defaults().withoutQuirks(), new SettableClock(Instant.parse("2026-11-24T08:00:00Z")));

    @AfterEach
    void close() {
        graph.close();
    }

    private Answer create(String parent, String json) {
        return graph.write("POST", parent, json);
    }

    private List<String> names(String url) {
        return graph.get(url).json().path("value").findValuesAsText("displayName");
    }

    @Test
    void aFolderIsMadeRenamedAndDeletedWithItsMail() {
        String id = create(FOLDERS, "{\"displayName\":\"Orders\"}")
                .json()
                .path("id")
                .asText();
        String inner = create(FOLDERS + "/" + id + "/childFolders", "{\"displayName\":\"2026\"}")
                .json()
                .path("id")
                .asText();
        SandboxMessage message = graph.deliver("Parcel");
        graph.write("POST", "/v1.0/me/messages/" + message.restId() + "/move", "{\"destinationId\":\"" + inner + "\"}");

        Answer renamed = graph.write("PATCH", FOLDERS + "/" + id, "{\"displayName\":\"Sales\"}");
        Answer deleted = graph.write("DELETE", FOLDERS + "/" + id, "");

        assertThat(renamed.json().path("displayName").asText()).isEqualTo("Sales");
        assertThat(renamed.json().path("id").asText()).isEqualTo(id);
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(names(FOLDERS)).doesNotContain("Sales");
        assertThat(names(FOLDERS + "/deleteditems/childFolders")).containsExactly("Sales");
        assertThat(graph.mailbox.size()).isOne();
        assertThat(graph.write("DELETE", FOLDERS + "/" + id, "").status()).isEqualTo(204);
        assertThat(graph.get(FOLDERS + "/" + inner).status()).isEqualTo(404);
        assertThat(graph.mailbox.deletedMessages()).hasSize(1);
    }

    @Test
    void namesAreFreeAndWellKnownFoldersStay() {
        create(FOLDERS, "{\"displayName\":\"Orders\"}");

        assertThat(create(FOLDERS, "{\"displayName\":\"orders\"}").code()).isEqualTo("ErrorFolderExists");
        assertThat(create(FOLDERS, "{}").status()).isEqualTo(400);
        assertThat(graph.write("DELETE", FOLDERS + "/inbox", "").code()).isEqualTo("ErrorDeleteDistinguishedFolder");
        assertThat(graph.writeAs(graph.token(), "POST", FOLDERS, "{\"displayName\":\"x\"}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void hiddenFoldersShowOnlyWhenAskedFor() {
        create(FOLDERS, "{\"displayName\":\"Quiet\",\"isHidden\":true}");

        assertThat(names(FOLDERS)).contains("Inbox").doesNotContain("Quiet");
        assertThat(names(FOLDERS + "?includeHiddenFolders=true")).contains("Inbox", "Quiet");
    }

    @Test
    void aSearchFolderShowsWhatItFinds() {
        graph.deliver("Order 1");
        graph.deliver("Weather");
        SandboxMessage archived = graph.deliver("order 2");
        graph.mailbox.move(archived.number(), graph.mailbox.wellKnownFolder("archive"));

        Answer made = create(FOLDERS + "/searchfolders/childFolders", """
                {"@odata.type":"microsoft.graph.mailSearchFolder","displayName":"Orders","includeNestedFolders":true,
                 "sourceFolderIds":["msgfolderroot"],"filterQuery":"contains(subject, 'order')"}""");
        String path = FOLDERS + "/" + made.json().path("id").asText();

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.json().path("@odata.type").asText()).isEqualTo("#microsoft.graph.mailSearchFolder");
        assertThat(made.json().path("totalItemCount").asInt()).isEqualTo(2);
        assertThat(graph.get(path + "/messages").json().path("value").findValuesAsText("subject"))
                .containsExactlyInAnyOrder("Order 1", "order 2");
        assertThat(graph.write("DELETE", path, "").status()).isEqualTo(204);
        assertThat(graph.mailbox.size()).isEqualTo(3);
        assertThat(graph.mailbox.deletedMessages()).isEmpty();
    }

    @Test
    void aSearchFolderNeedsSourcesAndAFilterThatIsUnderstood() {
        String search = "{\"@odata.type\":\"microsoft.graph.mailSearchFolder\",\"displayName\":\"Orders\"";

        assertThat(create(FOLDERS, search + "}").status()).isEqualTo(400);
        assertThat(create(FOLDERS, search + ",\"sourceFolderIds\":[\"inbox\"],\"filterQuery\":\"huh\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void folderDeltaTellsWhatWasMadeRenamedAndDeleted() {
        List<Answer> first = graph.round(FOLDERS + "/delta", "Prefer", "odata.maxpagesize=4");
        String id = create(FOLDERS, "{\"displayName\":\"Orders\"}")
                .json()
                .path("id")
                .asText();
        List<Answer> second = graph.round(GraphFixture.end(first));
        graph.write("POST", FOLDERS + "/" + id + "/permanentDelete", "");
        List<Answer> third = graph.round(GraphFixture.end(second));
        List<Answer> fourth = graph.round(GraphFixture.end(third));

        assertThat(first).hasSize(2);
        assertThat(GraphFixture.rows(first)).hasSize(6);
        assertThat(GraphFixture.rows(second))
                .extracting(row -> row.path("displayName").asText())
                .containsExactly("Orders");
        JsonNode gone = GraphFixture.rows(third).get(0);
        assertThat(gone.path("@removed").path("reason").asText()).isEqualTo("deleted");
        assertThat(gone.path("id").asText()).isEqualTo(id);
        assertThat(GraphFixture.rows(fourth)).isEmpty();
        assertThat(graph.get(FOLDERS + "/delta?$deltatoken=x").code()).isEqualTo("syncStateNotFound");
    }

    private JsonNode translate(String from, String to, String... ids) {
        Answer answer = graph.write(
                "POST",
                "/v1.0/me/translateExchangeIds",
                "{\"inputIds\":[\"" + String.join("\",\"", ids) + "\"],\"sourceIdType\":\"" + from
                        + "\",\"targetIdType\":\"" + to + "\"}");
        assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
        return answer.json().path("value");
    }

    @Test
    void everyFormOfAnIdTranslatesIntoEveryOther() {
        SandboxMessage message = graph.deliver("Parcel");
        List<String> forms = List.of("entryId", "ewsId", "immutableEntryId", "restId", "restImmutableEntryId");

        for (String from : forms) {
            String source = translate("restId", from, message.restId())
                    .path(0)
                    .path("targetId")
                    .asText();
            for (String to : forms) {
                String there =
                        translate(from, to, source).path(0).path("targetId").asText();
                assertThat(translate(to, "restId", there)
                                .path(0)
                                .path("targetId")
                                .asText())
                        .as(from + " to " + to)
                        .isEqualTo(message.restId());
            }
        }
        assertThat(translate("restId", "ewsId", message.restId())
                        .path(0)
                        .path("targetId")
                        .asText())
                .isEqualTo(message.itemId());
        assertThat(translate("ewsId", "restImmutableEntryId", message.itemId())
                        .path(0)
                        .path("targetId")
                        .asText())
                .isEqualTo(message.immutableId());
        assertThat(translate("restId", "entryId", message.restId())
                        .path(0)
                        .path("targetId")
                        .asText())
                .matches("[-_A-Za-z0-9]+[012]");
    }

    @Test
    void oneBadIdDoesNotSpoilTheOthers() {
        SandboxMessage message = graph.deliver("Parcel");
        SandboxMessage gone = graph.deliver("Gone");
        graph.mailbox.purge(gone.number());

        JsonNode value = translate(
                "restId", "restImmutableEntryId", message.restId(), "garbage", gone.restId(), message.itemId());

        assertThat(value.path(0).path("targetId").asText()).isEqualTo(message.immutableId());
        assertThat(value.path(1).path("errorDetails").path("code").asText()).isEqualTo("ErrorInvalidIdMalformed");
        assertThat(value.path(2).path("errorDetails").path("code").asText()).isEqualTo("ErrorItemNotFound");
        assertThat(value.path(3).path("errorDetails").path("code").asText()).isEqualTo("ErrorInvalidIdMalformed");
    }
}
