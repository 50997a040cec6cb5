package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.testing.FreshDatabase;

/** F52: a mailbox that has no end of work holds one thread of the scheduler, whatever it does. */
class BusyMailboxTest {
    private static final int OTHERS = 20;
    private static final int THREADS = 2;

    @TempDir
    Path directory;

    private final HikariDataSource dataSource = FreshDatabase.h2();
    private final Mailbox busy = LedgerFixture.mailbox(Optional.empty());
    private final Set<MailboxId> read = ConcurrentHashMap.newKeySet();
    private final CountDownLatch others = new CountDownLatch(OTHERS);
    private final CompletableFuture<Boolean> othersCameFirst = new CompletableFuture<>();
    private Ingestion ingestion;

    @BeforeEach
    void build() {
        ingestion = new Ingestion(
                dataSource,
                new Transactions(dataSource),
                true,
                new ContentStore(directory.resolve("content"), 1),
                new IngestSettings(Polling.every(Duration.ofHours(1)), Duration.ofDays(7), THREADS),
                new SplittableRandom(1),
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        ingestion.close();
        dataSource.close();
    }

    @Test
    void allOthersAreReadWhileABusyMailboxIsInTheMiddleOfAPage() throws Exception {
        ingestion.deliveries().subscribe("files", false);
        ingestion.mailIntake().register(new Source(), message -> CompletableFuture.completedFuture(null));
        ingestion.mailboxes().save(busy);
        for (int i = 0; i < OTHERS; i++) {
            ingestion.mailboxes().save(other("other-" + i));
        }
        ingestion.start();

        assertThat(othersCameFirst.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(read).hasSize(OTHERS);
    }

    private Mailbox other(String objectId) {
        return new Mailbox(
                MailboxId.random(),
                busy.tenant(),
                objectId,
                busy.address(),
                CredentialId.random(),
                busy.protocol(),
                busy.access(),
                busy.folders(),
                Optional.empty());
    }

    private final class Source implements MailSource {
        @Override
        public Protocol protocol() {
            return busy.protocol();
        }

        @Override
        public void probe(Mailbox candidate, AccessToken token) {}

        @Override
        public List<MailFolder> fetchFolders(Mailbox mailbox) {
            return List.of(new MailFolder("id", "inbox"));
        }

        /** The busy one's page lasts until all others were read. */
        @Override
        public MailPage fetchPage(Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor) {
            if (mailbox.id().equals(busy.id())) {
                othersCameFirst.complete(awaitOthers());
            } else if (read.add(mailbox.id())) {
                others.countDown();
            }
            return LedgerFixture.page("c", true);
        }

        private boolean awaitOthers() {
            try {
                return others.await(50, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public void fetchContent(Mailbox mailbox, List<WantedMessage> messages, ContentReceiver receiver) {
            throw new AssertionError("the pages are empty");
        }
    }
}
