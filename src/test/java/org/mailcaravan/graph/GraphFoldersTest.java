package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.graph.GraphFixture.refused;
import static org.mailcaravan.testing.ScriptedHttpServer.json;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.testing.ScriptedHttpServer;

/** What entries of {@code mail.folders} find (wire sheet 2.2, row F50). */
class GraphFoldersTest {
    private final GraphFixture graph = new GraphFixture();
    private final Map<String, String> folders = new HashMap<>();
    private final Map<String, String> children = new HashMap<>();

    @AfterEach
    void close() {
        graph.close();
    }

    /** A mailbox: inbox (Projects (2026, 2025), Receipts hidden), Projects, drafts, deleteditems (Old). */
    @BeforeEach
    void build() {
        folders.put("inbox", folder("I", "Posteingang", 2, false));
        folders.put("drafts", folder("D", "Entwürfe", 0, false));
        folders.put("deleteditems", folder("X", "Gelöscht", 1, false));
        folders.put("msgfolderroot", folder("R", "Top", 4, false));
        folders.put("searchfolders", folder("S", "Finder", 1, false));
        children.put(
                "R",
                list(
                        folders.get("inbox"),
                        folders.get("drafts"),
                        folders.get("deleteditems"),
                        folder("P", "Projects", 0, false)));
        children.put("msgfolderroot", children.get("R"));
        children.put("I", list(folder("IP", "Projects", 2, false), folder("IH", "Receipts", 0, true)));
        children.put("IP", list(folder("IP6", "2026", 0, false), folder("IP5", "2025", 0, false)));
        children.put("X", list(folder("XO", "Old", 0, false)));
        children.put("S", list(folder("SF", "Flagged", 0, false)));
        graph.server.otherwise(this::answer);
    }

    private void answer(com.sun.net.httpserver.HttpExchange exchange) throws java.io.IOException {
        String[] path = exchange.getRequestURI()
                .getPath()
                .replaceFirst(".*/mailFolders/", "")
                .split("/");
        String body = path.length > 1 ? children.get(path[0]) : folders.get(path[0]);
        (body == null ? refused(404, "ErrorItemNotFound") : json(body)).to(exchange);
    }

    private static String folder(String id, String name, int children, boolean hidden) {
        return "{\"id\":\"" + id + "\",\"displayName\":\"" + name + "\",\"childFolderCount\":" + children
                + ",\"totalItemCount\":3,\"isHidden\":" + hidden + "}";
    }

    private static String list(String... folders) {
        return "{\"value\":[" + String.join(",", folders) + "]}";
    }

    private List<MailFolder> find(String... entries) {
        return graph.source.fetchFolders(GraphFixture.mailbox(List.of(entries)));
    }

    private static List<MailFolder> of(String entry, String... ids) {
        return Stream.of(ids).map(id -> new MailFolder(id, entry)).toList();
    }

    @Test
    void pathsAreDisplayNamesInAnyCaseBelowAWellKnownNameOrTheTop() {
        assertThat(find("Inbox/projects/2026")).isEqualTo(of("Inbox/projects/2026", "IP6"));
        assertThat(find("Projects")).isEqualTo(of("Projects", "P"));
        assertThat(find("Posteingang/Projects")).isEqualTo(of("Posteingang/Projects", "IP"));
        assertThat(find("inbox/Nothing/2026")).isEmpty();
        assertThat(find("searchfolders/Flagged")).isEqualTo(of("searchfolders/Flagged", "SF"));
    }

    @Test
    void hiddenFoldersAreReadOnlyIfTheyAreNamed() {
        assertThat(find("inbox/Receipts")).isEqualTo(of("inbox/Receipts", "IH"));
        assertThat(find("inbox/**")).isEqualTo(of("inbox/**", "I", "IP", "IP6", "IP5"));
    }

    @Test
    void asteriskIsAllButDraftsAndDeletedMailAndTheLike() {
        assertThat(find("*")).isEqualTo(of("*", "I", "P", "IP", "IP6", "IP5"));
    }

    @Test
    void whatAsteriskLeavesOutIsLookedUpOnce() {
        Mailbox mailbox = GraphFixture.mailbox(List.of("*"));
        graph.source.fetchFolders(mailbox);
        int first = graph.server.asked().size();
        graph.clock.advance(MailboxMemory.FOLDERS_KEPT);
        graph.source.fetchFolders(mailbox);

        assertThat(graph.server.asked()).hasSize(first + first - FolderSelector.LEFT_OUT.size());
    }

    @Test
    void folderThatTwoEntriesMeanIsReadOnce() {
        assertThat(find("inbox", "inbox/**"))
                .containsExactly(
                        new MailFolder("I", "inbox"),
                        new MailFolder("IP", "inbox/**"),
                        new MailFolder("IP6", "inbox/**"),
                        new MailFolder("IP5", "inbox/**"));
    }

    @Test
    void idsAreTakenAsTheyAre() {
        String id = "AAMk" + "x_-".repeat(30) + "AAA=";
        folders.put(id, folder(id, "Somewhere", 0, false));

        assertThat(find(id)).isEqualTo(of(id, id));
    }

    @Test
    void listsOfFoldersAreReadToTheirEnd() {
        children.put(
                "I",
                "{\"value\":[" + folder("IA", "A", 0, false) + "],\"@odata.nextLink\":\"" + graph.root
                        + "/me/mailFolders/I2/childFolders?$skip=1\"}");
        children.put("I2", list(folder("IB", "B", 0, false)));

        assertThat(find("inbox/B")).isEqualTo(of("inbox/B", "IB"));
    }

    @Test
    void linkToAnotherHostIsRefused() { // F26
        children.put("I", "{\"value\":[],\"@odata.nextLink\":\"https://evil.example/v1.0/me\"}");

        assertThatThrownBy(() -> find("inbox/B")).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void treeThatContainsItselfEnds() {
        children.put("IP", list(folder("I", "Inbox", 1, false), folder("IP", "Projects", 1, false)));

        assertThat(find("inbox/**").stream().map(MailFolder::id).collect(Collectors.toSet()))
                .isEqualTo(java.util.Set.of("I", "IP"));
    }

    @Test
    void parentThatIsDeletedMeanwhileHasNoChildren() { // F50
        children.remove("IP");

        assertThat(find("inbox/**")).isEqualTo(of("inbox/**", "I", "IP"));
    }

    @Test
    void delegateWhoseRightIsGoneIsToldSo() {
        folders.clear();
        Mailbox own = GraphFixture.mailbox(List.of("*"));
        Mailbox shared = new Mailbox(
                own.id(),
                own.tenant(),
                own.objectId(),
                own.address(),
                own.credential(),
                own.protocol(),
                Access.DELEGATE,
                own.folders(),
                own.deliverFrom());

        assertThatThrownBy(() -> graph.source.fetchFolders(shared)).isInstanceOf(ConsentRequiredException.class);
    }

    @Test
    void foldersWithoutAListAreAnError() {
        graph.server.otherwise(json("{\"id\":\"I\"}"));

        assertThatThrownBy(() -> find("inbox/B")).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void otherRefusalsAreTheMailboxes() {
        ScriptedHttpServer.Answer denied = refused(403, "ErrorAccessDenied");
        graph.server.otherwise(denied);

        assertThatThrownBy(() -> find("Projects")).isInstanceOf(ConsentRequiredException.class);
    }
}
