package org.mailcaravan.sandbox.graph;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.sandbox.mail.FolderChange;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/**
 * A subscription to change notifications.
 *
 * @param paused whether it waits for its owner to authorize it again; what happens meanwhile is not told
 */
record Subscription(String id, Creator creator, Watched watched, Target target, Instant expires, boolean paused) {

    /**
     * Whose it is; nobody else sees it.
     *
     * @param appId client id of the application
     * @param objectId of the signed-in user, or of the service principal
     */
    record Creator(String appId, String objectId) {}

    /**
     * Where notifications go.
     *
     * @param clientState echoed in each notification
     * @param tlsVersion as asked for; nothing depends on it here
     */
    record Target(URI notificationUrl, Optional<URI> lifecycleUrl, Optional<String> clientState, String tlsVersion) {
        @Override
        public String toString() {
            return "Target[" + notificationUrl.getHost() + "]";
        }
    }

    /**
     * What is told.
     *
     * @param resource as the creator wrote it
     * @param folder the only folder meant; empty for the whole mailbox
     * @param immutableIds in which form notifications name messages
     */
    record Watched(
            String resource,
            UUID mailbox,
            Optional<SandboxFolder> folder,
            List<String> changeTypes,
            MessageFilter filter,
            boolean immutableIds) {

        Watched {
            changeTypes = List.copyOf(changeTypes);
        }

        /** As what a change is told; empty if it is not. The filter looks at a message as it is now, so nothing leaves or enters its set. */
        Optional<String> changeType(FolderChange change) {
            SandboxMessage message = change.message();
            String type = switch (change.kind()) {
                case CREATED -> "created";
                case UPDATED, READ_FLAG -> "updated";
                case REMOVED_DELETED, REMOVED_CHANGED -> "deleted";
            };
            boolean meant = changeTypes.contains(type)
                    && folder.map(message.folder()::equals).orElse(true)
                    && (type.equals("deleted") || filter.accepts(message));
            return meant ? Optional.of(type) : Optional.empty();
        }
    }

    Subscription renewed(Instant until) {
        return new Subscription(id, creator, watched, target, until, false);
    }

    Subscription paused(boolean nowPaused) {
        return new Subscription(id, creator, watched, target, expires, nowPaused);
    }
}
