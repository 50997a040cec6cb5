package org.mailcaravan.sandbox.mail;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which folders were made, changed or deleted, in this order. Guarded by its mailbox's lock. */
final class FolderTreeLog {
    private final List<SandboxFolder> lines = new ArrayList<>();

    long sequence() {
        return lines.size();
    }

    void add(SandboxFolder folder) {
        lines.add(folder);
    }

    /** Each folder once, at its newest change. */
    List<SandboxFolder> since(long sequence) {
        Map<String, SandboxFolder> byId = new LinkedHashMap<>();
        int from = (int) Math.min(Math.max(sequence, 0), lines.size());
        for (SandboxFolder folder : lines.subList(from, lines.size())) {
            byId.remove(folder.ewsId());
            byId.put(folder.ewsId(), folder);
        }
        return List.copyOf(byId.values());
    }
}
