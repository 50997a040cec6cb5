package org.mailcaravan.ingest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.ListedMessage;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.testing.SettableClock;

/** A connected mailbox on a database of the test's choice, a clock that stands still, and short words for what tests do to the ledger. */
abstract class LedgerFixture {
    static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    static final MailFolder INBOX = new MailFolder("folder-1", "inbox");
    static final MailFolder JUNK = new MailFolder("folder-2", "junkemail");

    final SettableClock clock = new SettableClock(NOW);
    Transactions transactions;
    Mailboxes mailboxes;
    Ledger ledger;
    SyncCursors cursors;
    Deliveries deliveries;
    Mailbox mailbox;

    abstract DataSource dataSource();

    @BeforeEach
    void connectMailbox() {
        transactions = new Transactions(dataSource());
        mailboxes = new Mailboxes(transactions, clock);
        ledger = new Ledger(transactions, clock);
        cursors = new SyncCursors(transactions);
        deliveries = new Deliveries(transactions, clock);
        mailbox = mailbox(Optional.empty());
        mailboxes.save(mailbox);
    }

    static Mailbox mailbox(Optional<Instant> deliverFrom) {
        return new Mailbox(
                MailboxId.random(),
                new TenantId("11111111-2222-3333-4444-555555555555"),
                "object-1",
                new MailboxAddress("support@caravan.example"),
                CredentialId.random(),
                Protocol.GRAPH,
                Access.OWNER,
                List.of("inbox", "junkemail"),
                deliverFrom);
    }

    static ListedMessage listed(String id, Instant received) {
        return new ListedMessage(
                List.of(new MessageAlias(MessageAlias.Kind.GRAPH_IMMUTABLE, id)),
                Optional.of(received),
                OptionalLong.of(1000),
                Optional.of("{\"subject\":\"" + id + "\"}"));
    }

    static ListedMessage ews(String item, String secondary) {
        return new ListedMessage(
                List.of(
                        new MessageAlias(MessageAlias.Kind.EWS_ITEM, item),
                        new MessageAlias(MessageAlias.Kind.EWS_SECONDARY, secondary)),
                Optional.of(NOW),
                OptionalLong.empty(),
                Optional.empty());
    }

    static MailPage page(String cursor, boolean complete, ListedMessage... messages) {
        return new MailPage(List.of(messages), new SyncCursor(cursor), complete);
    }

    Mailboxes.Taken take() {
        return mailboxes.take(mailbox.id()).orElseThrow();
    }

    int record(Mailboxes.Taken taken, MailFolder folder, MailPage page) {
        SyncCursors.Position from = cursors.position(mailbox, folder);
        return ledger.recordPage(taken, folder, from, from.read(page, clock.instant()), page)
                .due();
    }

    List<MessageKey> dueKeys() {
        return ledger.due(mailbox.id(), 100).stream()
                .map(due -> due.message().key())
                .toList();
    }

    ArrivedMessage arrived(Mailboxes.Taken taken, MessageKey key) {
        return new ArrivedMessage(mailbox, key, taken.fence(), "{}", new StoredContent("aa/x.eml", 3, "00"));
    }

    List<String> stage(Mailboxes.Taken taken, MessageKey key) {
        return ledger.stage(List.of(new Ledger.Ready(arrived(taken, key), new StoredContent("aa/x.json", 2, "11"))));
    }
}
