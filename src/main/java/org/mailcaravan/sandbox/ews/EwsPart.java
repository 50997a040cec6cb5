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
                new EwsHandler.Tenant(mailboxes, tenant.tokens(), tenant.log(), tenant.faults()), settings);
        tenant.server().mount(EwsHandler.PATH, handler);
        tenant.control().operation("ews/faults", input -> {
            tenant.faults().add(rule(input));
            return Map.of();
        });
        tenant.control().operation("ews/invalidate-sync-states", input -> {
            handler.invalidateSyncStates(mailbox(input.path("user").asText()));
            return Map.of();
        });
    }

    /** The same JSON as the operation {@code faults} reads; only the fault's types differ. */
    private Faults.Rule rule(JsonNode input) {
        Optional<String> owner = Optional.of(input.path("user").asText())
                .filter(name -> !name.isEmpty())
                .map(name -> mailbox(name).ownerId().toString());
        boolean always = input.path("times").asText("1").equals("always");
        JsonNode fault = input.path("fault");
        return new Faults.Rule(
                input.path("kind").asText("ews:"),
                owner,
                input.path("skip").asInt(0),
                always ? Integer.MAX_VALUE : input.path("times").asInt(1),
                EwsFaults.named(fault.path("type").asText(), fault));
    }

    private SandboxMailbox mailbox(String name) {
        return mailboxes
                .find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "user must be an object id or user principal name with a mailbox"));
    }
}
