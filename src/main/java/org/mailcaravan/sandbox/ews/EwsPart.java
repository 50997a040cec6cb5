package org.mailcaravan.sandbox.ews;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/** The tenant's EWS under {@link EwsHandler#PATH} with the control operations {@code ews/…}. Thread-safe. */
public final class EwsPart implements SandboxTenant.Part {
    private final SandboxMailboxes mailboxes;
    private final EwsSettings settings;

    /** @param mailboxes those of the tenant's mail part, so that Graph and EWS show the same mail */
    public EwsPart(SandboxMailboxes mailboxes, EwsSettings settings) {
        this.mailboxes = mailboxes;
        this.settings = settings;
    }

    @Override
    public void mountOn(SandboxTenant tenant) {
        EwsHandler handler = new EwsHandler(
                new EwsHandler.Tenant(tenant.directory(), mailboxes, tenant.tokens(), tenant.log(), tenant.faults()),
                settings);
        tenant.server().mount(EwsHandler.PATH, handler);
        tenant.control().operation("ews/fault", input -> {
            tenant.faults().add(rule(input));
            return Map.of();
        });
        tenant.control().operation("ews/invalidate-sync-states", input -> {
            handler.invalidateSyncStates(mailbox(input.path("mailbox").asText()));
            return Map.of();
        });
    }

    /** {@code {"fault": "busy", "operation": "GetItem", "mailbox": "…", "skip": 0, "times": 1, …}}; no operation means all. */
    private Faults.Rule rule(JsonNode input) {
        Optional<String> owner = Optional.of(input.path("mailbox").asText())
                .filter(name -> !name.isEmpty())
                .map(name -> mailbox(name).ownerId().toString());
        return new Faults.Rule(
                "ews:" + input.path("operation").asText(),
                owner,
                input.path("skip").asInt(0),
                input.path("times").asInt(1),
                EwsFaults.named(input.path("fault").asText(), input));
    }

    private SandboxMailbox mailbox(String name) {
        return mailboxes
                .find(name)
                .orElseThrow(() ->
                        new IllegalArgumentException("mailbox must be a user's object id or user principal name"));
    }
}
