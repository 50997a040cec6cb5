package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.management.Operation;
import org.mailcaravan.management.OperationRefusedException;
import org.mailcaravan.oauth.ConnectEndedException;
import org.mailcaravan.oauth.ConnectProtocol;
import org.mailcaravan.oauth.ConnectResult;
import org.mailcaravan.oauth.ConnectTickets;
import org.mailcaravan.oauth.DevicePoll;
import org.mailcaravan.oauth.DeviceSignIn;
import org.mailcaravan.oauth.Disconnected;
import org.mailcaravan.oauth.MailboxConnections;
import org.mailcaravan.oauth.MailboxName;

/** What commands may ask of the running process about connecting and disconnecting mailboxes. */
final class ConnectionOperations {
    private static final int MOST_DEVICES = 100;

    private final ObjectMapper json = new ObjectMapper();
    private final ConnectTickets tickets;
    private final MailboxConnections connections;
    private final Map<String, RegistrationSettings> registrations;
    private final Consumer<MailboxId> beforeDisconnect;
    private final Clock clock;
    private final Map<String, DeviceSignIn> devices = new ConcurrentHashMap<>();

    /** @param beforeDisconnect does what needs the mailbox's grant for the last time; must not fail */
    ConnectionOperations(
            ConnectTickets tickets,
            MailboxConnections connections,
            List<RegistrationSettings> registrations,
            Consumer<MailboxId> beforeDisconnect,
            Clock clock) {
        this.tickets = tickets;
        this.connections = connections;
        this.registrations = new ConcurrentHashMap<>();
        registrations.forEach(one -> this.registrations.put(one.name(), one));
        this.beforeDisconnect = beforeDisconnect;
        this.clock = clock;
    }

    /** Each by the name it is called by. */
    Map<String, Operation> byName() {
        return Map.of(
                "ticket", this::ticket,
                "admin-consent", this::adminConsent,
                "connect-application", this::connectApplication,
                "device-begin", this::beginDevice,
                "device-poll", this::pollDevice,
                "disconnect", this::disconnect);
    }

    private JsonNode ticket(JsonNode input) {
        ConnectTickets.Wish wish = new ConnectTickets.Wish(
                text(input, "userLogin"), text(input, "mailServerId"), text(input, "protocol"), text(input, "mailbox"));
        return json.createObjectNode().put("link", tickets.link(wish));
    }

    private JsonNode adminConsent(JsonNode input) {
        return json.createObjectNode()
                .put(
                        "link",
                        tickets.adminLink(
                                text(input, "registration"), text(input, "protocol"), text(input, "mailbox")));
    }

    private JsonNode connectApplication(JsonNode input) {
        RegistrationSettings registration = registration(input);
        List<MailboxName> names = mailboxes(input, registration);
        ObjectNode answer = json.createObjectNode();
        ArrayNode list = answer.putArray("mailboxes");
        Map<MailboxName, ConnectResult> results =
                connections.connectApplication(registration.name(), names, protocol(input));
        names.forEach(name -> describe(
                list.addObject().put("name", name.text()),
                Optional.ofNullable(results.get(name)).orElseThrow()));
        return answer;
    }

    private static List<MailboxName> mailboxes(JsonNode input, RegistrationSettings registration) {
        Set<MailboxName> names = new LinkedHashSet<>();
        input.path("mailboxes").forEach(text -> names.add(name(text.asText())));
        if (names.isEmpty()) {
            names.addAll(registration.mailboxes());
        }
        if (names.isEmpty()) {
            throw new OperationRefusedException("Name the mailboxes, or list them in the setting "
                    + registration.key(Setting.OAUTH_MAILBOXES) + ".");
        }
        return List.copyOf(names);
    }

    private static MailboxName name(String text) {
        try {
            return MailboxName.of(text);
        } catch (IllegalArgumentException e) {
            throw new OperationRefusedException("A mailbox is named wrongly: " + e.getMessage() + ".");
        }
    }

    private JsonNode beginDevice(JsonNode input) {
        devices.values().removeIf(begun -> clock.instant().isAfter(begun.expiresAt()));
        if (devices.size() >= MOST_DEVICES) {
            throw new OperationRefusedException(
                    "Too many device sign-ins are under way. Finish some, or wait fifteen minutes.");
        }
        try {
            DeviceSignIn begun = connections.beginDevice(registration(input).name(), protocol(input));
            String id = UUID.randomUUID().toString();
            devices.put(id, begun);
            return json.createObjectNode()
                    .put("id", id)
                    .put("message", begun.message())
                    .put("nextPoll", begun.nextPoll().toString())
                    .put("expiresAt", begun.expiresAt().toString());
        } catch (ConnectEndedException e) {
            throw new OperationRefusedException(e.remedy());
        }
    }

    private JsonNode pollDevice(JsonNode input) {
        String id = text(input, "id").orElse("");
        DeviceSignIn begun = devices.get(id);
        if (begun == null) {
            throw new OperationRefusedException("There is no such device sign-in. Begin it again.");
        }
        ObjectNode answer = json.createObjectNode();
        DevicePoll poll = connections.pollDevice(begun);
        if (poll instanceof DevicePoll.Ended ended) {
            devices.remove(id);
            return describe(answer, ended.result());
        }
        return answer.put("nextPoll", begun.nextPoll().toString());
    }

    private JsonNode disconnect(JsonNode input) {
        MailboxId mailbox = mailboxId(text(input, "mailbox").orElse(""));
        MailboxDirectory.Mail mail =
                input.path("purge").asBoolean(false) ? MailboxDirectory.Mail.PURGE : MailboxDirectory.Mail.KEEP;
        beforeDisconnect.accept(mailbox);
        Disconnected done = connections
                .disconnect(mailbox, mail)
                .orElseThrow(() -> new OperationRefusedException(
                        "There is no such mailbox. The command mailboxes lists their ids."));
        return json.createObjectNode()
                .put("credentialErased", done.credentialErased())
                .put("stillToRevoke", done.stillToRevoke());
    }

    private static MailboxId mailboxId(String text) {
        try {
            return MailboxId.of(text);
        } catch (IllegalArgumentException e) {
            throw new OperationRefusedException("mailbox must be a mailbox's id. The command mailboxes lists them.");
        }
    }

    private RegistrationSettings registration(JsonNode input) {
        String name = text(input, "registration").orElse("");
        return Optional.ofNullable(registrations.get(name))
                .orElseThrow(() -> new OperationRefusedException(
                        "registration names no app registration of this deployment. The settings know: "
                                + String.join(", ", registrations.keySet()) + "."));
    }

    private static ConnectProtocol protocol(JsonNode input) {
        return text(input, "protocol")
                .map(ConnectProtocol::of)
                .orElse(Optional.of(ConnectProtocol.AUTO))
                .orElseThrow(() -> new OperationRefusedException("protocol must be auto, graph or ews."));
    }

    private static ObjectNode describe(ObjectNode node, ConnectResult result) {
        if (result instanceof ConnectResult.Connected connected) {
            return node.put("mailbox", connected.mailbox().toString())
                    .put("protocol", connected.protocol().word());
        }
        ConnectResult.Refused refused = (ConnectResult.Refused) result;
        return node.put("refused", refused.reason()).put("remedy", refused.remedy());
    }

    private static Optional<String> text(JsonNode input, String name) {
        JsonNode value = input.path(name);
        if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
            throw new OperationRefusedException(name + " must be a text.");
        }
        return Optional.ofNullable(value.textValue()).filter(text -> !text.isEmpty());
    }
}
