package org.mailcaravan.sandbox.mail;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folders of one mailbox, and which of them were made, changed or deleted. Guarded by its mailbox's lock. */
final class FolderTree {
    private static final String ROOT = "msgfolderroot";
    private static final String SEARCH_FOLDERS = "searchfolders";

    /** Well-known names and what people see, in the order they are made in. */
    static final Map<String, String> WELL_KNOWN = wellKnown();

    private final ExchangeIds ids;
    private final Map<String, SandboxFolder> folders = new LinkedHashMap<>();
    private final FolderTreeLog log = new FolderTreeLog();
    private int made;

    FolderTree(ExchangeIds ids) {
        this.ids = ids;
    }

    private static Map<String, String> wellKnown() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(ROOT, "Top of Information Store");
        names.put("inbox", "Inbox");
        names.put("drafts", "Drafts");
        names.put("sentitems", "Sent Items");
        names.put("deleteditems", "Deleted Items");
        names.put("junkemail", "Junk Email");
        names.put("archive", "Archive");
        names.put(SEARCH_FOLDERS, "Finder");
        return names;
    }

    SandboxFolder addWellKnown(String name, String label) {
        boolean top = name.equals(ROOT) || name.equals(SEARCH_FOLDERS);
        Optional<String> parent = top ? Optional.empty() : find(ROOT).map(SandboxFolder::ewsId);
        return put(new SandboxFolder(ids.folder(made++), Optional.of(name), label, parent, false, Optional.empty()));
    }

    SandboxFolder add(SandboxFolder parent, String name, boolean hidden, Optional<FolderSearch> search) {
        return put(new SandboxFolder(
                ids.folder(made++), Optional.empty(), name, Optional.of(parent.ewsId()), hidden, search));
    }

    /** Adds a folder, or puts it in the place of what it was. */
    SandboxFolder put(SandboxFolder folder) {
        folders.put(folder.ewsId(), folder);
        log.add(folder);
        return folder;
    }

    void remove(SandboxFolder folder) {
        folders.remove(folder.ewsId());
        log.add(folder);
    }

    List<SandboxFolder> all() {
        return List.copyOf(folders.values());
    }

    Optional<SandboxFolder> now(SandboxFolder folder) {
        return Optional.ofNullable(folders.get(folder.ewsId()));
    }

    Optional<SandboxFolder> find(String idOrName) {
        return folders.values().stream()
                .filter(folder -> folder.ewsId().equals(idOrName)
                        || folder.restId().equals(idOrName)
                        || folder.wellKnownName()
                                .filter(idOrName::equalsIgnoreCase)
                                .isPresent())
                .findFirst();
    }

    List<SandboxFolder> children(SandboxFolder parent) {
        return folders.values().stream()
                .filter(folder ->
                        folder.parentEwsId().filter(parent.ewsId()::equals).isPresent())
                .toList();
    }

    long sequence() {
        return log.sequence();
    }

    List<SandboxFolder> changedSince(long sequence) {
        return log.since(sequence).stream()
                .flatMap(changed -> now(changed).stream())
                .toList();
    }

    List<SandboxFolder> removedSince(long sequence) {
        return log.since(sequence).stream()
                .filter(changed -> now(changed).isEmpty())
                .toList();
    }
}
