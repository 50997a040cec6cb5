package org.mailcaravan.sandbox.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A message at one moment; immutable, so a change makes a new value in the mailbox. Content is built on each call of
 * {@link #content()}: keep the result when more than one property is wanted.
 */
public final class SandboxMessage {
    private final ExchangeIds ids;
    private final ContentSource source;
    private final SandboxFolder folder;
    private final long number;
    private final long receivedMs;
    private final long modifiedMs;
    private final int moves;
    private final int revision;
    private final Marks marks;
    private final long origin;

    SandboxMessage(ExchangeIds ids, ContentSource source, SandboxFolder folder, long number, Instant received) {
        this(ids, source, folder, number, received, Marks.ARRIVED);
    }

    SandboxMessage(
            ExchangeIds ids, ContentSource source, SandboxFolder folder, long number, Instant received, Marks marks) {
        this(
                ids,
                source,
                folder,
                number,
                received.toEpochMilli(),
                new Version(received.toEpochMilli(), 0, 0, marks, number));
    }

    private SandboxMessage(
            ExchangeIds ids,
            ContentSource source,
            SandboxFolder folder,
            long number,
            long receivedMs,
            Version version) {
        this.ids = ids;
        this.source = source;
        this.folder = folder;
        this.number = number;
        this.receivedMs = receivedMs;
        this.modifiedMs = version.modifiedMs;
        this.moves = version.moves;
        this.revision = version.revision;
        this.marks = version.marks;
        this.origin = version.origin;
    }

    /** @param origin the number of the message that this one is a copy of, or its own: copies share their search key */
    private record Version(long modifiedMs, int moves, int revision, Marks marks, long origin) {}

    /** Unique in the tenant; every MIME of this message names it in {@code X-Sandbox-Message}. */
    public long number() {
        return number;
    }

    /** Graph immutable id: survives moves. */
    public String immutableId() {
        return ids.immutable(number);
    }

    /** EWS {@code ItemId}: base64 with {@code /} and {@code +}, case-sensitive, changes on a move. */
    public String itemId() {
        return ids.item(number, moves);
    }

    /** Graph default id: the URL-safe form of {@link #itemId()}, changes on a move. */
    public String restId() {
        return ExchangeIds.restForm(itemId());
    }

    /** Version of the item, changes with every edit, read flag and move. */
    public String changeKey() {
        return ids.changeKey(number, revision);
    }

    /** PidTagSearchKey (0x300B): 16 bytes, kept on a move. */
    public byte[] searchKey() {
        return ids.searchKey(origin);
    }

    /** Equal for messages with the same topic (subject without reply prefixes). */
    public String conversationId() {
        return ids.conversation(subject().replaceFirst("^((?i)(re|fw|fwd|aw|wg): *)+", ""));
    }

    /** Where the message lies. */
    public SandboxFolder folder() {
        return folder;
    }

    public Instant received() {
        return Instant.ofEpochMilli(receivedMs);
    }

    public Instant lastModified() {
        return Instant.ofEpochMilli(modifiedMs);
    }

    public boolean isRead() {
        return marks.read();
    }

    /** Not sent yet. */
    public boolean isDraft() {
        return marks.draft();
    }

    public Marks marks() {
        return marks;
    }

    /** What its author wrote, if it was written here: everything but seeded and arrived mail. */
    public Optional<MailDraft> written() {
        return source instanceof MailDraft draft ? Optional.of(draft) : Optional.empty();
    }

    /** Builds the content; not cached. */
    public MailContent content() {
        return source.content();
    }

    public String subject() {
        return content().envelope().subject();
    }

    public MailAddress from() {
        return content().envelope().from();
    }

    public List<MailAddress> to() {
        return content().envelope().to();
    }

    public List<MailAddress> cc() {
        return content().envelope().cc();
    }

    public Instant sent() {
        return content().envelope().sent();
    }

    public Optional<String> internetMessageId() {
        return content().envelope().internetMessageId();
    }

    public Importance importance() {
        return content().importance();
    }

    public String messageClass() {
        return content().messageClass();
    }

    /** False when there are only inline attachments. */
    public boolean hasAttachments() {
        return content().hasAttachments();
    }

    /** Bytes in the store, near the size of the MIME. */
    public long size() {
        return content().size();
    }

    public MailBody body() {
        return content().body();
    }

    public String bodyPreview() {
        return body().preview();
    }

    public List<MailAttachment> attachments() {
        return content().attachments();
    }

    /**
     * Generates the MIME (RFC 5322, CRLF). Boundaries and header folding differ by {@code salt}; headers unfolded and the parts'
     * bytes do not. Streams: a 25 MB message needs no 25 MB of heap.
     *
     * @throws IOException when {@code out} refuses the bytes
     */
    public void writeMime(OutputStream out, long salt) throws IOException {
        new MimeWriter(out, salt).writeMessage(content().mime(), number);
    }

    /** The same with other marks, to be given to {@link SandboxMailbox#update}. */
    public SandboxMessage with(Marks now) {
        return new SandboxMessage(
                ids, source, folder, number, receivedMs, new Version(modifiedMs, moves, revision, now, origin));
    }

    /** The same with other content, to be given to {@link SandboxMailbox#update}. */
    public SandboxMessage with(ContentSource now) {
        return new SandboxMessage(
                ids, now, folder, number, receivedMs, new Version(modifiedMs, moves, revision, marks, origin));
    }

    /** The same with another importance, to be given to {@link SandboxMailbox#update}. */
    public SandboxMessage with(Importance now) {
        ContentSource changed = source instanceof MailDraft draft
                ? draft.with(now)
                : () -> source.content().withImportance(now);
        return content().importance() == now ? this : with(changed);
    }

    SandboxMessage in(SandboxFolder renamed) {
        return new SandboxMessage(
                ids, source, renamed, number, receivedMs, new Version(modifiedMs, moves, revision, marks, origin));
    }

    SandboxMessage movedTo(SandboxFolder target, Instant now) {
        return new SandboxMessage(
                ids,
                source,
                target,
                number,
                receivedMs,
                new Version(now.toEpochMilli(), moves + 1, revision + 1, marks, origin));
    }

    /** As its next version. */
    SandboxMessage touched(Instant now) {
        return new SandboxMessage(
                ids,
                source,
                folder,
                number,
                receivedMs,
                new Version(now.toEpochMilli(), moves, revision + 1, marks, origin));
    }

    /** The same message anew: another number, version 0, the same search key (MS-OXPROPS: copies share it). */
    SandboxMessage copied(SandboxFolder target, long newNumber) {
        return new SandboxMessage(
                ids, source, target, newNumber, receivedMs, new Version(receivedMs, 0, 0, marks, origin));
    }

    boolean hasSameContent(SandboxMessage other) {
        return source == other.source;
    }

    SandboxMessage edited(String subject) {
        return with(() -> source.content().withSubject(subject));
    }

    boolean hasId(String id) {
        return id.equals(itemId()) || id.equals(restId()) || id.equals(immutableId());
    }

    long receivedMs() {
        return receivedMs;
    }

    @Override
    public String toString() {
        return "SandboxMessage " + number;
    }
}
