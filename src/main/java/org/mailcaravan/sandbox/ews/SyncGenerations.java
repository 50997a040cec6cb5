package org.mailcaravan.sandbox.ews;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.sandbox.mail.SandboxMailbox;

/** Which sync states of a mailbox are still good: those of its present generation. Thread-safe. */
final class SyncGenerations {
    static final Problem INVALID_STATE =
            new Problem("ErrorInvalidSyncStateData", "Synchronization state data is corrupt or otherwise invalid.");

    static final Problem FOLDER_NOT_FOUND =
            new Problem("ErrorSyncFolderNotFound", "The folder to synchronize could not be found.");

    private final Map<UUID, Integer> generations = new ConcurrentHashMap<>();

    /** Makes every state handed out for this mailbox invalid, as a mailbox move does. */
    void invalidate(UUID mailbox) {
        generations.merge(mailbox, 1, Integer::sum);
    }

    int of(SandboxMailbox mailbox) {
        return generations.getOrDefault(mailbox.ownerId(), 0);
    }

    /** The folder to be synchronised, by the names that synchronisation has for what is wrong. */
    static Outcome<LocatedFolder> folder(EwsCall call, XmlElement reference) {
        Outcome<LocatedFolder> folder = new FolderLookup(call).find(reference);
        boolean absent = folder.problem()
                .filter(problem -> problem.code().equals("ErrorFolderNotFound"))
                .isPresent();
        return absent ? Outcome.failed(FOLDER_NOT_FOUND) : folder;
    }
}
