package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.sandbox.graph.GraphFixture.INBOX_DELTA;
import static org.mailcaravan.sandbox.graph.GraphFixture.end;
import static org.mailcaravan.sandbox.graph.GraphFixture.rows;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.graph.GraphFixture.Answer;
import org.mailcaravan.sandbox.mail.Lag;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** What the real delta does and simulations get wrong (rows F25, F27 and F50 of the fault matrix need it). */
class GraphDeltaTest {
    private static final String[] PAGES_OF_100 = {"Prefer", "odata.maxpagesize=100"};
    private static final String[] IMMUTABLE = {"Prefer", "IdType=\"ImmutableId\""};

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final GraphFixture plain = new GraphFixture(GraphSettings.defaults().withoutQuirks(), clock);

    @AfterEach
    void close() {
        plain.close();
    }

    @Test
    void firstRoundListsTheFolderInPagesOfTenAndEndsWithADeltaLink() {
        plain.deliver(25);

        List<Answer> pages = plain.round(INBOX_DELTA);

        assertThat(pages).extracting(page -> page.json().path("value").size()).containsExactly(10, 10, 5);
        assertThat(ids(rows(pages))).hasSize(25).doesNotHaveDuplicates();
        assertThat(rows(plain.round(end(pages)))).isEmpty();
    }

    @Test
    void preferredPageSizeHoldsOnlyForTheRequestThatAsksForIt() {
        plain.deliver(60);

        Answer first = plain.get(INBOX_DELTA, "Prefer", "odata.maxpagesize=40");
        Answer second = plain.get(first.link());

        assertThat(first.json().path("value")).hasSize(40);
        assertThat(first.header("Preference-Applied")).contains("odata.maxpagesize=40");
        assertThat(second.json().path("value")).hasSize(10);
        assertThat(second.header("Preference-Applied")).isEmpty();
    }

    @Test
    void topCapsTheWholeRoundAndLosesTheRestSilently() {
        plain.deliver(30);

        List<Answer> pages = plain.round(INBOX_DELTA + "?$top=12");

        assertThat(rows(pages)).hasSize(12);
        assertThat(rows(plain.round(end(pages)))).isEmpty();
    }

    @Test
    void linksComeInAnotherShapeLongAndEscaped() {
        plain.deliver(11);

        Answer page = plain.get(INBOX_DELTA);

        assertThat(page.link())
                .startsWith(plain.tenant.server().httpUrl() + "/v1.0/users('" + plain.user.objectId()
                        + "')/mailFolders('AAMk")
                .contains("%3d')/messages/delta?$skiptoken=")
                .hasSizeGreaterThan(400);
        assertThat(end(plain.round(page.link()))).contains("messages/delta?$deltatoken=");
    }

    @Test
    void linksAreAcceptedOnlyByteForByte() {
        plain.deliver(11);
        String link = plain.get(INBOX_DELTA).link();

        assertThat(plain.get(link).status()).isEqualTo(200);
        assertThat(plain.get(link.replace("%3d", "%3D")).status()).isEqualTo(400);
        assertThat(plain.get(link.replace("%3d", "=")).status()).isEqualTo(400);
        assertThat(plain.get(link.replace("$skiptoken", "%24skiptoken")).status())
                .isEqualTo(400);
        assertThat(plain.get(link.replace("'", "%27")).status()).isEqualTo(400);
        assertThat(plain.get(link + "&$select=subject").status()).isEqualTo(400);
        assertThat(plain.get(link.replace("$skiptoken", "$deltatoken")).status())
                .isEqualTo(400);
    }

    @Test
    void garbageTokensAreALostSyncState() {
        Answer garbage = plain.get(INBOX_DELTA + "?$deltatoken=R0FSQkFHRQ");
        Answer cut = plain.get(plain.get(INBOX_DELTA).link().replaceFirst(".{20}$", ""));

        assertThat(garbage.status()).isEqualTo(400);
        assertThat(garbage.code()).isEqualTo("syncStateNotFound");
        assertThat(cut.code()).isEqualTo("syncStateNotFound");
    }

    @Test
    void expiredCursorIsToldAs410WithALocationThatStartsAnew() {
        plain.deliver(3);
        String link = end(plain.round(INBOX_DELTA));
        plain.part.cursors().invalidate(plain.mailbox.ownerId(), DeltaCursors.Loss.GONE);

        Answer gone = plain.get(link);

        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.code()).isEqualTo("syncStateNotFound");
        String location = gone.header("Location").orElseThrow();
        assertThat(location).endsWith("/messages/delta?$deltatoken=");
        assertThat(rows(plain.round(location))).hasSize(3);
    }

    @Test
    void expiredCursorCanAlsoBeToldAs404() {
        String link = end(plain.round(INBOX_DELTA));
        plain.part.cursors().invalidate(plain.mailbox.ownerId(), DeltaCursors.Loss.NOT_FOUND);

        Answer lost = plain.get(link);

        assertThat(lost.status()).isEqualTo(404);
        assertThat(lost.code()).isEqualTo("syncStateNotFound");
        assertThat(plain.get(end(plain.round(INBOX_DELTA))).status()).isEqualTo(200);
    }

    @Test
    void readFlagComesAsAPartialItem() {
        SandboxMessage message = plain.deliver("Parcel");
        String link = end(plain.round(INBOX_DELTA));
        plain.mailbox.setRead(message.number(), true);

        JsonNode row = rows(plain.round(link)).get(0);

        assertThat(row.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("@odata.type", "@odata.etag", "id", "parentFolderId", "isRead");
        assertThat(row.path("isRead").asBoolean()).isTrue();
    }

    @Test
    void readFlagIsSilentWhenItWasNotSelected() {
        SandboxMessage message = plain.deliver("Parcel");
        String link = end(plain.round(INBOX_DELTA + "?$select=subject"));
        plain.mailbox.setRead(message.number(), true);

        assertThat(rows(plain.round(link))).isEmpty();
    }

    @Test
    void selectionIsFrozenInTheLinks() {
        plain.deliver(11);

        List<JsonNode> rows = rows(plain.round(INBOX_DELTA + "?$select=subject,receivedDateTime"));

        assertThat(rows)
                .hasSize(11)
                .allSatisfy(row -> assertThat(row.fieldNames())
                        .toIterable()
                        .containsExactlyInAnyOrder("@odata.type", "@odata.etag", "id", "subject", "receivedDateTime"));
    }

    @Test
    void filterKeepsOldMailOutInEveryRound() {
        plain.deliver(5);
        clock.set(Instant.parse("2026-11-24T08:30:00Z"));
        SandboxMessage young = plain.deliver("Young");

        List<Answer> pages = plain.round(INBOX_DELTA + "?$filter=receivedDateTime%20ge%202026-11-24T08:20:00Z");

        assertThat(ids(rows(pages))).containsExactly(young.restId());
        plain.mailbox.edit(1, "An old one, edited");
        assertThat(rows(plain.round(end(pages)))).isEmpty();
        assertThat(plain.get(INBOX_DELTA + "?$filter=isRead%20eq%20false").status())
                .isEqualTo(400);
    }

    @Test
    void filteredRoundAnswersFiveThousandAtMost() {
        plain.deliver(5_003);
        String filter = INBOX_DELTA + "?$select=isRead&$filter=receivedDateTime%20ge%202020-01-01T00:00:00Z";

        assertThat(rows(plain.round(filter, "Prefer", "odata.maxpagesize=1000")))
                .hasSize(5_000);
        assertThat(rows(plain.round(INBOX_DELTA + "?$select=isRead", "Prefer", "odata.maxpagesize=1000")))
                .hasSize(5_003);
    }

    @Test
    void changeTypeTellsOneKindOnly() {
        SandboxMessage first = plain.deliver("One");
        String link = end(plain.round(INBOX_DELTA + "?changeType=created"));
        plain.mailbox.setRead(first.number(), true);
        plain.mailbox.purge(first.number());
        SandboxMessage second = plain.deliver("Two");

        assertThat(ids(rows(plain.round(link)))).containsExactly(second.restId());
        assertThat(plain.get(INBOX_DELTA + "?changeType=renamed").status()).isEqualTo(400);
    }

    @Test
    void idsFollowThePreferHeaderOfEachRequest() {
        SandboxMessage message = plain.deliver("Parcel");
        List<Answer> withImmutable = plain.round(INBOX_DELTA, IMMUTABLE);
        plain.mailbox.edit(message.number(), "Parcel, edited");

        assertThat(ids(rows(withImmutable))).containsExactly(message.immutableId());
        assertThat(withImmutable.get(0).header("Preference-Applied")).contains("IdType=\"ImmutableId\"");
        assertThat(ids(rows(plain.round(end(withImmutable))))).containsExactly(message.restId());
    }

    @Test
    void moveIsARemovalHereAndACreationThereWithTheSameImmutableId() {
        SandboxMessage message = plain.deliver("Parcel");
        SandboxFolder archive = plain.mailbox.wellKnownFolder("archive");
        String inbox = end(plain.round(INBOX_DELTA, IMMUTABLE));
        String target = end(plain.round("/v1.0/me/mailFolders/archive/messages/delta", IMMUTABLE));
        plain.mailbox.move(message.number(), archive);

        JsonNode removed = rows(plain.round(inbox, IMMUTABLE)).get(0);
        JsonNode created = rows(plain.round(target, IMMUTABLE)).get(0);

        assertThat(removed.path("@removed").path("reason").asText()).isEqualTo("deleted");
        assertThat(removed.path("id").asText()).isEqualTo(message.immutableId());
        assertThat(created.path("id").asText()).isEqualTo(message.immutableId());
    }

    @Test
    void removalNamesTheMutableIdOfBeforeTheMove() {
        SandboxMessage message = plain.deliver("Parcel");
        String inbox = end(plain.round(INBOX_DELTA));
        plain.mailbox.delete(message.number());

        JsonNode removed = rows(plain.round(inbox)).get(0);

        assertThat(removed.path("id").asText()).isEqualTo(message.restId());
        assertThat(removed.path("@removed").path("reason").asText()).isEqualTo("changed");
    }

    @Test
    void removalMayShowARoundAfterTheCreationElsewhere() {
        SandboxMessage message = plain.deliver("Parcel");
        String inbox = end(plain.round(INBOX_DELTA));
        String target = end(plain.round("/v1.0/me/mailFolders/archive/messages/delta"));
        plain.mailbox.move(message.number(), plain.mailbox.wellKnownFolder("archive"), Lag.REMOVAL_LATE);

        assertThat(rows(plain.round(target))).hasSize(1);
        List<Answer> nothingYet = plain.round(inbox);
        assertThat(rows(nothingYet)).isEmpty();
        assertThat(rows(plain.round(end(nothingYet)))).hasSize(1);
    }

    @Test
    void mailThatArrivesDuringTheRoundIsToldInIt() {
        plain.deliver(15);
        Answer first = plain.get(INBOX_DELTA);
        SandboxMessage late = plain.deliver("Late");

        assertThat(ids(rows(plain.round(first.link())))).hasSize(6).contains(late.restId());
    }

    @Test
    void hundredPagesOfChangesArriveInOrderWithoutGaps() {
        String link = end(plain.round(INBOX_DELTA));
        plain.deliver(995);

        List<String> ids = ids(rows(plain.round(link)));

        assertThat(ids).hasSize(995).doesNotHaveDuplicates();
    }

    @Test
    void meetingRequestsAndInlineImagesShowAsExchangeShowsThem() {
        try (GraphFixture seeded = seeded(80)) {
            List<JsonNode> rows = rows(seeded.round(INBOX_DELTA, PAGES_OF_100));
            Set<String> types = rows.stream()
                    .map(row -> row.path("@odata.type").asText())
                    .filter(type -> !type.isEmpty())
                    .collect(Collectors.toSet());

            assertThat(types)
                    .containsExactlyInAnyOrder("#microsoft.graph.message", "#microsoft.graph.eventMessageRequest");
            assertThat(rows)
                    .anySatisfy(
                            row -> assertThat(row.path("body").path("content").asText())
                                    .contains("cid:"))
                    .filteredOn(row -> row.path("body").path("content").asText().contains("cid:"))
                    .noneMatch(row -> row.path("hasAttachments").asBoolean());
        }
    }

    @Test
    void quirksMakeEmptyShortAndRepeatedRowsAndUnknownRemovalsButLoseNothing() {
        try (GraphFixture quirky = new GraphFixture(GraphSettings.defaults(), clock)) {
            quirky.deliver(100);

            List<Answer> pages = quirky.round(INBOX_DELTA);
            List<JsonNode> rows = rows(pages);
            List<String> present =
                    ids(rows.stream().filter(row -> !row.has("@removed")).toList());

            assertThat(pages.get(2).json().path("value")).isEmpty();
            assertThat(pages.get(4).json().path("value")).hasSize(9);
            assertThat(Set.copyOf(present)).hasSize(100);
            assertThat(present).hasSizeGreaterThan(100);
            assertThat(rows).filteredOn(row -> row.has("@removed")).hasSize(1);
        }
    }

    @Test
    void thousandMessagesCostAtMostTwelvePagesOfAHundred() {
        try (GraphFixture quirky = new GraphFixture(GraphSettings.defaults(), clock)) {
            quirky.deliver(1_000);

            assertThat(quirky.round(INBOX_DELTA + "?$select=subject", PAGES_OF_100))
                    .hasSizeLessThanOrEqualTo(12);
        }
    }

    @Test
    void roundMayReplayTheLastChangeOfTheRoundBefore() {
        try (GraphFixture quirky = new GraphFixture(GraphSettings.defaults(), clock)) {
            quirky.deliver(5);
            String link = end(quirky.round(INBOX_DELTA));
            SandboxMessage sixth = quirky.deliver("Six");

            assertThat(ids(rows(quirky.round(link)))).hasSize(2).contains(sixth.restId());
        }
    }

    private GraphFixture seeded(int messages) {
        return new GraphFixture(
                GraphSettings.defaults().withoutQuirks(),
                org.mailcaravan.sandbox.SandboxOptions.builder()
                        .messages(2 * messages)
                        .clock(clock)
                        .build());
    }

    private static List<String> ids(List<JsonNode> rows) {
        return Stream.of(rows)
                .flatMap(List::stream)
                .map(row -> row.path("id").asText())
                .toList();
    }
}
