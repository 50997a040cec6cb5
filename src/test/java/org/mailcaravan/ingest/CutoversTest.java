package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.mailcaravan.cutover.AutomaticCutover;
import org.mailcaravan.cutover.CutoverPlan;
import org.mailcaravan.cutover.Cutovers;
import org.mailcaravan.cutover.EwsReport;
import org.mailcaravan.cutover.EwsReportText;
import org.mailcaravan.cutover.EwsReports;
import org.mailcaravan.cutover.EwsWarnings;
import org.mailcaravan.cutover.FolderDifference;
import org.mailcaravan.cutover.Grants;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.oauth.Resource;
import org.mailcaravan.sandbox.Faults;

/** What the room {@code cutover} says of a mailbox of the sandbox, and does about one whose EWS is blocked. */
class CutoversTest {
    private static final String DENIED = "{\"error\":{\"code\":\"ErrorAccessDenied\",\"message\":\"planned\"}}";
    private static final String APP = "b3c1a2f0-1111-2222-3333-444455556666";

    @TempDir
    Path directory;

    private CutoverMailbox it;
    private final Known grants = new Known();

    @BeforeEach
    void start() throws IOException {
        it = new CutoverMailbox(directory, 20_261_124L);
    }

    @AfterEach
    void close() {
        it.close();
    }

    /** The sandbox gives every token. */
    private final class Known implements Grants {
        private Optional<String> missing = Optional.empty();

        @Override
        public String registration(Mailbox mailbox) {
            return "default";
        }

        @Override
        public String appId(String registration) {
            return APP;
        }

        @Override
        public Optional<String> missing(Mailbox mailbox) {
            return missing;
        }

        @Override
        public AccessToken acquire(Mailbox mailbox, Protocol protocol) {
            return it.world
                    .tokens()
                    .acquire(mailbox.credential(), protocol == Protocol.GRAPH ? Resource.GRAPH : Resource.EXCHANGE);
        }

        @Override
        public void forget(Mailbox mailbox, Protocol protocol, AccessToken token) {}
    }

    private Cutovers cutovers() {
        return new Cutovers(it.graph, it.ews, grants, it.changes());
    }

    private CutoverPlan plan() {
        return cutovers().plan(it.now(), registration -> "https://link/" + registration);
    }

    private static String detail(CutoverPlan plan, String what) {
        return plan.findings().stream()
                .filter(finding -> finding.what().equals(what))
                .map(CutoverPlan.Finding::detail)
                .findFirst()
                .orElse("");
    }

    private void readByEws(String... folders) {
        it.deliver(40);
        it.connect(Protocol.EWS, Optional.empty(), List.of(folders));
        it.settle();
    }

    @Test
    void aPlanLooksAtPermissionIdsFoldersAndASampleOfMessages() {
        readByEws("inbox", "junkemail");

        CutoverPlan plan = plan();

        assertThat(plan.verdict()).isEqualTo(CutoverPlan.Verdict.READY);
        assertThat(plan.folders()).containsExactly("inbox", "junkemail");
        assertThat(detail(plan, "ids")).startsWith("10 of the newest 10 ids are translated");
        assertThat(detail(plan, "sample")).startsWith("5 messages compared").endsWith("all the same");
        assertThat(it.changes().all()).isEmpty();
    }

    @Test
    void withoutConsentThePlanNamesTheLinkForTheAdministrator() {
        readByEws("inbox");
        it.refuse("graph:", 403, Map.of(), DENIED);

        CutoverPlan plan = plan();

        assertThat(plan.verdict()).isEqualTo(CutoverPlan.Verdict.NEEDS_CONSENT);
        assertThat(plan.consentLink()).contains("https://link/default");
        assertThat(detail(plan, "permission")).contains("Mail.Read");
    }

    @Test
    void whereIdsAreNotTranslatedThePlanSaysWhatIsDoneInstead() {
        readByEws("inbox");
        it.refuse("graph:translateExchangeIds", 403, Map.of(), DENIED);

        CutoverPlan plan = plan();

        assertThat(plan.verdict()).isEqualTo(CutoverPlan.Verdict.READY);
        assertThat(detail(plan, "ids")).contains("recognised by listing").contains("User.ReadBasic.All");
    }

    @Test
    void foldersWithoutAWayThroughGraphAreNamed() {
        readByEws("inbox", "archiveinbox", "publicfoldersroot");

        CutoverPlan plan = plan();

        assertThat(plan.verdict()).isEqualTo(CutoverPlan.Verdict.GAPS);
        assertThat(plan.folders()).containsExactly("inbox");
        assertThat(detail(plan, "folder archiveinbox")).contains("in-place archive has no Graph route yet");
        assertThat(detail(plan, "folder publicfoldersroot")).contains("Public folders have no Graph route");
    }

    @Test
    void aMailboxWhoseEwsIsBlockedCanStillBePlanned() { // F33
        readByEws("inbox");
        it.blockEws();
        it.world.clock.advance(Duration.ofHours(2));

        CutoverPlan plan = plan();

        assertThat(plan.verdict()).isEqualTo(CutoverPlan.Verdict.READY);
        assertThat(detail(plan, "EWS")).contains("does not answer");
    }

    @Test
    void bothProtocolsShowTheSameAndWhatWouldBeNewIsNoDifference() {
        readByEws("inbox", "junkemail");
        it.deliver(7);

        List<FolderDifference> folders = cutovers().shadow(it.now(), 10);

        assertThat(folders).hasSize(2).allMatch(FolderDifference::same);
        assertThat(folders).allSatisfy(folder -> assertThat(folder.byEws()).isEqualTo(folder.byGraph()));
        assertThat(folders.stream()
                        .mapToInt(folder -> folder.wouldBeNew().size())
                        .sum())
                .isEqualTo(7);
        assertThat(folders.get(0).compared()).isEqualTo(10);
        assertThat(it.staged()).as("nothing is delivered").hasSize(40);
    }

    @Test
    void aMessageThatGraphHidesIsADifference() {
        readByEws("inbox");
        it.world
                .tenant
                .faults()
                .add(Faults.Rule.always(
                        "graph:messages", Faults.answer(200, Map.of(), "application/json", "{\"value\":[]}")));

        List<FolderDifference> folders = cutovers().shadow(it.now(), 5);

        assertThat(folders).singleElement().satisfies(inbox -> {
            assertThat(inbox.same()).isFalse();
            assertThat(inbox.onlyEws()).hasSize(inbox.byEws());
            assertThat(inbox.byGraph()).isZero();
        });
    }

    @Test
    void aMailboxFoundBlockedGoesToGraphByItself() { // F33, F34
        it.deliver(80);
        it.connect(Protocol.EWS, Optional.empty());
        it.sliceUntilStaged(30);
        it.blockEws();
        AutomaticCutover automatic = new AutomaticCutover(it.world.mailboxes, cutovers(), it.changes(), it.world.clock);

        it.slice();
        automatic.look();
        assertThat(it.changes().all()).as("one refusal proves nothing").isEmpty();
        for (int i = 0; it.world.mailboxes.blocked().isEmpty(); i++) {
            assertThat(i).isLessThan(30);
            it.slice();
        }
        automatic.look();
        it.settle();

        assertThat(it.now().protocol()).isEqualTo(Protocol.GRAPH);
        assertThat(it.changes().find(it.mailbox.id()).orElseThrow()).matches(ProtocolChange::automatic);
        it.assertEachLetterOnce();
    }

    @Test
    void aBlockedMailboxThatGraphDoesNotOpenStaysUntilSomebodyConsents() {
        readByEws("inbox");
        it.blockEws();
        for (int i = 0; it.world.mailboxes.blocked().isEmpty(); i++) {
            assertThat(i).isLessThan(30);
            it.slice();
        }
        it.refuse("graph:", 403, Map.of(), DENIED);
        AutomaticCutover automatic = new AutomaticCutover(it.world.mailboxes, cutovers(), it.changes(), it.world.clock);
        automatic.look();
        assertThat(it.changes().all()).isEmpty();

        it.world.tenant.faults().clear();
        automatic.look();
        assertThat(it.changes().all()).as("not asked every minute").isEmpty();
        it.world.clock.advance(Duration.ofMinutes(16));
        automatic.look();

        assertThat(it.changes().all()).hasSize(1);
    }

    @Test
    void nothingGoesBackToAnEwsThatDoesNotAnswer() {
        readByEws("inbox");
        cutovers().begin(plan(), false);
        it.settle();
        it.blockEws();

        assertThatThrownBy(() -> cutovers().rollback(it.now())).isInstanceOf(MailboxBlockedException.class);

        assertThat(it.now().protocol()).isEqualTo(Protocol.GRAPH);
    }

    private EwsReports reports(Optional<LocalDate> retiresOn) {
        return new EwsReports(it.world.mailboxes, it.tally, grants, retiresOn, it.world.clock);
    }

    @Test
    void theReportNamesMailboxesOperationsDeadlinesAndWhatAnAdministratorRuns() {
        readByEws("inbox", "junkemail");
        grants.missing = Optional.of("Mail.Read");

        EwsReport report = reports(Optional.of(LocalDate.of(2027, 4, 1))).make(7);

        assertThat(new EwsReportText(report, false).text())
                .contains(it.mailbox.id().toString(), "folders: inbox, junkemail", "needs consent to Mail.Read")
                .contains("2027-04-01  in 128 days: EWS ends for good")
                .contains("2026-10-01  54 days ago:")
                .containsPattern("SyncFolderItems +\\d+  GET /me/mailFolders/\\{id}/messages/delta")
                .contains("Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy")
                .contains("Set-OrganizationConfig -EwsAllowedAppIDs \"<every id that was listed>," + APP + "\"")
                .doesNotContain(it.owner.userPrincipalName());
        assertThat(new EwsReportText(report, true).csv().lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith(it.mailbox.id() + "," + it.owner.userPrincipalName() + ",ews,active," + APP)
                        .contains(",GetItem,")
                        .endsWith(",false,128"));
    }

    @Test
    void requestsAreCountedAcrossRestartsAndDays() {
        readByEws("inbox");
        long first = reports(Optional.empty()).make(1).mailboxes().get(0).requests();
        assertThat(first).isEqualTo(it.world.requests(it.owner, "ews:"));

        it.world.clock.advance(Duration.ofDays(1));
        it.settle();

        assertThat(reports(Optional.empty()).make(2).mailboxes().get(0).requests())
                .isEqualTo(it.world.requests(it.owner, "ews:"));
        assertThat(reports(Optional.empty()).make(1).mailboxes().get(0).requests())
                .isEqualTo(it.world.requests(it.owner, "ews:") - first);
    }

    @Test
    void whereEwsDoesNotEndNobodyIsWarnedAndNothingIsToBeAllowed() {
        readByEws("inbox");

        assertThat(new EwsReportText(reports(Optional.empty()).make(7), false).text())
                .contains("EWS does not end there")
                .doesNotContain("EwsAllowedAppIDs");
        assertThat(new EwsWarnings(it.world.mailboxes, reports(Optional.empty()), grants).of(it.now()))
                .isEmpty();
    }

    @Test
    void fromTheFirstDayAMailboxOnEwsIsWarnedOf() {
        it.connect(Protocol.EWS, Optional.empty());
        grants.missing = Optional.of("Mail.Read");
        EwsWarnings warnings =
                new EwsWarnings(it.world.mailboxes, reports(Optional.of(LocalDate.of(2027, 4, 1))), grants);

        assertThat(warnings.of(it.now()).orElseThrow())
                .contains("ends there in 128 days", "consent to Mail.Read", "cutover plan " + it.mailbox.id());
        assertThat(warnings.of(it.now().by(Protocol.GRAPH))).isEmpty();
    }
}
