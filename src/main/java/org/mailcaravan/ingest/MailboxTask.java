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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.FolderGoneException;
import org.mailcaravan.mailbox.FolderListing;
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
import org.mailcaravan.mailbox.MessageNames;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.StagingException;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.mailbox.WantedMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slice of reading one mailbox, until everything is read or the slice is over: what arrives first (its content, then the changes of the folders), then what
 * lay there before, then the listings that are due. Never sleeps: the time to go on is its answer.
 */
final class MailboxTask {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxTask.class);

    private static final Duration SLICE = Duration.ofSeconds(20);
    private static final Duration PROBE_STOPPED = Duration.ofMinutes(15);
    /** A mailbox that a policy keeps us from. */
    private static final Duration PROBE_BLOCKED = Duration.ofDays(1);

    private static final Duration FIRST_POLICY_PAUSE = Duration.ofMinutes(1);
    private static final Duration WAIT_FOR_ROOM = Duration.ofSeconds(10);
    /** A multiple of the largest EWS batch, so that no batch is cut short by a chunk. */
    private static final int CHUNK = 96;
    /** From this many attempts on a message is fetched alone: whatever kills the process is told from its neighbours. */
    private static final int SUSPECT = 2;

    private static final int EMPTY_PAGES = 50;
    /** Messages appear with some delay, and clocks differ: a folder begun in its middle is begun that much earlier. */
    private static final Duration OVERLAP = Duration.ofDays(1);
    /** The longest time over which mailboxes that lost their cursors together begin again, and list their folders again. */
    private static final Duration BEGIN_AGAIN = Duration.ofMinutes(1);

    private static final Duration LIST_AGAIN = Duration.ofHours(1);

    private final Mailboxes mailboxes;
    private final SyncCursors cursors;
    private final Ledger ledger;
    private final Deliveries deliveries;
    private final ContentStore store;
    private final Backoff backoff;
    private final Rhythm rhythm;
    private final Clock clock;
    private final List<Reader> readers = new CopyOnWriteArrayList<>();
    private final Map<Protocol, MailboxWatch> watches = new ConcurrentHashMap<>();
    private final Set<MailboxId> toldMissing = ConcurrentHashMap.newKeySet();
    private volatile Optional<String> paused = Optional.empty();
    private volatile Optional<ProtocolSwitch> protocolSwitch = Optional.empty();

    MailboxTask(
            Mailboxes mailboxes,
            SyncCursors cursors,
            Ledger ledger,
            Deliveries deliveries,
            ContentStore store,
            Backoff backoff,
            Rhythm rhythm,
            Clock clock) {
        this.mailboxes = mailboxes;
        this.cursors = cursors;
        this.ledger = ledger;
        this.deliveries = deliveries;
        this.store = store;
        this.backoff = backoff;
        this.rhythm = rhythm;
        this.clock = clock;
    }

    /**
     * @param polling how often mailboxes are looked into
     * @param reconcile how often, at least, each folder is listed
     */
    record Rhythm(Polling polling, Duration reconcile) {}

    private record Reader(MailSource source, MailIntake.Choice choice, MailIntake.ArrivalHandler handler) {
        private boolean takes(Mailbox mailbox) {
            return source.protocol() == mailbox.protocol() && choice.takes(mailbox);
        }

        private boolean chose(Reader other) {
            return source.protocol() == other.source.protocol()
                    && choice.mailbox().equalsIgnoreCase(other.choice.mailbox());
        }
    }

    MailIntake.Registration register(MailSource source, MailIntake.ArrivalHandler handler) {
        return register(source, MailIntake.Choice.EVERYTHING, handler);
    }

    synchronized MailIntake.Registration register(
            MailSource source, MailIntake.Choice choice, MailIntake.ArrivalHandler handler) {
        Reader reader = new Reader(source, choice, handler);
        if (readers.stream().anyMatch(reader::chose)) {
            throw new IllegalStateException((choice.isGeneral() ? "mailboxes are" : "this mailbox is")
                    + " already read through " + source.protocol().word()
                    + " by another route; one route per protocol and choice of mailboxes");
        }
        readers.add(reader);
        return () -> readers.remove(reader);
    }

    private Optional<Reader> reader(Mailbox mailbox) {
        return readers.stream()
                .filter(reader -> reader.takes(mailbox))
                .min(Comparator.comparing(reader -> reader.choice().isGeneral()));
    }

    /** Who sees to it that changes of the mailboxes of a protocol are announced. */
    void watch(Protocol protocol, MailboxWatch watch) {
        watches.put(protocol, watch);
    }

    /** Who changes the protocol of mailboxes; without one they stay as they are. */
    void changing(ProtocolSwitch changes) {
        protocolSwitch = Optional.of(changes);
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
        if (protocolSwitch.isPresent() && switches(taken.get(), protocolSwitch.get())) {
            return Optional.of(clock.instant());
        }
        Optional<Reader> reader = reader(taken.get().mailbox());
        if (reader.isEmpty() || !deliveries.anySink()) {
            return Optional.of(clock.instant().plus(WAIT_FOR_ROOM));
        }
        Mailboxes.Taken seen = taken.get().seenAs(reader.get().choice().view());
        return Optional.of(clock.instant().plus(read(seen, reader.get())));
    }

    /** @return whether the mailbox was switched; if not, it is read as before */
    private boolean switches(Mailboxes.Taken taken, ProtocolSwitch changes) {
        if (taken.change().filter(ProtocolChange.Phase::beforeSwitch).isEmpty()) {
            return false;
        }
        try {
            return prepare(taken, changes);
        } catch (ConsentRequiredException | MailboxBlockedException e) {
            changes.fails(taken, e.getMessage());
        } catch (CursorLostException | MalformedAnswerException e) {
            changes.beginsAgain(taken, e.getMessage());
        } catch (MailSourceException e) {
            changes.waits(taken, e.getMessage());
        } catch (FencedOffException e) {
            LOG.info("{}; this one stops", e.getMessage());
            return true;
        }
        return false;
    }

    private boolean prepare(Mailboxes.Taken taken, ProtocolSwitch changes) {
        Instant end = clock.instant().plus(SLICE);
        boolean switched = false;
        while (!switched && clock.instant().isBefore(end)) {
            ProtocolChange change = changes.change(taken.mailbox().id());
            Optional<Reader> target = reader(taken.mailbox().by(change.target()));
            Optional<MessageNames> names = reader(taken.mailbox().by(Protocol.GRAPH))
                    .flatMap(reader -> reader.source().names());
            if (target.isEmpty() || names.isEmpty()) {
                changes.fails(taken, "there must be a route that reads mailboxes by graph, and one by ews");
                return false;
            }
            switched = changes.step(taken, change, target.get().source(), names.get());
        }
        if (switched) {
            Optional.ofNullable(watches.get(taken.mailbox().protocol())).ifPresent(watch -> watch.end(taken.mailbox()));
        }
        return switched;
    }

    private Duration read(Mailboxes.Taken taken, Reader reader) {
        try {
            store.requireSpace();
            MailboxWatch.Watched watched = watched(taken);
            Walk walk = new Walk(taken, reader);
            boolean read = walk.run();
            boolean more = settling(taken, !read) || read;
            paused = Optional.empty();
            mailboxes.succeeded(taken, walk.news);
            return more ? Duration.ZERO : untilNext(taken, walk.news, watched);
        } catch (StagingException e) {
            return pause(e);
        } catch (ConsentRequiredException e) {
            return stop(taken, MailboxState.NEEDS_CONSENT, e);
        } catch (MailboxBlockedException e) {
            return e.isPolicy() ? refusedByPolicy(taken, e) : stop(taken, MailboxState.BLOCKED, e);
        } catch (MailSourceException e) {
            return later(taken, e);
        } catch (FencedOffException e) {
            LOG.info("{}; this one stops", e.getMessage());
            return rhythm.polling().shortest();
        }
    }

    private boolean settling(Mailboxes.Taken taken, boolean readToTheEnd) {
        boolean settling =
                taken.change().filter(ProtocolChange.Phase.SETTLING::equals).isPresent();
        return settling
                && protocolSwitch
                        .map(changes -> changes.settle(taken, readToTheEnd))
                        .orElse(false);
    }

    /** Before the walk, so that nothing falls between what is read and what is announced. */
    private MailboxWatch.Watched watched(Mailboxes.Taken taken) {
        MailboxWatch watch = watches.get(taken.mailbox().protocol());
        return watch == null ? MailboxWatch.Watched.NOT : watch.keep(taken.mailbox(), taken.fence());
    }

    private Duration untilNext(Mailboxes.Taken taken, boolean news, MailboxWatch.Watched watched) {
        Instant now = clock.instant();
        Duration quiet = news ? Duration.ZERO : Duration.between(taken.newsAt(), now);
        Duration poll = rhythm.polling().next(watched.announced(), quiet);
        return Stream.of(ledger.nextDue(taken.mailbox().id()), watched.next())
                .flatMap(Optional::stream)
                .map(next -> Duration.between(now, next))
                .filter(wait -> !wait.isNegative() && wait.compareTo(poll) < 0)
                .min(Comparator.naturalOrder())
                .orElse(poll);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
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

    /** Asked again and again with growing pauses until it is certain, then once a day. */
    private Duration refusedByPolicy(Mailboxes.Taken taken, MailboxBlockedException e) {
        Mailboxes.Refusals refusals = mailboxes.refusedByPolicy(taken);
        if (!refusals.found()) {
            Duration whole = FIRST_POLICY_PAUSE.multipliedBy(1L << Math.min(refusals.answers() - 1, 4));
            Duration half = whole.dividedBy(2);
            return later(taken, e, half.plus(backoff.spread(half)));
        }
        if (taken.state() != MailboxState.BLOCKED) {
            LOG.error("mailbox {} is blocked: {}", taken.mailbox().id(), e.getMessage());
        }
        Duration wait = PROBE_BLOCKED.minus(backoff.spread(LIST_AGAIN));
        mailboxes.blocked(taken, e.getMessage(), clock.instant().plus(wait));
        return wait;
    }

    private Duration later(Mailboxes.Taken taken, MailSourceException e) {
        return later(taken, e, waitAfter(taken, e));
    }

    private Duration later(Mailboxes.Taken taken, MailSourceException e, Duration wait) {
        mailboxes.failed(taken, e.getMessage(), clock.instant().plus(wait));
        LOG.warn("mailbox {} again in {} s: {}", taken.mailbox().id(), wait.toSeconds(), e.getMessage());
        return wait;
    }

    private Duration waitAfter(Mailboxes.Taken taken, MailSourceException e) {
        if (e instanceof CursorLostException && taken.failures() == 0) {
            return backoff.spread(shorter(BEGIN_AGAIN, rhythm.polling().shortest()));
        }
        Duration wait = backoff.after(taken.failures() + 1);
        return e instanceof ThrottledException throttled
                ? throttled.retryAfter().orElse(wait)
                : wait;
    }

    /** The walk of one slice. */
    private final class Walk {
        private final Mailboxes.Taken taken;
        private final Mailbox mailbox;
        private final Reader reader;
        private final Instant end = clock.instant().plus(SLICE);
        private int emptyPages;
        private Optional<CursorLostException> lost = Optional.empty();
        private boolean news;

        private Walk(Mailboxes.Taken taken, Reader reader) {
            this.taken = taken;
            this.mailbox = taken.mailbox();
            this.reader = reader;
        }

        /** @return whether there is more to do at once */
        private boolean run() {
            List<MailFolder> folders = reader.source().fetchFolders(mailbox);
            Deque<MailFolder> unread = new ArrayDeque<>(folders);
            tellMissing(folders);
            while (clock.instant().isBefore(end)) {
                if (!fetchDue(false) && !readNext(unread) && !fetchDue(true) && !listNext(folders)) {
                    return false;
                }
            }
            return true;
        }

        /**
         * @return whether there was a folder to read
         * @throws CursorLostException after the last folder if the server forgot where reading was in any of them
         */
        private boolean readNext(Deque<MailFolder> unread) {
            if (unread.isEmpty()) {
                return false;
            }
            if (readPage(unread.peek())) {
                unread.remove();
            }
            if (unread.isEmpty() && lost.isPresent()) {
                throw lost.get();
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

        /** @return whether the folder needs no more reading in this slice */
        private boolean readPage(MailFolder folder) {
            SyncCursors.Position from = cursors.position(mailbox, folder);
            try {
                MailPage page = from.cursor().isPresent() ? readOn(folder, from) : open(folder, from);
                return page.roundComplete() || !requireProgress(page);
            } catch (CursorLostException e) {
                LOG.info("mailbox {}: the changes of a folder are begun again: {}", mailbox.id(), e.getMessage());
                cursors.change(taken, folder, SyncCursors.Position::forgotten);
                lost = Optional.of(e);
                return true;
            } catch (FolderGoneException e) {
                forgetGone(folder, e);
                return true;
            }
        }

        private MailPage readOn(MailFolder folder, SyncCursors.Position from) {
            MailPage page = reader.source().fetchPage(mailbox, folder, from.cursor());
            record(folder, from, from.read(page, clock.instant()), page);
            return page;
        }

        private MailPage open(MailFolder folder, SyncCursors.Position from) {
            Instant now = clock.instant();
            Optional<FolderListing> listing = reader.source().listing();
            if (listing.isEmpty()) {
                return readOn(folder, from);
            }
            Instant since = from.readAt().orElse(now).minus(OVERLAP);
            FolderListing.Opening opening = listing.get().open(mailbox, folder, since);
            Instant listAt = from.begunAt().isEmpty() ? now : now.plus(backoff.spread(LIST_AGAIN));
            record(folder, from, from.opened(opening, now, listAt), opening.page());
            return opening.page();
        }

        /** T1. Where folders can be listed, one that never was gets its turn. */
        private int record(MailFolder folder, SyncCursors.Position from, SyncCursors.Position to, MailPage page) {
            boolean unplanned =
                    to.listAt().isEmpty() && reader.source().listing().isPresent();
            SyncCursors.Position planned = unplanned ? to.listedAgain(nextListing()) : to;
            Ledger.Recorded recorded = ledger.recordPage(taken, folder, from, planned, completed(page));
            recorded.bodies().forEach(store::remember);
            int due = recorded.due();
            news |= due > 0;
            LOG.debug(
                    "mailbox {}: a page of {}, {} new",
                    mailbox.id(),
                    page.messages().size(),
                    due);
            return due;
        }

        /** In a mailbox that was read by another protocol before, a message may be known by the names of that one. */
        private MailPage completed(MailPage page) {
            Optional<ProtocolSwitch> changes =
                    protocolSwitch.filter(some -> taken.change().isPresent());
            return changes.map(some -> some.completed(taken, reader.source(), page))
                    .orElse(page);
        }

        /** Between half an interval and a whole one from now, so that mailboxes do not do it together. */
        private Instant nextListing() {
            Duration half = rhythm.reconcile().dividedBy(2);
            return clock.instant().plus(half).plus(backoff.spread(half));
        }

        private void forgetGone(MailFolder folder, FolderGoneException e) {
            LOG.info("mailbox {}: a folder is gone: {}", mailbox.id(), e.getMessage());
            cursors.change(taken, folder, position -> position.forgotten().listedAgain(nextListing()));
        }

        /** @return whether a folder was listed */
        private boolean listNext(List<MailFolder> folders) {
            Optional<FolderListing> listing = reader.source().listing();
            Optional<MailFolder> folder =
                    listing.flatMap(there -> cursors.listingDue(mailbox, folders, clock.instant()));
            folder.ifPresent(due -> list(listing.orElseThrow(), due));
            return folder.isPresent();
        }

        private void list(FolderListing listing, MailFolder folder) {
            SyncCursors.Position from = cursors.position(mailbox, folder);
            try {
                MailPage page = listing.fetchListing(mailbox, folder, from.listing(), wanted(from));
                int found = record(folder, from, from.listed(page, nextListing()), page);
                if (found > 0 && from.enumerated()) {
                    LOG.info("mailbox {}: listing a folder found {} that its changes missed", mailbox.id(), found);
                }
                requireProgress(page);
            } catch (FolderGoneException e) {
                forgetGone(folder, e);
            } catch (CursorLostException | MalformedAnswerException e) {
                cursors.change(
                        taken,
                        folder,
                        position -> position.listedAgain(clock.instant().plus(LIST_AGAIN)));
                throw e;
            }
        }

        /** The first listing shows whole what is to be delivered; what is compared later, or told by the changes anyway, needs ids only. */
        private Optional<Instant> wanted(SyncCursors.Position from) {
            Instant begun = from.begunAt().orElse(clock.instant());
            Instant deliverFrom = mailbox.deliverFrom().orElse(Instant.EPOCH);
            return from.enumerated() || deliverFrom.isAfter(begun.minus(OVERLAP))
                    ? Optional.empty()
                    : Optional.of(deliverFrom);
        }

        /** A server that links to empty pages for ever is asked less and less often; the cursor keeps what it gave. */
        private boolean requireProgress(MailPage page) {
            emptyPages = page.messages().isEmpty() ? emptyPages + 1 : 0;
            if (emptyPages >= EMPTY_PAGES) {
                throw new MalformedAnswerException(EMPTY_PAGES + " pages without a message in a row; going on later");
            }
            return true;
        }

        /**
         * @param history whether what lay in the mailbox before has its turn, too
         * @return whether there was anything due
         */
        private boolean fetchDue(boolean history) {
            List<Ledger.Due> due = ledger.due(mailbox.id(), CHUNK, history);
            if (due.isEmpty()) {
                return false;
            }
            List<WantedMessage> chunk =
                    chunk(due).stream().map(Ledger.Due::message).toList();
            List<MessageKey> keys = chunk.stream().map(WantedMessage::key).toList();
            ledger.beginAttempts(taken, keys);
            IncomingMail incoming = new IncomingMail(taken, reader.handler(), ledger, store, backoff);
            try (incoming) {
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
