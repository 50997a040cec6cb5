package org.mailcaravan.sandbox.ews;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.MailboxEvent;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/**
 * One event as subscribers are told it.
 *
 * @param unread of a folder whose content changed
 */
record Notice(EventType type, MailboxEvent event, OptionalInt unread) {

    /** What Exchange makes of an event: itself, and a change of the folders whose content it changed. */
    static List<Notice> of(SandboxMailbox mailbox, MailboxEvent event) {
        List<Notice> notices = new ArrayList<>();
        notices.add(new Notice(EventType.of(event.kind()), event, OptionalInt.empty()));
        if (!event.entry().isFolder() && event.kind() != MailboxEvent.Kind.NEW_MAIL) {
            folders(event).forEach(id -> notices.addAll(changed(mailbox, id, event)));
        }
        return notices;
    }

    private static Stream<String> folders(MailboxEvent event) {
        Optional<String> old = event.kind() == MailboxEvent.Kind.MOVED
                ? event.old().flatMap(MailboxEvent.Entry::parentEwsId)
                : Optional.empty();
        return Stream.of(event.entry().parentEwsId(), old)
                .flatMap(Optional::stream)
                .distinct();
    }

    private static List<Notice> changed(SandboxMailbox mailbox, String folderId, MailboxEvent event) {
        return mailbox.findFolder(folderId).stream()
                .map(folder -> new Notice(
                        EventType.MODIFIED,
                        new MailboxEvent(
                                MailboxEvent.Kind.MODIFIED,
                                new MailboxEvent.Entry(folder.ewsId(), Optional.empty(), folder.parentEwsId()),
                                Optional.empty(),
                                event.time()),
                        OptionalInt.of(mailbox.counts(folder).unread())))
                .toList();
    }

    /** Whether it is about one of these folders or something in them. */
    boolean concerns(Set<String> folders) {
        MailboxEvent.Entry entry = event.entry();
        return entry.isFolder() && folders.contains(entry.ewsId())
                || Stream.of(Optional.of(entry), event.old())
                        .flatMap(Optional::stream)
                        .flatMap(known -> known.parentEwsId().stream())
                        .anyMatch(parent -> !entry.isFolder() && folders.contains(parent));
    }

    void write(SoapWriter out) throws XMLStreamException {
        out.start("t:" + type.wireName()).element("t:TimeStamp", event.time());
        write(out, "", event.entry());
        if (event.old().isPresent()) {
            write(out, "Old", event.old().get());
        }
        if (unread.isPresent()) {
            out.element("t:UnreadCount", unread.getAsInt());
        }
        out.end();
    }

    private static void write(SoapWriter out, String old, MailboxEvent.Entry entry) throws XMLStreamException {
        out.start("t:" + old + (entry.isFolder() ? "FolderId" : "ItemId"));
        out.attribute("Id", entry.ewsId());
        out.attribute("ChangeKey", entry.changeKey().orElse(FolderField.CHANGE_KEY))
                .end();
        if (entry.parentEwsId().isPresent()) {
            FolderField.writeId(
                    out, "t:" + old + "ParentFolderId", entry.parentEwsId().get());
        }
    }
}
