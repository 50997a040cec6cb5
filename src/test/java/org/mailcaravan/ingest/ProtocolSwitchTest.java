package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.FreshDatabase;

/**
 * A mailbox changes its protocol in the middle of being read, while letters come and move and the process dies at commits (row F34, and F33, F50, F51 with it):
 * 0 lost, 0 duplicate, by the sandbox's own list of messages. 10,000 letters in {@code -Pci}.
 */
class ProtocolSwitchTest {
    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));
    private static final int LETTERS = LARGER ? 10_000 : 500;
    /** In {@code verify} one way has the full size, the others a smaller one. */
    private static final int FEWER = LARGER ? 10_000 : 250;

    private static final String DENIED = "{\"error\":{\"code\":\"ErrorAccessDenied\",\"message\":\"planned\"}}";

    @TempDir
    Path directory;

    private CutoverMailbox it;

    @BeforeEach
    void start() throws IOException {
        it = new CutoverMailbox(directory, 20_261_124L);
    }

    @AfterEach
    void close() {
        it.close();
    }

    private void readHalfByEws(int count) {
        it.deliver(count);
        it.connect(Protocol.EWS, Optional.empty());
        it.readSlowly(count);
        it.sliceUntilStaged(count / 3);
        assertThat(it.staged()).as("in the middle of it").hasSizeLessThan(count);
        it.restless(true);
    }

    private void begin(Protocol target) {
        it.restless(false);
        it.changes().begin(it.mailbox.id(), target, it.mailbox.folders(), false);
        it.restless(true);
    }

    @Test
    void aMailboxIsSwitchedInTheMiddleOfBeingReadWithTranslatedIds() {
        readHalfByEws(LETTERS);

        begin(Protocol.GRAPH);
        it.end();

        assertThat(it.now().protocol()).isEqualTo(Protocol.GRAPH);
        assertThat(it.changes().find(it.mailbox.id()).orElseThrow())
                .matches(change -> change.phase() == ProtocolChange.Phase.DONE && change.translated());
        assertThat(it.world.requests(it.owner, "graph:translateExchangeIds")).isPositive();
        it.assertEachLetterOnce();
    }

    @Test
    void whereIdsAreNotTranslatedMessagesAreRecognisedByAListing() {
        readHalfByEws(FEWER);
        it.refuse("graph:translateExchangeIds", 403, Map.of(), DENIED);

        begin(Protocol.GRAPH);
        it.end();

        assertThat(it.now().protocol()).isEqualTo(Protocol.GRAPH);
        assertThat(it.changes().find(it.mailbox.id()).orElseThrow())
                .matches(change -> change.phase() == ProtocolChange.Phase.DONE && !change.translated());
        it.assertEachLetterOnce();
    }

    @Test
    void aMailboxWhoseEwsIsBlockedInTheMiddleIsSwitchedWithoutIt() { // F33
        readHalfByEws(FEWER);
        it.blockEws();
        it.slice();

        it.restless(false);
        it.changes().begin(it.mailbox.id(), Protocol.GRAPH, it.mailbox.folders(), true);
        it.restless(true);
        it.end();

        assertThat(it.now().protocol()).isEqualTo(Protocol.GRAPH);
        it.assertEachLetterOnce();
    }

    @Test
    void theWayBackIsAsSafeAlsoIfGraphAnswersNoMore() {
        readHalfByEws(FEWER);
        begin(Protocol.GRAPH);
        it.sliceUntil(ProtocolChange.Phase.SETTLING);
        it.deliver(FEWER / 10);
        it.sliceUntilStaged(FEWER);
        it.refuse("graph:", 403, Map.of(), DENIED);

        begin(Protocol.EWS);
        it.end();

        assertThat(it.now().protocol()).isEqualTo(Protocol.EWS);
        it.assertEachLetterOnce();
    }

    @Test
    void aMailboxGoesThereAndBackAndThereAgain() {
        readHalfByEws(FEWER);
        for (Protocol target : List.of(Protocol.GRAPH, Protocol.EWS, Protocol.GRAPH)) {
            begin(target);
            it.sliceUntil(ProtocolChange.Phase.SETTLING);
            it.deliver(FEWER / 10);
            it.slice();
        }

        it.end();

        assertThat(it.now().protocol()).isEqualTo(Protocol.GRAPH);
        it.assertEachLetterOnce();
    }

    @Test
    void withoutPermissionTheMailboxStaysAsItIs() {
        readHalfByEws(FEWER);
        it.refuse("graph:", 403, Map.of(), DENIED);

        begin(Protocol.GRAPH);
        it.end();

        assertThat(it.now().protocol()).isEqualTo(Protocol.EWS);
        assertThat(it.changes().find(it.mailbox.id()).orElseThrow())
                .matches(change -> change.phase() == ProtocolChange.Phase.FAILED)
                .matches(change -> change.reason().orElse("").contains("consent"));
        it.assertEachLetterOnce();
    }

    @Test
    void oldMailThatMovesInDuringTheSwitchIsDeliveredAndWhatLayThereIsNot() { // F50
        it.deliver(300);
        it.world.clock.advance(Duration.ofDays(2));
        it.connect(Protocol.EWS, Optional.of(it.world.clock.instant()));
        it.settle();
        SandboxMessage old = it.moveAway();
        it.settle();
        it.changes().begin(it.mailbox.id(), Protocol.GRAPH, it.mailbox.folders(), false);
        SandboxMessage other = it.deliverElsewhere();

        it.sandbox.move(other.number(), it.sandbox.wellKnownFolder("inbox"));
        it.sandbox.move(old.number(), it.sandbox.wellKnownFolder("inbox"));
        it.settle();

        assertThat(it.staged()).as("what moves back was known, as filtered").isEqualTo(Map.of(other.subject(), 1L));
    }

    @Test
    void copiesThatNoNameTellsApartAreListedAndDeliveredOnce() {
        it.deliver(3);
        it.connect(Protocol.EWS, Optional.empty());
        SandboxMessage original = it.sandbox.messages().get(0);
        it.sandbox.copy(original.number(), original.folder());
        it.settle();
        it.refuse("graph:translateExchangeIds", 403, Map.of(), DENIED);

        it.changes().begin(it.mailbox.id(), Protocol.GRAPH, it.mailbox.folders(), false);
        it.settle();

        assertThat(it.staged())
                .hasSize(3)
                .allSatisfy((letter, times) -> assertThat(times).isEqualTo(1));
        assertThat(it.changes().twins(it.mailbox.id(), 10))
                .singleElement()
                .satisfies(twins -> assertThat(twins.aliases()).hasSize(2).contains(original.immutableId()));
    }

    @Test
    void onPostgresItIsTheSame() throws IOException {
        it.close();
        it = new CutoverMailbox(directory.resolve("postgres"), 7, FreshDatabase.postgres());
        readHalfByEws(150);
        it.refuse("graph:translateExchangeIds", 403, Map.of(), DENIED);

        begin(Protocol.GRAPH);
        it.sliceUntil(ProtocolChange.Phase.SETTLING);
        it.world.tenant.faults().clear();
        begin(Protocol.EWS);
        it.sliceUntil(ProtocolChange.Phase.SETTLING);
        begin(Protocol.GRAPH);
        it.end();
        it.tally.flush();

        it.assertEachLetterOnce();
        assertThat(it.tally.since(LocalDate.EPOCH)).isNotEmpty();
        assertThat(it.changes().twins(it.mailbox.id(), 5)).isEmpty();
    }

    @Test
    void aListingWhosePlaceIsLostBeginsAgain() {
        it.deliver(700);
        it.connect(Protocol.EWS, Optional.empty());
        it.settle();
        it.refuse("graph:translateExchangeIds", 403, Map.of(), DENIED);
        it.world
                .tenant
                .faults()
                .add(new Faults.Rule(
                        "graph:messages",
                        Optional.empty(),
                        1,
                        1,
                        Faults.answer(
                                410,
                                Map.of(),
                                "application/json",
                                DENIED.replace("ErrorAccessDenied", "resyncRequired"))));

        it.changes().begin(it.mailbox.id(), Protocol.GRAPH, it.mailbox.folders(), false);
        it.settle();

        assertThat(it.now().protocol()).isEqualTo(Protocol.GRAPH);
        it.assertEachLetterOnce();
    }

    @Test
    void aSwitchIsTakenBackBeforeItHappened() {
        it.deliver(20);
        it.connect(Protocol.EWS, Optional.empty());
        it.settle();
        it.changes().begin(it.mailbox.id(), Protocol.GRAPH, it.mailbox.folders(), false);

        assertThat(it.changes().begin(it.mailbox.id(), Protocol.EWS, it.mailbox.folders(), false))
                .isEmpty();
        it.settle();

        assertThat(it.now().protocol()).isEqualTo(Protocol.EWS);
    }

    /** Whoever connects a mailbox again by another protocol sets it on its way; it would get everything twice otherwise. */
    @Test
    void connectingAgainByAnotherProtocolIsASwitch() {
        it.deliver(50);
        it.connect(Protocol.EWS, Optional.empty());
        it.settle();

        it.world.mailboxes.save(it.mailbox.by(Protocol.GRAPH));
        it.settle();

        assertThat(it.now().protocol()).isEqualTo(Protocol.GRAPH);
        it.assertEachLetterOnce();
    }

    @Test
    void whatWasDeletedBeforeItsContentWasReadVanishes() {
        it.deliver(60);
        it.connect(Protocol.EWS, Optional.empty());
        it.refuse("ews:GetItem", 503, Map.of(), "");
        it.slice();
        SandboxMessage deleted = it.sandbox.messages().get(7);
        it.sandbox.purge(deleted.number());
        it.changes().begin(it.mailbox.id(), Protocol.GRAPH, it.mailbox.folders(), false);

        it.settle();

        assertThat(it.staged()).hasSize(59).doesNotContainKey(deleted.subject());
        assertThat(it.world.deliveries.balances().get("files")).isEqualTo(new LedgerBalance(60, 0, 0, 0, 1, 59));
    }
}
