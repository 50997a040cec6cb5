package org.mailcaravan.sandbox.mail;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One mailbox: folders, messages and a change log per folder. Thread-safe; what it hands out are immutable snapshots.
 * Operations on a message that is not there answer empty.
 */
public final class SandboxMailbox {
    private static final Map<String, String> WELL_KNOWN = wellKnown();

    private static final ContentSource NOTHING = () -> {
        throw new IllegalStateException("This message is gone for good");
    };

    private final UUID ownerId;
    private final String userPrincipalName;
    private final String displayName;
    private final Clock clock;
    private final LongSupplier numbers;
    private final ExchangeIds ids;
    private final Map<String, SandboxFolder> folders = new LinkedHashMap<>();
    private final Map<String, FolderLog> logs = new HashMap<>();
    private final Map<Long, SandboxMessage> messages = new LinkedHashMap<>();
    private final Map<Long, SandboxMessage> deleted = new LinkedHashMap<>();
    private Consumer<FolderChange> listener = change -> {};

    SandboxMailbox(UUID ownerId, String userPrincipalName, String displayName, Clock clock, LongSupplier numbers) {
        this.ownerId = ownerId;
        this.userPrincipalName = userPrincipalName;
        this.displayName = displayName;
        this.clock = clock;
        this.numbers = numbers;
        this.ids = new ExchangeIds(ownerId);
        WELL_KNOWN.forEach((name, label) -> addFolder(Optional.of(name), label, rootIdUnless(name)));
    }

    private static Map<String, String> wellKnown() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("msgfolderroot", "Top of Information Store");
        names.put("inbox", "Inbox");
        names.put("drafts", "Drafts");
        names.put("sentitems", "Sent Items");
        names.put("deleteditems", "Deleted Items");
        names.put("junkemail", "Junk Email");
        names.put("archive", "Archive");
        return names;
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
        return List.copyOf(folders.values());
    }

    /** A folder by well-known name (any case), EWS id or Graph id (exact). */
    public synchronized Optional<SandboxFolder> findFolder(String idOrName) {
        return folders.values().stream()
                .filter(folder -> folder.ewsId().equals(idOrName)
                        || folder.restId().equals(idOrName)
                        || folder.wellKnownName()
                                .filter(idOrName::equalsIgnoreCase)
                                .isPresent())
                .findFirst();
    }

    /** One of the well-known folders, which every mailbox has: {@code inbox}, {@code archive} … */
    public SandboxFolder wellKnownFolder(String name) {
        return findFolder(name).orElseThrow(() -> new IllegalArgumentException("No well-known folder " + name));
    }

    /** Direct children in order of creation. */
    public synchronized List<SandboxFolder> childFolders(SandboxFolder parent) {
        return folders.values().stream()
                .filter(folder ->
                        folder.parentEwsId().filter(parent.ewsId()::equals).isPresent())
                .toList();
    }

    /** From now on {@code listener} hears of every change of a message, under this mailbox's lock: it must not wait. */
    public synchronized void onChange(Consumer<FolderChange> listener) {
        this.listener = listener;
    }

    /** Makes a folder of the user's own. */
    public synchronized SandboxFolder addFolder(SandboxFolder parent, String name) {
        return addFolder(Optional.empty(), name, Optional.of(parent.ewsId()));
    }

    public synchronized FolderCounts counts(SandboxFolder folder) {
        FolderLog log = logOf(folder);
        return new FolderCounts(
                log.messages().size(), log.unread(), childFolders(folder).size());
    }

    /** The messages of a folder, newest received first. */
    public synchronized List<SandboxMessage> messages(SandboxFolder folder) {
        return List.copyOf(logOf(folder).messages());
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
        SandboxMessage message = new SandboxMessage(ids, source, folder, numbers.getAsLong(), received);
        messages.put(message.number(), message);
        logOf(folder).put(message);
        logOf(folder).log(FolderChange.Kind.CREATED, message);
        return message;
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
                .map(message -> message.isRead() == read
                        ? message
                        : replaced(message.withRead(read, clock.instant()), FolderChange.Kind.READ_FLAG));
    }

    /** Edits the subject: a new change key, an update in the log. */
    public synchronized Optional<SandboxMessage> edit(long number, String subject) {
        return findMessage(number)
                .map(message -> replaced(message.edited(subject, clock.instant()), FolderChange.Kind.UPDATED));
    }

    /** Delivers many messages at once. */
    public synchronized List<SandboxMessage> burst(SandboxFolder folder, Collection<? extends ContentSource> sources) {
        List<SandboxMessage> delivered = new ArrayList<>(sources.size());
        sources.forEach(source -> delivered.add(deliver(folder, source)));
        return delivered;
    }

    private Optional<String> rootIdUnless(String name) {
        return name.equals("msgfolderroot")
                ? Optional.empty()
                : Optional.of(wellKnownFolder("msgfolderroot").ewsId());
    }

    private synchronized SandboxFolder addFolder(Optional<String> wellKnown, String name, Optional<String> parent) {
        SandboxFolder folder = new SandboxFolder(ids.folder(folders.size()), wellKnown, name, parent);
        folders.put(folder.ewsId(), folder);
        logs.put(folder.ewsId(), new FolderLog(change -> listener.accept(change)));
        return folder;
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
        return arrived;
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
        return message;
    }

    private SandboxMessage replaced(SandboxMessage changed, FolderChange.Kind kind) {
        FolderLog log = logOf(changed.folder());
        log.put(changed);
        log.log(kind, changed);
        messages.put(changed.number(), changed);
        return changed;
    }

    private FolderLog logOf(SandboxFolder folder) {
        FolderLog log = logs.get(folder.ewsId());
        if (log == null) {
            throw new IllegalArgumentException("This folder is of another mailbox");
        }
        return log;
    }
}
