package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mailcaravan.credential.CredentialUnreadableException;
import org.mailcaravan.credential.KeyRingException;
import org.mailcaravan.credential.KeyRotation;
import org.mailcaravan.cutover.EwsWarnings;
import org.mailcaravan.database.DatabaseException;
import org.mailcaravan.ingest.Ingestion;
import org.mailcaravan.ingest.MailboxState;
import org.mailcaravan.ingest.MailboxStatus;
import org.mailcaravan.ingest.Subscription;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.management.Operation;
import org.mailcaravan.management.OperationRefusedException;
import org.mailcaravan.oauth.GrantedPermissions;
import org.mailcaravan.oauth.TicketRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What commands may ask of the running process. */
final class ManagementOperations {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementOperations.class);

    private final ObjectMapper json = new ObjectMapper();
    private final Ingestion ingestion;
    private final ConnectionOperations connections;
    private final KeyRotation keys;
    private final GrantedPermissions permissions;
    private final CutoverOperations cutovers;
    private final EwsWarnings ewsWarnings;

    ManagementOperations(
            Ingestion ingestion,
            ConnectionOperations connections,
            KeyRotation keys,
            GrantedPermissions permissions,
            CutoverOperations cutovers,
            EwsWarnings ewsWarnings) {
        this.cutovers = cutovers;
        this.ewsWarnings = ewsWarnings;
        this.ingestion = ingestion;
        this.connections = connections;
        this.keys = keys;
        this.permissions = permissions;
    }

    /** Each by the name it is called by. */
    Map<String, Operation> byName() {
        Map<String, Operation> operations = new LinkedHashMap<>();
        operations.put("status", input -> status());
        operations.putAll(connections.byName());
        operations.putAll(cutovers.byName());
        operations.put("mailboxes", this::mailboxes);
        operations.put("permissions", input -> permissions());
        operations.put("keys-status", input -> keysStatus());
        operations.put("keys-rewrap", input -> keysRewrap());
        operations.put("keys-retire", input -> keysRetire());
        operations.replaceAll((name, operation) -> explained(operation));
        return operations;
    }

    /** Refusals that people can do something about reach the one who asked. */
    private static Operation explained(Operation operation) {
        return input -> {
            try {
                return operation.run(input);
            } catch (TicketRefusedException | KeyRingException e) {
                throw new OperationRefusedException(String.valueOf(e.getMessage()));
            } catch (DatabaseException e) {
                LOG.warn("the database did not answer an operation: {}", e.getMessage());
                throw new OperationRefusedException(
                        "The database does not answer. See the log of the process, and ask again when it does.");
            }
        };
    }

    private JsonNode status() {
        ObjectNode answer = json.createObjectNode();
        answer.put("version", new Application.Version().getVersion()[0]);
        ObjectNode states = answer.putObject("mailboxes");
        ingestion.mailboxes().countByState().forEach(states::put);
        ingestion.pausedIntake().ifPresent(reason -> answer.put("pausedIntake", reason));
        ObjectNode paused = answer.putObject("pausedSinks");
        ingestion.deliveries().paused().forEach(paused::put);
        return answer;
    }

    private JsonNode mailboxes(JsonNode input) {
        boolean addresses = input.path("addresses").asBoolean(false);
        ObjectNode answer = json.createObjectNode();
        ArrayNode list = answer.putArray("mailboxes");
        Map<MailboxId, Subscription> subscriptions = ingestion.subscriptions().all().stream()
                .collect(Collectors.toMap(Subscription::mailbox, Function.identity()));
        ingestion.mailboxes().all().forEach(status -> {
            ObjectNode node = list.addObject();
            describe(node, status, addresses);
            if (status.state() != MailboxState.DISCONNECTED) {
                ewsWarnings.of(status.mailbox()).ifPresent(warning -> node.put("warning", warning));
            }
            Optional.ofNullable(subscriptions.get(status.mailbox().id())).ifPresent(one -> describe(node, one));
        });
        return answer;
    }

    private static void describe(ObjectNode node, MailboxStatus status, boolean address) {
        node.put("id", status.mailbox().id().toString())
                .put("protocol", status.mailbox().protocol().word())
                .put("access", status.mailbox().access().word())
                .put("state", status.state().word())
                .put("since", status.since().toString());
        status.reason().ifPresent(reason -> node.put("reason", reason));
        if (address) {
            node.put("address", status.mailbox().address().value());
        }
    }

    /** Which connected mailboxes lack a permission. */
    private JsonNode permissions() {
        ObjectNode answer = json.createObjectNode();
        ObjectNode missing = answer.putObject("missing");
        ingestion.mailboxes().all().stream()
                .filter(status -> status.state() != MailboxState.DISCONNECTED)
                .map(MailboxStatus::mailbox)
                .forEach(mailbox -> missing(mailbox)
                        .ifPresent(permission -> missing.put(mailbox.id().toString(), permission)));
        return answer;
    }

    private Optional<String> missing(Mailbox mailbox) {
        try {
            return permissions.missing(mailbox);
        } catch (CredentialUnreadableException e) {
            return Optional.empty(); // the key ring's own line tells it
        }
    }

    private static void describe(ObjectNode node, Subscription subscription) {
        subscription.expires().ifPresent(end -> node.put("announcedUntil", end.toString()));
        subscription.reason().ifPresent(reason -> node.put("notAnnounced", reason));
    }

    private JsonNode keysStatus() {
        KeyRotation.Status status = keys.status();
        ObjectNode answer = json.createObjectNode()
                .put("credentials", status.credentials())
                .put("unknownKey", status.unknownKey())
                .put("followsFile", status.followsFile());
        ArrayNode list = answer.putArray("keys");
        status.keys().forEach(key -> {
            ObjectNode node = list.addObject()
                    .put("id", key.id())
                    .put("role", key.role().name().toLowerCase(Locale.ROOT))
                    .put("credentials", key.credentials())
                    .put("uses", key.uses());
            key.lastUsedAt().ifPresent(moment -> node.put("lastUsedAt", moment.toString()));
        });
        return answer;
    }

    private JsonNode keysRewrap() {
        KeyRotation.Rewrapped done = keys.rewrap(
                progress -> LOG.info("{} of {} credentials encrypted anew", progress.rewrapped(), progress.total()));
        ObjectNode answer = json.createObjectNode()
                .put("primaryKeyId", done.primaryKeyId())
                .put("rewrapped", done.rewrapped())
                .put("remaining", done.remaining());
        ArrayNode unreadable = answer.putArray("unreadable");
        done.unreadable().forEach(id -> unreadable.add(id.toString()));
        return answer;
    }

    private JsonNode keysRetire() {
        ObjectNode answer = json.createObjectNode();
        ArrayNode retired = answer.putArray("retired");
        keys.retire().forEach(retired::add);
        return answer;
    }
}
