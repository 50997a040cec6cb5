package org.mailcaravan.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.StagingException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.mailbox.WantedMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slice of reading one mailbox: content that is due first, then the next page of its folders, until everything is read or the slice is over. Never sleeps: the
 * time to go on is its answer.
 */
final class MailboxTask {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxTask.class);

    private static final Duration SLICE = Duration.ofSeconds(20);
    private static final Duration PROBE_STOPPED = Duration.ofMinutes(15);
    private static final Duration WAIT_FOR_ROOM = Duration.ofSeconds(10);
    /** A multiple of the largest EWS batch, so that no batch is cut short by a chunk. */
    private static final int CHUNK = 96;
    /** From this many attempts on a message is fetched alone: whatever kills the process is told from its neighbours. */
    private static final int SUSPECT = 2;

    private static final int EMPTY_PAGES = 50;

    private final Mailboxes mailboxes;
    private final SyncCursors cursors;
    private final Ledger ledger;
    private final Deliveries deliveries;
    private final ContentStore store;
    private final Backoff backoff;
    private final Polling polling;
    private final Clock clock;
    private final Map<Protocol, Reader> readers = new ConcurrentHashMap<>();
    private final Map<Protocol, MailboxWatch> watches = new ConcurrentHashMap<>();
    private final Set<MailboxId> toldMissing = ConcurrentHashMap.newKeySet();
    private volatile Optional<String> paused = Optional.empty();

    MailboxTask(
            Mailboxes mailboxes,
            SyncCursors cursors,
            Ledger ledger,
            Deliveries deliveries,
            ContentStore store,
            Backoff backoff,
            Polling polling,
            Clock clock) {
        this.mailboxes = mailboxes;
        this.cursors = cursors;
        this.ledger = ledger;
        this.deliveries = deliveries;
        this.store = store;
        this.backoff = backoff;
        this.polling = polling;
        this.clock = clock;
    }

    private record Reader(MailSource source, MailIntake.ArrivalHandler handler) {}

    MailIntake.Registration register(MailSource source, MailIntake.ArrivalHandler handler) {
        Reader reader = new Reader(source, handler);
        if (readers.putIfAbsent(source.protocol(), reader) != null) {
            throw new IllegalStateException("mailboxes are already read through "
                    + source.protocol().word() + " by another route; one route per protocol");
        }
        return () -> readers.remove(source.protocol(), reader);
    }

    /** Who sees to it that changes of the mailboxes of a protocol are announced. */
    void watch(Protocol protocol, MailboxWatch watch) {
        watches.put(protocol, watch);
    }

    /** Why nothing is taken in at present, if so; for health. */
    Optional<String> paused() {
        return paused;
    }

    /** @return when to go on; empty if there is no such mailbox any more, or it was disconnected */
    Optional<Instant> slice(MailboxId id) {
        Optional<Mailboxes.Taken> taken = mailboxes.take(id);
        if (taken.isEmpty() || taken.get().state() == MailboxState.DISCONNECTED) {
            return Optional.empty();
        }
        Reader reader = readers.get(taken.get().mailbox().protocol());
        if (reader == null || !deliveries.anySink()) {
            return Optional.of(clock.instant().plus(WAIT_FOR_ROOM));
        }
        return Optional.of(clock.instant().plus(read(taken.get(), reader)));
    }

    private Duration read(Mailboxes.Taken taken, Reader reader) {
        try {
            store.requireSpace();
            MailboxWatch.Watched watched = watched(taken);
            Walk walk = new Walk(taken, reader);
            boolean more = walk.run();
            paused = Optional.empty();
            mailboxes.succeeded(taken, walk.news);
            return more ? Duration.ZERO : untilNext(taken, walk.news, watched);
        } catch (StagingException e) {
            return pause(e);
        } catch (ConsentRequiredException e) {
            return stop(taken, MailboxState.NEEDS_CONSENT, e);
        } catch (MailboxBlockedException e) {
            return stop(taken, MailboxState.BLOCKED, e);
        } catch (MailSourceException e) {
            return later(taken, e);
        } catch (FencedOffException e) {
            LOG.info("{}; this one stops", e.getMessage());
            return polling.shortest();
        }
    }

    /** Before the walk, so that nothing falls between what is read and what is announced. */
    private MailboxWatch.Watched watched(Mailboxes.Taken taken) {
        MailboxWatch watch = watches.get(taken.mailbox().protocol());
        return watch == null ? MailboxWatch.Watched.NOT : watch.keep(taken.mailbox(), taken.fence());
    }

    private Duration untilNext(Mailboxes.Taken taken, boolean news, MailboxWatch.Watched watched) {
        Instant now = clock.instant();
        Duration quiet = news ? Duration.ZERO : Duration.between(taken.newsAt(), now);
        Duration poll = polling.next(watched.announced(), quiet);
        return Stream.of(ledger.nextDue(taken.mailbox().id()), watched.next())
                .flatMap(Optional::stream)
                .map(next -> Duration.between(now, next))
                .filter(wait -> !wait.isNegative() && wait.compareTo(poll) < 0)
                .min(Comparator.naturalOrder())
                .orElse(poll);
    }

    private Duration pause(StagingException e) {
        if (paused.isEmpty()) {
            LOG.error("intake pauses: {}", e.getMessage(), e);
        }
        paused = Optional.of(e.getMessage());
        return WAIT_FOR_ROOM;
    }

    private Duration stop(Mailboxes.Taken taken, MailboxState state, MailSourceException e) {
        if (taken.state() != state) {
            LOG.error("mailbox {} is {}: {}", taken.mailbox().id(), state.word(), e.getMessage());
        }
        mailboxes.stopped(taken, state, e.getMessage(), clock.instant().plus(PROBE_STOPPED));
        return PROBE_STOPPED;
    }

    private Duration later(Mailboxes.Taken taken, MailSourceException e) {
        Duration wait = backoff.after(taken.failures() + 1);
        if (e instanceof ThrottledException throttled) {
            wait = throttled.retryAfter().orElse(wait);
        }
        mailboxes.failed(taken, e.getMessage(), clock.instant().plus(wait));
        LOG.warn("mailbox {} again in {} s: {}", taken.mailbox().id(), wait.toSeconds(), e.getMessage());
        return wait;
    }

    /** The walk of one slice. */
    private final class Walk {
        private final Mailboxes.Taken taken;
        private final Mailbox mailbox;
        private final Reader reader;
        private final Instant end = clock.instant().plus(SLICE);
        private int emptyPages;
        private int lostCursors;
        private boolean news;

        private Walk(Mailboxes.Taken taken, Reader reader) {
            this.taken = taken;
            this.mailbox = taken.mailbox();
            this.reader = reader;
        }

        /** @return whether there is more to do at once */
        private boolean run() {
            Deque<MailFolder> unread = new ArrayDeque<>(reader.source().fetchFolders(mailbox));
            tellMissing(unread);
            while (clock.instant().isBefore(end)) {
                if (fetchDue()) {
                    continue;
                }
                if (unread.isEmpty()) {
                    return false;
                }
                if (readPage(unread.peek())) {
                    unread.remove();
                }
            }
            return true;
        }

        /** Once per process: a folder that is asked for and never read must not go unnoticed. */
        private void tellMissing(Collection<MailFolder> found) {
            List<String> missing = new ArrayList<>(mailbox.folders());
            found.forEach(folder -> missing.remove(folder.name()));
            if (!missing.isEmpty() && toldMissing.add(mailbox.id())) {
                LOG.warn(
                        "mailbox {} has no folders {} when read through {}; they are not read, correct mail.folders",
                        mailbox.id(),
                        missing,
                        mailbox.protocol().word());
            }
        }

        /** @return whether the folder is read to its end */
        private boolean readPage(MailFolder folder) {
            SyncCursors.Position from = cursors.position(mailbox, folder);
            try {
                MailPage page = reader.source().fetchPage(mailbox, folder, from.cursor());
                int due = ledger.recordPage(taken, folder, from, page);
                news |= due > 0;
                LOG.debug(
                        "mailbox {}: a page of {}, {} new",
                        mailbox.id(),
                        page.messages().size(),
                        due);
                return page.roundComplete() || !requireProgress(page);
            } catch (CursorLostException e) {
                restart(folder, e);
                return false;
            }
        }

        /** A server that links to empty pages for ever is asked less and less often; the cursor keeps what it gave. */
        private boolean requireProgress(MailPage page) {
            emptyPages = page.messages().isEmpty() ? emptyPages + 1 : 0;
            if (emptyPages >= EMPTY_PAGES) {
                throw new MalformedAnswerException(EMPTY_PAGES + " pages without a message in a row; going on later");
            }
            return true;
        }

        private void restart(MailFolder folder, CursorLostException e) {
            if (++lostCursors > mailbox.folders().size()) {
                throw new MailSourceUnavailableException("the server forgets every cursor: " + e.getMessage());
            }
            LOG.info("mailbox {}: folder is listed again from the beginning: {}", mailbox.id(), e.getMessage());
            cursors.forget(taken, folder);
        }

        /** @return whether there was anything due */
        private boolean fetchDue() {
            List<Ledger.Due> due = ledger.due(mailbox.id(), CHUNK);
            if (due.isEmpty()) {
                return false;
            }
            List<WantedMessage> chunk =
                    chunk(due).stream().map(Ledger.Due::message).toList();
            List<MessageKey> keys = chunk.stream().map(WantedMessage::key).toList();
            ledger.beginAttempts(taken, keys);
            IncomingMail incoming = new IncomingMail(taken, reader.handler(), ledger, store, backoff);
            try {
                reader.source().fetchContent(mailbox, chunk, incoming);
            } finally {
                ledger.forgiveAttempts(taken, incoming.open(keys));
            }
            if (incoming.open(keys).size() == keys.size()) {
                throw new MailSourceUnavailableException("no content was handed over");
            }
            return true;
        }

        private List<Ledger.Due> chunk(List<Ledger.Due> due) {
            List<Ledger.Due> trusted =
                    due.stream().filter(d -> d.attempts() < SUSPECT).toList();
            return trusted.isEmpty() ? due.subList(0, 1) : trusted;
        }
    }
}
