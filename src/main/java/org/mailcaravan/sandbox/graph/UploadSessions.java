package org.mailcaravan.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** The upload sessions that are open (concepts/outlook-large-attachments.md). Thread-safe. */
final class UploadSessions {
    static final String PREFIX = "/api/v2.0";

    private static final long SMALLEST = 3L * 1024 * 1024;
    private static final long LARGEST = 150L * 1024 * 1024;
    private static final Duration LIFETIME = Duration.ofDays(1);

    private final Map<String, UploadSession> open = new ConcurrentHashMap<>();
    private final Clock clock;

    UploadSessions(Clock clock) {
        this.clock = clock;
    }

    /** @throws GraphError 400 if what is announced is no file between 3 and 150 MB */
    UploadSession open(String appId, SandboxMailbox mailbox, SandboxMessage message, JsonNode item) {
        long size = item.path("size").asLong(-1);
        if (size < SMALLEST) {
            throw GraphError.of(
                    400,
                    "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
                    "An upload session is for attachments of 3 MB and more. Post smaller ones to attachments.");
        }
        if (size > LARGEST) {
            throw GraphError.of(400, "ErrorAttachmentSizeLimitExceeded", "An attachment has 150 MB at most.");
        }
        UploadSession.Wanted wanted = new UploadSession.Wanted(
                MessageJson.text(item, "name")
                        .orElseThrow(() -> GraphError.badRequest("The AttachmentItem needs a name.")),
                MessageJson.text(item, "contentType").orElse("application/octet-stream"),
                size,
                item.path("isInline").asBoolean(false),
                MessageJson.text(item, "contentId"));
        return new UploadSession(
                appId,
                mailbox.ownerId(),
                message.number(),
                wanted,
                clock.instant().plus(LIFETIME));
    }

    /** Opens the session to whoever knows the address that this answers. */
    String address(UploadSession session, String root) {
        String token = UUID.randomUUID().toString();
        open.put(token, session);
        return root.substring(0, root.length() - GraphHandler.PREFIX.length()) + PREFIX + "/Users('" + session.mailbox()
                + "')/Messages('" + session.message() + "')/AttachmentSessions('1')?authtoken=" + token;
    }

    Optional<UploadSession> find(String token) {
        return Optional.ofNullable(open.get(token))
                .filter(session -> session.expires().isAfter(clock.instant()));
    }

    void close(String token) {
        open.remove(token);
    }
}
