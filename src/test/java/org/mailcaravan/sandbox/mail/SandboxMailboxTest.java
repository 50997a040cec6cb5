package org.mailcaravan.sandbox.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mailcaravan.testing.SettableClock;

class SandboxMailboxTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    private final SandboxMailboxes mailboxes = new SandboxMailboxes(clock);
    private final SandboxMailbox mailbox = mailboxes.add(new UUID(1, 2), "support@caravan.example", "Support");
    private final SandboxFolder inbox = mailbox.wellKnownFolder("inbox");
    private final SandboxFolder archive = mailbox.wellKnownFolder("archive");

    @Test
    void everyMailboxHasTheWellKnownFoldersWithStableIds() {
        SandboxMailbox again = new SandboxMailboxes(clock).add(new UUID(1, 2), "support@caravan.example", "Support");

        assertThat(mailbox.folders())
                .extracting(folder -> folder.wellKnownName().orElseThrow())
                .containsExactly(
                        "msgfolderroot",
                        "inbox",
                        "drafts",
                        "sentitems",
                        "deleteditems",
                        "junkemail",
                        "archive",
                        "searchfolders");
        assertThat(again.folders()).isEqualTo(mailbox.folders());
        assertThat(mailbox.findFolder("INBOX")).contains(inbox);
        assertThat(mailbox.findFolder(inbox.restId())).contains(inbox);
        assertThat(mailbox.findFolder(inbox.ewsId())).contains(inbox);
        assertThat(mailbox.findFolder(inbox.restId().toLowerCase(Locale.ROOT))).isEmpty();
    }

    @Test
    void customFoldersAreChildrenWithIdsOfTheirOwn() {
        SandboxFolder claims = mailbox.addFolder(inbox, "Claims");

        assertThat(mailbox.childFolders(inbox)).containsExactly(claims);
        assertThat(claims.parentRestId()).contains(inbox.restId());
        assertThat(mailbox.counts(inbox).childFolders()).isOne();
    }

    @Test
    void moveChangesTheMutableIdsAndKeepsTheOthers() {
        SandboxMessage before = deliver("Parcel");

        SandboxMessage after = mailbox.move(before.number(), archive).orElseThrow();

        assertThat(after.itemId()).isNotEqualTo(before.itemId());
        assertThat(after.changeKey()).isNotEqualTo(before.changeKey());
        assertThat(after.immutableId()).isEqualTo(before.immutableId());
        assertThat(after.searchKey()).isEqualTo(before.searchKey()).hasSize(16);
        assertThat(mailbox.findMessage(before.itemId())).isEmpty();
        assertThat(mailbox.findMessage(after.restId())).contains(after);
        assertThat(mailbox.findMessage(after.immutableId())).contains(after);
    }

    @Test
    void ewsIdsHoldSlashAndPlusAndGraphIdsAreTheirUrlSafeForm() {
        SandboxMessage message = deliver("Parcel");

        assertThat(message.itemId()).contains("/").contains("+");
        assertThat(message.restId())
                .isEqualTo(message.itemId().replace('/', '-').replace('+', '_'))
                .doesNotContain("/", "+");
        assertThat(SandboxMailbox.isWellFormedId(message.itemId())).isTrue();
        assertThat(SandboxMailbox.isWellFormedId(message.restId())).isTrue();
        assertThat(SandboxMailbox.isWellFormedId(message.immutableId())).isTrue();
        assertThat(SandboxMailbox.isWellFormedId(message.restId().toLowerCase(Locale.ROOT)))
                .isFalse();
        assertThat(SandboxMailbox.isWellFormedId(message.restId().substring(9))).isFalse();
    }

    @Test
    void idsOfManyMessagesAreFoundInEveryForm() {
        List<SandboxMessage> many =
                Stream.generate(() -> deliver("Parcel")).limit(5_000).toList();

        assertThat(many).allSatisfy(message -> {
            assertThat(mailbox.findMessage(message.itemId())).contains(message);
            assertThat(mailbox.findMessage(message.restId())).contains(message);
            assertThat(mailbox.findMessage(message.immutableId())).contains(message);
        });
    }

    @Test
    void numbersAreUniqueInTheTenant() {
        SandboxMailbox other = mailboxes.add(new UUID(3, 4), "billing@caravan.example", "Billing");

        SandboxMessage first = deliver("One");
        SandboxMessage second = other.deliver(other.wellKnownFolder("inbox"), mail("Two"));

        assertThat(second.number()).isGreaterThan(first.number());
        assertThat(other.findMessage(first.itemId())).isEmpty();
    }

    @Test
    void changeLogTellsWhatHappenedInOrder() {
        SandboxMessage message = deliver("Parcel");
        mailbox.setRead(message.number(), true);
        mailbox.setRead(message.number(), true);
        mailbox.edit(message.number(), "Parcel, edited");
        mailbox.delete(message.number());
        SandboxMessage binned = mailbox.findMessage(message.number()).orElseThrow();
        mailbox.delete(message.number());

        assertThat(kinds(inbox))
                .containsExactly(
                        FolderChange.Kind.CREATED,
                        FolderChange.Kind.READ_FLAG,
                        FolderChange.Kind.UPDATED,
                        FolderChange.Kind.REMOVED_CHANGED);
        assertThat(kinds(binned.folder()))
                .containsExactly(FolderChange.Kind.CREATED, FolderChange.Kind.REMOVED_DELETED);
        assertThat(mailbox.findMessage(message.number())).isEmpty();
        assertThat(mailbox.deletedMessages()).extracting(SandboxMessage::number).containsExactly(message.number());
    }

    @Test
    void removalNamesTheIdTheMessageHadInThatFolder() {
        SandboxMessage before = deliver("Parcel");
        mailbox.move(before.number(), archive);

        FolderChange removal = mailbox.changes(inbox, 1, 10).get(0);

        assertThat(removal.message().itemId()).isEqualTo(before.itemId());
        assertThat(removal.kind().removedReason()).contains("deleted");
    }

    @Test
    void lateRemovalShowsAfterTheLogWasReadToItsEnd() {
        SandboxMessage message = deliver("Parcel");
        mailbox.move(message.number(), archive, Lag.REMOVAL_LATE);

        assertThat(kinds(archive)).containsExactly(FolderChange.Kind.CREATED);
        assertThat(kinds(inbox)).containsExactly(FolderChange.Kind.CREATED);
        assertThat(kinds(inbox)).containsExactly(FolderChange.Kind.CREATED, FolderChange.Kind.REMOVED_DELETED);
    }

    @Test
    void lateCreationShowsAfterTheLogWasReadToItsEnd() {
        SandboxMessage message = deliver("Parcel");
        mailbox.move(message.number(), archive, Lag.CREATION_LATE);

        assertThat(kinds(inbox)).containsExactly(FolderChange.Kind.CREATED, FolderChange.Kind.REMOVED_DELETED);
        assertThat(kinds(archive)).isEmpty();
        assertThat(kinds(archive)).containsExactly(FolderChange.Kind.CREATED);
    }

    @Test
    void countsFollowDeliveryReadingAndMoving() {
        SandboxMessage message = deliver("One");
        deliver("Two");
        mailbox.setRead(message.number(), true);

        assertThat(mailbox.counts(inbox)).isEqualTo(new FolderCounts(2, 1, 0));

        mailbox.move(message.number(), archive);

        assertThat(mailbox.counts(inbox)).isEqualTo(new FolderCounts(1, 1, 0));
        assertThat(mailbox.counts(archive)).isEqualTo(new FolderCounts(1, 0, 0));
    }

    @Test
    void listingIsNewestFirstAndContinuesAfterAPosition() {
        SandboxMessage oldest = deliver("One");
        clock.advance(Duration.ofMinutes(1));
        SandboxMessage middle = deliver("Two");
        SandboxMessage newest = deliver("Three");

        assertThat(mailbox.messages(inbox)).containsExactly(newest, middle, oldest);
        assertThat(mailbox.messages(inbox, Optional.of(newest), 1)).containsExactly(middle);

        mailbox.purge(middle.number());

        assertThat(mailbox.messagesAfter(inbox, middle.received(), middle.number(), 9))
                .containsExactly(oldest);
    }

    private SandboxMessage deliver(String subject) {
        return mailbox.deliver(inbox, mail(subject));
    }

    private List<FolderChange.Kind> kinds(SandboxFolder folder) {
        return mailbox.changes(folder, 0, 100).stream().map(FolderChange::kind).toList();
    }

    private ComposedMail mail(String subject) {
        MailAddress customer = new MailAddress("A customer", "customer@example.org");
        MailAddress support = new MailAddress("Support", "support@caravan.example");
        return new ComposedMail(
                customer,
                support,
                subject,
                "Hello.\n",
                Optional.empty(),
                clock.instant(),
                Optional.of("<1@example.org>"));
    }
}
