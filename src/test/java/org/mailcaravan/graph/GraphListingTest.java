package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.graph.GraphFixture.INBOX;
import static org.mailcaravan.graph.GraphFixture.page;
import static org.mailcaravan.testing.ScriptedHttpServer.json;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.SyncCursor;

/** How folders are begun and listed, request by request (wire sheet 2.3). */
class GraphListingTest {
    private static final Optional<Instant> ALL = Optional.of(Instant.EPOCH);
    private static final Optional<Instant> IDS = Optional.empty();
    private static final String LISTING = "/v1.0/me/mailFolders/AAMkInbox=/messages?";
    private static final String NEWEST_IDS =
            LISTING + "$select=id,receivedDateTime&$orderby=receivedDateTime%20desc&$top=500";
    private static final String NEWEST_WHOLE =
            LISTING + GraphMailSource.SELECT + "&$orderby=receivedDateTime%20desc&$top=50";

    private final GraphFixture graph = new GraphFixture();
    private final FolderListing listing = graph.source.listing().orElseThrow();

    @AfterEach
    void close() {
        graph.close();
    }

    private String lastTarget() {
        return graph.server.asked().get(graph.server.asked().size() - 1).target();
    }

    private MailPage list(Optional<SyncCursor> cursor, Optional<Instant> wanted) {
        return listing.fetchListing(graph.mailbox, INBOX, cursor, wanted);
    }

    private static String row(String id, String second) {
        return "{\"id\":\"" + id + "\",\"receivedDateTime\":\"2026-11-24T07:00:" + second + "Z\"}";
    }

    private static String rows(String nextLink, String... rows) {
        String next = nextLink.isEmpty() ? "" : ",\"@odata.nextLink\":\"" + nextLink + "\"";
        return "{\"value\":[" + String.join(",", rows) + "]" + next + "}";
    }

    @Test
    void largeFolderIsBegunWithAFilterThatItsLinksRemember() {
        graph.server.then(json("{\"id\":\"" + INBOX.id() + "\",\"totalItemCount\":1001}"));
        graph.source.fetchFolders(graph.mailbox);
        graph.server.otherwise(json(page("", "deltaLink", graph.root + "/me/d?$deltatoken=1")));

        FolderListing.Opening opening = listing.open(graph.mailbox, INBOX, Instant.parse("2026-11-23T07:59:59.123Z"));

        assertThat(opening.partial()).isTrue();
        assertThat(lastTarget())
                .endsWith(GraphMailSource.SELECT + "&$filter=receivedDateTime%20ge%202026-11-23T07:59:59Z")
                .doesNotContain("$top");
        graph.source.fetchPage(graph.mailbox, INBOX, Optional.of(opening.page().next()));
        assertThat(lastTarget()).isEqualTo("/v1.0/me/d?$deltatoken=1");
    }

    @Test
    void smallFolderIsReadFromItsBeginning() {
        graph.server.then(json("{\"id\":\"" + INBOX.id() + "\",\"totalItemCount\":1000}"));
        graph.source.fetchFolders(graph.mailbox);
        graph.server.otherwise(json(page("", "deltaLink", graph.root + "/me/d?$deltatoken=1")));

        assertThat(listing.open(graph.mailbox, INBOX, graph.clock.instant()).partial())
                .isFalse();
        assertThat(lastTarget()).endsWith(GraphMailSource.SELECT);
    }

    @Test
    void eachPageAsksForWhatIsNoNewerThanTheLastRow() {
        graph.server
                .then(json(rows(graph.root + "/me/x?$skip=2", row("m5", "50"), row("m4", "40"))))
                .then(json(rows("", row("m4", "40"), row("m3", "30"))));

        MailPage first = list(Optional.empty(), IDS);
        MailPage second = list(Optional.of(first.next()), IDS);

        assertThat(graph.server.asked().get(0).target()).isEqualTo(NEWEST_IDS);
        assertThat(lastTarget())
                .as("rows that left meanwhile shift no other out of sight; times have fractions")
                .isEqualTo(NEWEST_IDS + "&$filter=receivedDateTime%20lt%202026-11-24T07:00:41Z");
        assertThat(first.roundComplete()).isFalse();
        assertThat(second.roundComplete()).isTrue();
        assertThat(second.messages()).extracting(ListedMessage::metadata).containsOnly(Optional.empty());
    }

    @Test
    void manyMessagesOfOneSecondAreWalkedByTheServersOwnLink() {
        graph.server
                .then(json(rows(graph.root + "/me/x?$skip=2&y=%2b", row("m5", "50"), row("m4", "50"))))
                .otherwise(json(rows("")));

        list(Optional.of(list(Optional.empty(), IDS).next()), IDS);

        assertThat(lastTarget()).isEqualTo("/v1.0/me/x?$skip=2&y=%2b");
    }

    @Test
    void wholeMessagesEndWhereTheyAreNoLongerWanted() {
        Optional<Instant> wanted = Optional.of(Instant.parse("2026-11-24T06:00:00Z"));
        graph.server.then(json(rows("", GraphFixture.row("m5")))).then(json(rows("", row("old", "00"))));

        MailPage whole = list(Optional.empty(), wanted);
        MailPage ids = list(Optional.of(whole.next()), wanted);

        assertThat(graph.server.asked().get(0).target())
                .isEqualTo(NEWEST_WHOLE + "&$filter=receivedDateTime%20ge%202026-11-24T06:00:00Z");
        assertThat(lastTarget()).isEqualTo(NEWEST_IDS + "&$filter=receivedDateTime%20lt%202026-11-24T06:00:01Z");
        assertThat(whole.messages().get(0).metadata()).isPresent();
        assertThat(whole.roundComplete()).isFalse();
        assertThat(ids.roundComplete()).isTrue();
    }

    @Test
    void everythingWantedIsOneRowOfWholePages() {
        graph.server.then(json(rows("")));

        assertThat(list(Optional.empty(), ALL).roundComplete()).isTrue();
        assertThat(lastTarget()).isEqualTo(NEWEST_WHOLE);
    }

    @Test
    void aLinkThatLeadsAwayIsRefusedWithoutARequest() { // F26
        graph.server.then(json(rows("https://evil.example/v1.0/me/x", row("m5", "50"))));

        assertThatThrownBy(() -> list(Optional.empty(), IDS)).isInstanceOf(MalformedAnswerException.class);
        assertThat(graph.server.asked()).hasSize(1);
    }

    @Test
    void aServerThatIgnoresTheFilterIsNoticed() { // F26
        graph.server.otherwise(json(rows(graph.root + "/me/x?$skip=2", row("m5", "50"), row("m4", "40"))));
        SyncCursor second = list(Optional.empty(), IDS).next();

        assertThatThrownBy(() -> list(Optional.of(second), IDS)).hasMessageContaining("circle");
    }

    @Test
    void aPlaceThatCannotBeReadIsSaid() {
        assertThatThrownBy(() -> list(Optional.of(new SyncCursor("end")), IDS))
                .isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void settingsForSmallFoldersAreChecked() {
        assertThatThrownBy(() -> new GraphSettings(
                        java.net.URI.create(graph.root),
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        1,
                        -1,
                        MessageContent.MIME))
                .hasMessageContaining("smallFolder");
    }
}
