package org.mailcaravan.sandbox.mail;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.mailcaravan.sandbox.mail.MailboxEvent.Kind;

/**
 * One mailbox: folders, messages and a change log per folder. Thread-safe; what it hands out are immutable snapshots.
 * Operations on a message that is not there answer empty.
 */
public final class SandboxMailbox {
    private static final ContentSource NOTHING = () -> {
        throw new IllegalStateException("This message is gone for good");
    };

    private final UUID ownerId;
    private final String userPrincipalName;
    private final String displayName;
    private final Clock clock;
    private final LongSupplier numbers;
    private final ExchangeIds ids;
    private final FolderTree tree;
    private final Map<String, FolderLog> logs = new HashMap<>();
    private final Map<Long, SandboxMessage> messages = new LinkedHashMap<>();
    private final Map<Long, SandboxMessage> deleted = new LinkedHashMap<>();
    private final MailboxListeners listeners;

    SandboxMailbox(UUID ownerId, String userPrincipalName, String displayName, Clock clock, LongSupplier numbers) {
        this.ownerId = ownerId;
        this.userPrincipalName = userPrincipalName;
        this.displayName = displayName;
        this.clock = clock;
        this.numbers = numbers;
        this.ids = new ExchangeIds(ownerId);
        this.tree = new FolderTree(ids);
        this.listeners = new MailboxListeners(clock);
        FolderTree.WELL_KNOWN.forEach((name, label) -> withLog(tree.addWellKnown(name, label)));
    }

    /** Object id of the owner ({@code oid}). */
    public UUID ownerId() {
        return ownerId;
    }

    public String userPrincipalName() {
        return userPrincipalName;
    }

    public String displayName() {
        return displayName;
    }

    /** All folders, {@code msgfolderroot} first. */
    public synchronized List<SandboxFolder> folders() {
        return tree.all();
    }

    /** A folder by well-known name (any case), EWS id or Graph id (exact). */
    public synchronized Optional<SandboxFolder> findFolder(String idOrName) {
        return tree.find(idOrName);
    }

    /** One of the well-known folders, which every mailbox has: {@code inbox}, {@code archive} … */
    public SandboxFolder wellKnownFolder(String name) {
        return findFolder(name).orElseThrow(() -> new IllegalArgumentException("No well-known folder " + name));
    }

    /** Direct children in order of creation. */
    public synchronized List<SandboxFolder> childFolders(SandboxFolder parent) {
        return tree.children(parent);
    }

    /** From now on {@code listener} hears of every change of a message, under this mailbox's lock: it must not wait. */
    public synchronized void onChange(Consumer<FolderChange> listener) {
        listeners.onChange(listener);
    }

    /** The same for what happens in the mailbox as a whole. */
    public synchronized void onEvent(Consumer<MailboxEvent> listener) {
        listeners.onEvent(listener);
    }

    /** Makes a folder of the user's own. */
    public synchronized SandboxFolder addFolder(SandboxFolder parent, String name) {
        return addFolder(parent, name, false);
    }

    /** Makes a folder of the user's own, perhaps one that is not shown. */
    public synchronized SandboxFolder addFolder(SandboxFolder parent, String name, boolean hidden) {
        return made(tree.add(parent, name, hidden, Optional.empty()));
    }

    /** Makes a folder that holds nothing and shows what a search finds. */
    public synchronized SandboxFolder addSearch(SandboxFolder parent, String name, FolderSearch search) {
        return made(tree.add(parent, name, false, Optional.of(search)));
    }

    /** Gives a folder another name; its id stays. */
    public synchronized Optional<SandboxFolder> rename(SandboxFolder folder, String name) {
        return tree.now(folder).map(known -> listeners.tell(Kind.MODIFIED, change(known.named(name))));
    }

    /** Changes what a search folder shows. */
    public synchronized Optional<SandboxFolder> search(SandboxFolder folder, FolderSearch search) {
        return tree.now(folder).map(known -> listeners.tell(Kind.MODIFIED, change(known.searching(search))));
    }

    /** Puts a folder with all it holds under another parent. */
    public synchronized Optional<SandboxFolder> move(SandboxFolder folder, SandboxFolder parent) {
        return tree.now(folder).map(known -> listeners.tell(Kind.MOVED, change(known.under(parent)), known));
    }

    /** Deletes a folder for good, with the messages and folders in it. */
    public synchronized void purge(SandboxFolder folder) {
        childFolders(folder).forEach(this::purge);
        List.copyOf(logOf(folder).messages()).forEach(this::purged);
        tree.now(folder).ifPresent(known -> {
            logs.remove(known.ewsId());
            tree.remove(known);
            listeners.tell(Kind.DELETED, known);
        });
    }

    /** Sequence of the newest change of any folder itself. */
    public synchronized long folderSequence() {
        return tree.sequence();
    }

    /** Folders made or changed after {@code sequence}, as they are now. */
    public synchronized List<SandboxFolder> foldersChangedSince(long sequence) {
        return tree.changedSince(sequence);
    }

    /** Folders deleted for good after {@code sequence}, in their last state. */
    public synchronized List<SandboxFolder> foldersRemovedSince(long sequence) {
        return tree.removedSince(sequence);
    }

    private SandboxFolder change(SandboxFolder changed) {
        for (SandboxMessage message : List.copyOf(logOf(changed).messages())) {
            SandboxMessage here = message.in(changed);
            logOf(changed).put(here);
            messages.put(here.number(), here);
        }
        return tree.put(changed);
    }

    public synchronized FolderCounts counts(SandboxFolder folder) {
        FolderLog log = logOf(folder);
        return new FolderCounts(
                log.messages().size(), log.unread(), childFolders(folder).size());
    }

    /** The messages of a folder, newest received first; of a search folder, those of the folders that it searches. */
    public synchronized List<SandboxMessage> messages(SandboxFolder folder) {
        return folder.search()
                .map(this::searched)
                .orElseGet(() -> List.copyOf(logOf(folder).messages()));
    }

    private List<SandboxMessage> searched(FolderSearch search) {
        Set<SandboxFolder> sources = new LinkedHashSet<>();
        search.sourceIds().forEach(id -> findFolder(id).ifPresent(found -> collect(found, search.nested(), sources)));
        return sources.stream()
                .flatMap(source -> logOf(source).messages().stream())
                .sorted(FolderLog.NEWEST_FIRST)
                .toList();
    }

    private void collect(SandboxFolder folder, boolean nested, Set<SandboxFolder> into) {
        if (folder.search().isEmpty() && into.add(folder) && nested) {
            childFolders(folder).forEach(child -> collect(child, true, into));
        }
    }

    /** At most {@code limit} messages of a folder that follow {@code last} in newest-first order; from the start if absent. */
    public synchronized List<SandboxMessage> messages(SandboxFolder folder, Optional<SandboxMessage> last, int limit) {
        NavigableSet<SandboxMessage> all = logOf(folder).messages();
        NavigableSet<SandboxMessage> rest =
                last.map(message -> all.tailSet(message, false)).orElse(all);
        return rest.stream().limit(limit).toList();
    }

    /** As above, after a position that need not be there any more. */
    public List<SandboxMessage> messagesAfter(SandboxFolder folder, Instant received, long number, int limit) {
        return messages(folder, Optional.of(new SandboxMessage(ids, NOTHING, folder, number, received)), limit);
    }

    /** Every message that is in the mailbox, in order of delivery. */
    public synchronized List<SandboxMessage> messages() {
        return List.copyOf(messages.values());
    }

    /** Number of messages in all folders. */
    public synchronized int size() {
        return messages.size();
    }

    /** Messages deleted for good, in their last state. */
    public synchronized List<SandboxMessage> deletedMessages() {
        return List.copyOf(deleted.values());
    }

    /** A message by EWS id, Graph id or immutable id; ids are case-sensitive. */
    public synchronized Optional<SandboxMessage> findMessage(String id) {
        OptionalLong number = ExchangeIds.numberIn(id);
        return number.isEmpty()
                ? Optional.empty()
                : findMessage(number.getAsLong()).filter(message -> message.hasId(id));
    }

    /**
     * Whether a text is a complete item or folder id in EWS or Graph form, known or not: Exchange tells a broken id (cut, case
     * folded) from an unknown one.
     */
    public static boolean isWellFormedId(String id) {
        return ExchangeIds.isGenuine(id);
    }

    /** An id in another form; empty if it is none of the source form, or names nothing here. Folders have no immutable ids of their own. */
    public synchronized Optional<String> translate(String id, IdForm source, IdForm target) {
        Optional<String> read = source.read(id);
        Optional<String> message = read.flatMap(this::findMessage)
                .map(found -> target.isImmutable() ? found.immutableId() : found.restId());
        return message.or(() -> read.flatMap(this::findFolder).map(SandboxFolder::restId))
                .map(target::write);
    }

    /** A message that was purged before anybody here looked: Graph reports removals of such unknown ids now and then. */
    public SandboxMessage stranger(SandboxFolder folder) {
        return new SandboxMessage(ids, NOTHING, folder, Long.MAX_VALUE, Instant.EPOCH);
    }

    /** A message by its number. */
    public synchronized Optional<SandboxMessage> findMessage(long number) {
        return Optional.ofNullable(messages.get(number));
    }

    /** Sequence of the folder's newest change, 0 when nothing ever happened. */
    public synchronized long sequence(SandboxFolder folder) {
        return logOf(folder).sequence();
    }

    /**
     * At most {@code limit} changes after {@code sequence}, oldest first. Fewer than {@code limit} means the end was reached;
     * late lines (see {@link Lag}) then become visible to the next call.
     */
    public synchronized List<FolderChange> changes(SandboxFolder folder, long sequence, int limit) {
        return logOf(folder).after(sequence, limit);
    }

    /** New mail, received now. */
    public SandboxMessage deliver(SandboxFolder folder, ContentSource source) {
        return deliver(folder, source, clock.instant());
    }

    /** New mail with a given time of receipt. */
    public synchronized SandboxMessage deliver(SandboxFolder folder, ContentSource source, Instant received) {
        SandboxMessage message = put(new SandboxMessage(ids, source, folder, numbers.getAsLong(), received));
        listeners.tell(Kind.CREATED, message);
        return listeners.tell(Kind.NEW_MAIL, message);
    }

    /** A message made here: a draft, or the sender's copy of sent mail. */
    public synchronized SandboxMessage add(SandboxFolder folder, MailDraft draft, Marks marks) {
        return listeners.tell(
                Kind.CREATED, put(new SandboxMessage(ids, draft, folder, numbers.getAsLong(), clock.instant(), marks)));
    }

    private SandboxMessage put(SandboxMessage message) {
        messages.put(message.number(), message);
        logOf(message.folder()).put(message);
        logOf(message.folder()).log(FolderChange.Kind.CREATED, message);
        return message;
    }

    /** Copies a message: another message with ids of its own. */
    public synchronized Optional<SandboxMessage> copy(long number, SandboxFolder target) {
        return findMessage(number)
                .map(message -> listeners.tell(Kind.COPIED, put(message.copied(target, numbers.getAsLong())), message));
    }

    /**
     * Changes marks or content of a message as one step; nothing is logged if nothing changes.
     *
     * @param change runs under the mailbox's lock; what it throws leaves the message as it is
     */
    public synchronized Optional<SandboxMessage> update(long number, UnaryOperator<SandboxMessage> change) {
        return findMessage(number).map(message -> updated(message, change.apply(message)));
    }

    /** Moves a message: its EWS and Graph ids change, immutable id and search key stay. */
    public Optional<SandboxMessage> move(long number, SandboxFolder target) {
        return move(number, target, Lag.NONE);
    }

    /** Moves a message; one of the two folders may tell late. */
    public synchronized Optional<SandboxMessage> move(long number, SandboxFolder target, Lag lag) {
        return findMessage(number).map(message -> moved(message, target, lag));
    }

    /** What a user's Delete key does: into Deleted Items; there, deleted for good. */
    public synchronized Optional<SandboxMessage> delete(long number) {
        SandboxFolder bin = wellKnownFolder("deleteditems");
        return findMessage(number)
                .map(message -> message.folder().equals(bin) ? purged(message) : moved(message, bin, Lag.NONE));
    }

    /** Deletes for good (Shift+Delete); answers the last state. */
    public synchronized Optional<SandboxMessage> purge(long number) {
        return findMessage(number).map(this::purged);
    }

    /** Sets the read flag; nothing is logged if it is already so. */
    public synchronized Optional<SandboxMessage> setRead(long number, boolean read) {
        return findMessage(number)
                .map(message -> updated(message, message.with(message.marks().withRead(read))));
    }

    /** Edits the subject: a new change key, an update in the log. */
    public synchronized Optional<SandboxMessage> edit(long number, String subject) {
        return findMessage(number).map(message -> updated(message, message.edited(subject)));
    }

    /** Delivers many messages at once. */
    public synchronized List<SandboxMessage> burst(SandboxFolder folder, Collection<? extends ContentSource> sources) {
        List<SandboxMessage> delivered = new ArrayList<>(sources.size());
        sources.forEach(source -> delivered.add(deliver(folder, source)));
        return delivered;
    }

    private SandboxFolder made(SandboxFolder folder) {
        withLog(folder);
        return listeners.tell(Kind.CREATED, folder);
    }

    private void withLog(SandboxFolder folder) {
        logs.put(folder.ewsId(), new FolderLog(listeners::changed));
    }

    private SandboxMessage moved(SandboxMessage message, SandboxFolder target, Lag lag) {
        SandboxMessage arrived = message.movedTo(target, clock.instant());
        boolean toBin = target.wellKnownName().filter("deleteditems"::equals).isPresent();
        logOf(message.folder()).take(message);
        record(
                message.folder(),
                toBin ? FolderChange.Kind.REMOVED_CHANGED : FolderChange.Kind.REMOVED_DELETED,
                message,
                lag == Lag.REMOVAL_LATE);
        logOf(target).put(arrived);
        record(target, FolderChange.Kind.CREATED, arrived, lag == Lag.CREATION_LATE);
        messages.put(arrived.number(), arrived);
        return listeners.tell(Kind.MOVED, arrived, message);
    }

    private void record(SandboxFolder folder, FolderChange.Kind kind, SandboxMessage message, boolean late) {
        FolderLog log = logOf(folder);
        if (late) {
            log.logLate(kind, message);
        } else {
            log.log(kind, message);
        }
    }

    private SandboxMessage purged(SandboxMessage message) {
        FolderLog log = logOf(message.folder());
        log.take(message);
        log.log(FolderChange.Kind.REMOVED_DELETED, message);
        messages.remove(message.number());
        deleted.put(message.number(), message);
        return listeners.tell(Kind.DELETED, message);
    }

    private SandboxMessage updated(SandboxMessage before, SandboxMessage after) {
        boolean sameContent = before.hasSameContent(after);
        if (sameContent && before.marks().equals(after.marks())) {
            return before;
        }
        boolean readFlagOnly =
                sameContent && before.marks().withRead(after.isRead()).equals(after.marks());
        return replaced(
                after.touched(clock.instant()), readFlagOnly ? FolderChange.Kind.READ_FLAG : FolderChange.Kind.UPDATED);
    }

    private SandboxMessage replaced(SandboxMessage changed, FolderChange.Kind kind) {
        FolderLog log = logOf(changed.folder());
        log.put(changed);
        log.log(kind, changed);
        messages.put(changed.number(), changed);
        return listeners.tell(Kind.MODIFIED, changed);
    }

    private FolderLog logOf(SandboxFolder folder) {
        FolderLog log = logs.get(folder.ewsId());
        if (log == null) {
            throw new IllegalArgumentException("This folder is of another mailbox");
        }
        return log;
    }
}
