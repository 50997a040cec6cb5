package org.mailcaravan.sandbox.ews;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.Latency;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/** The tenant's EWS, in the cloud and on the organisation's own server, and Autodiscover, with the control operations {@code ews/…}. Thread-safe. */
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
        EwsHandler.Tenant needed = needed(tenant);
        EwsPolicy policy = new EwsPolicy(mailboxes);
        EwsHandler online = new EwsHandler(needed, settings, EwsSite.ONLINE, policy);
        EwsHandler onPremises = new EwsHandler(needed, settings, EwsSite.ON_PREMISES, policy);
        tenant.server().mount(online.site().path(), online);
        tenant.server().mount(onPremises.site().path(), onPremises);
        Map<UUID, Autodiscover.Plan> plans = Autodiscover.plans();
        tenant.server().mount(Autodiscover.PATH, new Autodiscover(mailboxes, tenant.log(), EwsSite.ONLINE, plans));
        tenant.server()
                .mount(
                        Autodiscover.ON_PREMISES_PATH,
                        new Autodiscover(mailboxes, tenant.log(), EwsSite.ON_PREMISES, plans));
        tenant.control().operation("ews/fault", input -> {
            tenant.faults().add(rule(input));
            return Map.of();
        });
        new EwsControl(mailboxes, online, onPremises, policy, plans).addTo(tenant.control());
        tenant.control().operation("ews/latency", input -> {
            needed.latency().set(Duration.ofMillis(input.path("ms").asLong(0)));
            return Map.of();
        });
    }

    private EwsHandler.Tenant needed(SandboxTenant tenant) {
        return new EwsHandler.Tenant(
                tenant.directory(),
                mailboxes,
                tenant.tokens(),
                tenant.log(),
                tenant.faults(),
                tenant.options().clock(),
                new Latency());
    }

    /** Exchange Online's EWS of a tenant for callers in the same process; mounted nowhere, with states and subscriptions of its own. */
    public HttpHandler inProcess(SandboxTenant tenant) {
        return new EwsHandler(needed(tenant), settings, EwsSite.ONLINE, new EwsPolicy(mailboxes));
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
                input.path("times").asText().equals("always")
                        ? Integer.MAX_VALUE
                        : input.path("times").asInt(1),
                EwsFaults.named(input.path("fault").asText(), input));
    }

    private SandboxMailbox mailbox(String name) {
        return mailboxes
                .find(name)
                .orElseThrow(() ->
                        new IllegalArgumentException("mailbox must be a user's object id or user principal name"));
    }
}
