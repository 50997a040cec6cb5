package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** SyncFolderItems for mail folders. Thread-safe. */
final class SyncFolderItems {
    private final SyncGenerations generations;

    SyncFolderItems(SyncGenerations generations) {
        this.generations = generations;
    }

    Operation.Answer prepare(EwsCall call) throws EwsFault {
        call.refuse("m:NumberOfDays", "m:MinimumCount", "m:MaximumCount");
        Outcome<ItemShape> shape = ItemShape.summary(call.operation().get("m:ItemShape"), call.version());
        Outcome<LocatedFolder> folder = SyncGenerations.folder(
                call, call.operation().get("m:SyncFolderId").children().get(0));
        Outcome<FolderSync.Page> page = shape.problem()
                .or(folder::problem)
                .<Outcome<FolderSync.Page>>map(Outcome::failed)
                .orElseGet(() -> page(call, folder.value().orElseThrow()));
        return out -> {
            ResponseMessages messages = ResponseMessages.begin(out, call);
            if (page.value().isPresent()) {
                messages.success(payload ->
                        write(payload, call, page.value().get(), shape.value().orElseThrow()));
            } else {
                messages.failure(page.problem().orElseThrow());
            }
            messages.end();
        };
    }

    private Outcome<FolderSync.Page> page(EwsCall call, LocatedFolder located) {
        SandboxMailbox mailbox = located.mailbox();
        SandboxFolder folder = located.folder();
        int generation = generations.of(mailbox);
        int limit = Integer.parseInt(
                call.operation().findText("m:MaxChangesReturned").orElseThrow());
        FolderSync sync = new FolderSync(mailbox, folder);
        Optional<String> state = call.operation().findText("m:SyncState").filter(text -> !text.isEmpty());
        if (state.isEmpty()) {
            return Outcome.of(sync.first(generation, limit));
        }
        return SyncPosition.decode(state.get())
                .filter(position -> position.folderId().equals(folder.ewsId()) && position.generation() == generation)
                .filter(position -> position.sequence() <= mailbox.sequence(folder))
                .map(position -> Outcome.of(sync.next(position, limit)))
                .orElseGet(() -> Outcome.failed(SyncGenerations.INVALID_STATE));
    }

    private static void write(SoapWriter out, EwsCall call, FolderSync.Page page, ItemShape shape)
            throws XMLStreamException, IOException {
        Set<String> ignored = ignored(call);
        out.element("m:SyncState", page.next().encode());
        out.element("m:IncludesLastItemInRange", page.last());
        out.start("m:Changes");
        for (FolderSync.Change change : page.changes()) {
            if (!ignored.contains(change.message().itemId())) {
                write(out, change, shape);
            }
        }
        out.end();
    }

    private static Set<String> ignored(EwsCall call) {
        return call.operation().find("m:Ignore").stream()
                .flatMap(ignore -> ignore.children().stream())
                .map(XmlElement::id)
                .collect(Collectors.toSet());
    }

    private static void write(SoapWriter out, FolderSync.Change change, ItemShape shape)
            throws XMLStreamException, IOException {
        ItemView item = new ItemView(change.message(), change.message().content(), shape, 0, Long.MAX_VALUE);
        switch (change.kind()) {
            case CREATE -> item.write(out.start("t:Create"));
            case UPDATE -> item.write(out.start("t:Update"));
            case DELETE -> ItemField.writeId(out.start("t:Delete"), item);
            case READ_FLAG_CHANGE -> {
                ItemField.writeId(out.start("t:ReadFlagChange"), item);
                out.element("t:IsRead", change.message().isRead());
            }
        }
        out.end();
    }
}
