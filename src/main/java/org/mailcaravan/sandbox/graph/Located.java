package org.mailcaravan.sandbox.graph;

import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Finds what a path or a body names in a mailbox. */
final class Located {
    private Located() {}

    /** The message a path names, in the folder it names if it names one. */
    static SandboxMessage message(SandboxMailbox mailbox, GraphPath path) {
        String id = path.message().orElseThrow(GraphError::itemNotFound);
        SandboxMessage message = mailbox.findMessage(id).orElseThrow(() -> missing(id));
        if (path.folder().isPresent() && !folder(mailbox, path).equals(message.folder())) {
            throw GraphError.itemNotFound();
        }
        return message;
    }

    /** The folder a path names. */
    static SandboxFolder folder(SandboxMailbox mailbox, GraphPath path) {
        return folder(mailbox, path.folder().orElseThrow(GraphError::itemNotFound));
    }

    /** A folder by id or well-known name. */
    static SandboxFolder folder(SandboxMailbox mailbox, String idOrName) {
        return mailbox.findFolder(idOrName).orElseThrow(() -> missing(idOrName));
    }

    /** A folder that takes messages: no search folder. */
    static SandboxFolder target(SandboxMailbox mailbox, String idOrName) {
        SandboxFolder folder = folder(mailbox, idOrName);
        if (folder.search().isPresent()) {
            throw GraphError.of(400, "ErrorInvalidOperation", "A search folder holds no messages of its own.");
        }
        return folder;
    }

    private static GraphError missing(String id) {
        return SandboxMailbox.isWellFormedId(id) ? GraphError.itemNotFound() : GraphError.malformedId();
    }
}
