package org.mailcaravan.ingest;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.graph.MessageContent;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.graph.DeltaCursors;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Microsoft Graph, with what may go wrong there. */
final class GraphWire implements HistoryWire {
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    private final HistoryWorld world;
    private final SandboxMailbox sandbox;
    private final SplittableRandom random;
    private final MessageContent content;

    GraphWire(HistoryWorld world, SandboxUser owner, SplittableRandom random) {
        this.world = world;
        this.sandbox = world.sandboxes.find(owner.objectId()).orElseThrow();
        this.random = random;
        this.content = MessageContent.values()[random.nextInt(MessageContent.values().length)];
    }

    @Override
    public MailSource source() {
        int smallFolder = random.nextBoolean() ? 1000 : random.nextInt(4);
        return world.source(random.nextBoolean(), 1 + random.nextInt(5), smallFolder, content);
    }

    @Override
    public String contentRequests() {
        return "graph:message/";
    }

    @Override
    public void loseCursors() {
        world.links.invalidate(
                sandbox.ownerId(), random.nextBoolean() ? DeltaCursors.Loss.GONE : DeltaCursors.Loss.NOT_FOUND);
    }

    @Override
    public String kind(boolean ofContent, SplittableRandom chance) {
        return ofContent
                ? "graph:message/$value"
                : List.of("graph:messages", "graph:messages/delta", "graph:mailFolder", "graph:childFolders")
                        .get(chance.nextInt(4));
    }

    @Override
    public Faults.Fault fault(boolean ofContent, SplittableRandom chance) {
        return switch (chance.nextInt(10)) {
            case 0 -> refusal(429, "ApplicationThrottled", Map.of("Retry-After", "30"));
            case 1 -> refusal(503, "ServerBusy", Map.of());
            case 2 -> refusal(500, "ErrorInternalServerError", Map.of());
            case 3 -> refusal(504, "UnknownError", Map.of());
            case 4 -> refusal(401, "InvalidAuthenticationToken", Map.of());
            case 5 -> Faults.answer(200, Map.of(), "text/html", "<html>Please sign in</html>");
            case 6 -> Faults.answer(200, Map.of(), "application/json", ofContent ? "{}" : "{\"value\":");
            case 7 -> Faults.hangUp();
            // a lie: the message is there; the listing finds out
            case 8 -> ofContent ? refusal(404, "ErrorItemNotFound", Map.of()) : Faults.cutBody(chance.nextInt(400));
            default -> Faults.cutBody(chance.nextInt(400));
        };
    }

    private static Faults.Fault refusal(int status, String code, Map<String, String> headers) {
        String body = "{\"error\":{\"code\":\"" + code + "\",\"message\":\"planned\"}}";
        return Faults.answer(status, headers, "application/json", body);
    }

    @Override
    public String name(SandboxMessage message, int letter) {
        return message.immutableId();
    }

    @Override
    public String name(ArrivedMessage message, String text) {
        Matcher id = ID.matcher(message.metadata());
        return id.find() ? id.group(1) : "";
    }

    @Override
    public boolean takesMime() {
        return content != MessageContent.JSON;
    }

    @Override
    public boolean takesJson() {
        return content != MessageContent.MIME;
    }

    @Override
    public String toString() {
        return "Graph, " + content;
    }
}
