package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.ews.EwsPart;
import org.mailcaravan.sandbox.ews.EwsSettings;
import org.mailcaravan.sandbox.mail.ComposedMail;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.testing.SettableClock;

/** The source against the sandbox tenant, which was written apart from it: tokens are checked, requests counted, answers compressed. */
final class EwsSandboxTest {
    private final SettableClock clock = new SettableClock(EwsFixture.NOW);
    private final SandboxMailboxes mailboxes = new SandboxMailboxes(clock);
    private final SandboxMailbox theirs = mailboxes.add(UUID.randomUUID(), "kim@caravan.example", "Kim");
    private final Mailbox ours = EwsFixture.mailbox("inbox");
    private final HttpGateway http = new HttpGateway(Duration.ofSeconds(5));
    private final RecordingReceiver receiver = new RecordingReceiver();
    private SandboxTenant tenant;
    private EwsMailSource source;

    @BeforeEach
    void start() throws IOException {
        tenant = SandboxTenant.start(
                SandboxOptions.builder().clock(clock).build(), new EwsPart(mailboxes, EwsSettings.defaults()));
        source = new EwsMailSource(
                tenant.server().httpUrl().resolve("/EWS/Exchange.asmx"),
                new Tokens(),
                http,
                Duration.ofSeconds(60),
                clock);
    }

    @AfterEach
    void close() {
        http.close();
        tenant.close();
    }

    /** Design section 7: EWS with MIME, at most 45 requests per 1,000 messages, folder look-up and listing included. */
    @Test
    void aThousandMessagesCostAtMostFortyFiveRequests() {
        for (int i = 0; i < 1000; i++) {
            deliver("Subject \u00fc " + i);
        }

        List<ListedMessage> listed = readEverything();

        assertThat(listed).hasSize(1000);
        assertThat(receiver.stored).hasSize(1000);
        assertThat(receiver.failed).isEmpty();
        long requests = tenant.log().byKind().entrySet().stream()
                .filter(kind -> kind.getKey().startsWith("ews:"))
                .mapToLong(kind -> kind.getValue())
                .sum();
        assertThat(requests).isLessThanOrEqualTo(45);
        assertThat(receiver.stored.values())
                .allSatisfy(stored -> assertThat(stored.mime()).contains("Message-I"))
                .anySatisfy(stored -> assertThat(stored.metadata()).contains("\"subject\":\"Subject \u00fc 7\""));
    }

    @Test
    void aMoveChangesTheItemIdAndKeepsTheSecondaryIdentity() { // F50
        SandboxMessage message = deliver("Moving");
        ListedMessage before = page("inbox").messages().get(0);

        theirs.move(message.number(), theirs.wellKnownFolder("sentitems"));
        ListedMessage after = page("sentitems").messages().get(0);
        WantedMessage stale = wanted(before);
        source.fetchContent(ours, List.of(stale), receiver);

        assertThat(after.aliases().get(0)).isNotEqualTo(before.aliases().get(0));
        assertThat(after.aliases().get(1)).isEqualTo(before.aliases().get(1));
        assertThat(receiver.vanished).containsOnlyKeys(stale.key()); // F28
    }

    @Test
    void theProbeReadsTheInbox() {
        source.probe(ours, new Tokens().acquire(ours.credential(), Resource.EXCHANGE));
    }

    @Test
    void newMailIsAnnouncedByStreaming() {
        List<MailboxId> woken = new CopyOnWriteArrayList<>();
        StreamingHub.Times times = new StreamingHub.Times(
                Duration.ofSeconds(20),
                Duration.ofMinutes(2),
                Duration.ofMillis(50),
                Duration.ofMillis(5),
                Duration.ofMillis(100));
        StreamingHub.Surroundings surroundings = new StreamingHub.Surroundings(source::client, mailbox -> true);
        try (StreamingHub hub = new StreamingHub(surroundings, times, woken::addAll, new SplittableRandom(1), clock)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> hub.keep(ours, 1).announced());

            deliver("Hello");

            await().atMost(Duration.ofSeconds(60)).until(() -> woken.contains(ours.id()));
            hub.end(ours);
        }
    }

    @Test
    void foldersAreNamedAsGraphNamesThem() { // F50: ids stay when folders are renamed
        SandboxFolder inbox = theirs.wellKnownFolder("inbox");
        SandboxFolder projects = theirs.addFolder(inbox, "Projects");
        SandboxFolder year = theirs.addFolder(projects, "2026");
        SandboxFolder top = theirs.addFolder(theirs.wellKnownFolder("msgfolderroot"), "On top");
        theirs.addFolder(theirs.wellKnownFolder("deleteditems"), "Old");

        assertThat(found("inbox")).containsExactly(inbox.ewsId());
        assertThat(found("inbox/projects/2026")).containsExactly(year.ewsId());
        assertThat(found("inbox/projects/2027", "inbox/nothing/**")).isEmpty();
        assertThat(found("On Top")).containsExactly(top.ewsId());
        assertThat(found("archive")).hasSize(1);
        assertThat(found("inbox/**")).containsExactly(inbox.ewsId(), projects.ewsId(), year.ewsId());
        assertThat(found("inbox/Projects/**", "inbox")).containsExactly(projects.ewsId(), year.ewsId(), inbox.ewsId());
        assertThat(found(year.ewsId())).containsExactly(year.ewsId());
        assertThat(found(projects.restId() + "/**")).containsExactly(projects.ewsId(), year.ewsId());
        assertThat(found("*"))
                .contains(inbox.ewsId(), year.ewsId(), top.ewsId())
                .contains(theirs.wellKnownFolder("sentitems").ewsId())
                .doesNotContain(
                        theirs.wellKnownFolder("deleteditems").ewsId(),
                        theirs.wellKnownFolder("drafts").ewsId(),
                        theirs.wellKnownFolder("junkemail").ewsId(),
                        theirs.wellKnownFolder("msgfolderroot").ewsId());
    }

    private List<String> found(String... entries) {
        return source.fetchFolders(EwsFixture.mailbox(entries)).stream()
                .map(MailFolder::id)
                .toList();
    }

    @Test
    void aListingShowsEveryMessageByTheNamesThatItsChangesGaveIt() { // F54
        for (int i = 0; i < 2100; i++) {
            deliver("Subject " + i);
        }
        MailFolder inbox = source.fetchFolders(ours).get(0);
        Set<MessageAlias> fromChanges = new HashSet<>();
        MailPage changes = source.fetchPage(ours, inbox, Optional.empty());
        changes.messages().forEach(message -> fromChanges.addAll(message.aliases()));
        while (!changes.roundComplete()) {
            changes = source.fetchPage(ours, inbox, Optional.of(changes.next()));
            changes.messages().forEach(message -> fromChanges.addAll(message.aliases()));
        }

        Set<MessageAlias> listed = new HashSet<>();
        Optional<SyncCursor> cursor = Optional.empty();
        MailPage page;
        int pages = 0;
        do {
            page = source.listing().orElseThrow().fetchListing(ours, inbox, cursor, Optional.empty());
            page.messages().forEach(message -> listed.addAll(message.aliases()));
            cursor = Optional.of(page.next());
            pages++;
        } while (!page.roundComplete());

        assertThat(listed).isEqualTo(fromChanges).hasSize(2 * 2100);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void messagesThatLeaveWhileTheFolderIsListedHideNoOther() {
        List<SandboxMessage> all = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            all.add(deliver("Subject " + i));
        }
        MailFolder inbox = source.fetchFolders(ours).get(0);
        FolderListing listing = source.listing().orElseThrow();
        MailPage first = listing.fetchListing(ours, inbox, Optional.empty(), Optional.empty());
        all.subList(600, 1500).forEach(message -> theirs.purge(message.number()));
        deliver("Late");

        MailPage second = listing.fetchListing(ours, inbox, Optional.of(first.next()), Optional.empty());

        assertThat(second.roundComplete()).isTrue();
        Set<MessageAlias> listed = new HashSet<>();
        first.messages().forEach(message -> listed.addAll(message.aliases()));
        second.messages().forEach(message -> listed.addAll(message.aliases()));
        assertThat(listed)
                .contains(all.subList(0, 600).stream()
                        .map(message -> new MessageAlias(MessageAlias.Kind.EWS_ITEM, message.itemId()))
                        .toArray(MessageAlias[]::new));
    }

    private SandboxMessage deliver(String subject) {
        clock.advance(Duration.ofMillis(500));
        return theirs.deliver(
                theirs.wellKnownFolder("inbox"),
                new ComposedMail(
                        new MailAddress("Ada", "ada@elsewhere.example"),
                        new MailAddress("Kim", "kim@caravan.example"),
                        subject,
                        "Hello",
                        Optional.empty(),
                        clock.instant(),
                        Optional.of("<" + UUID.randomUUID() + "@elsewhere.example>")));
    }

    private MailPage page(String folder) {
        Mailbox mailbox = EwsFixture.mailbox(folder);
        return source.fetchPage(mailbox, source.fetchFolders(mailbox).get(0), Optional.empty());
    }

    /** As the intake does it: a page, then its content in chunks of 96. */
    private List<ListedMessage> readEverything() {
        List<ListedMessage> all = new ArrayList<>();
        MailFolder inbox = source.fetchFolders(ours).get(0);
        Optional<SyncCursor> cursor = Optional.empty();
        boolean complete = false;
        while (!complete) {
            MailPage page = source.fetchPage(ours, inbox, cursor);
            all.addAll(page.messages());
            fetch(page.messages());
            cursor = Optional.of(page.next());
            complete = page.roundComplete();
        }
        return all;
    }

    private void fetch(List<ListedMessage> listed) {
        for (int from = 0; from < listed.size(); from += 96) {
            List<ListedMessage> chunk = listed.subList(from, Math.min(listed.size(), from + 96));
            source.fetchContent(ours, chunk.stream().map(EwsSandboxTest::wanted).toList(), receiver);
        }
    }

    private static WantedMessage wanted(ListedMessage listed) {
        return new WantedMessage(MessageKey.random(), listed.aliases(), listed.size(), Optional.empty());
    }

    private final class Tokens implements AccessTokens {
        @Override
        public AccessToken acquire(CredentialId credential, Resource resource) {
            SandboxUser user = new SandboxUser(
                    theirs.ownerId().toString(),
                    theirs.userPrincipalName(),
                    theirs.displayName(),
                    Optional.empty(),
                    true);
            String token = tenant.authority()
                    .accessToken(
                            user,
                            tenant.directory().demoRegistration(),
                            Permission.EXCHANGE,
                            Set.of(Permission.EWS_ACCESS));
            return new AccessToken(token, clock.instant().plus(Duration.ofHours(1)));
        }

        @Override
        public void invalidate(
                CredentialId credential, Resource resource, AccessToken refused, Optional<String> claims) {
            throw new AssertionError("the sandbox refused a good token");
        }
    }
}
