package org.mailcaravan.oauth;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.credential.StoredToken;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects mailboxes that the application reads as itself (client credentials, RFC 6749 section 4.4): nobody signs in, an administrator consented to roles or
 * assigned them by RBAC for Applications. All mailboxes of a registration share one credential, without a refresh token.
 */
final class ApplicationMailboxes {
    private static final Logger LOG = LoggerFactory.getLogger(ApplicationMailboxes.class);

    private final Registrations registrations;
    private final TokenEndpoint endpoint;
    private final Scopes scopes;
    private final MailboxStore store;
    private final MailboxProbe probe;
    private final MailboxLookup lookup;
    private final Clock clock;

    ApplicationMailboxes(
            Registrations registrations,
            TokenEndpoint endpoint,
            Scopes scopes,
            MailboxStore store,
            MailboxProbe probe,
            MailboxLookup lookup,
            Clock clock) {
        this.registrations = registrations;
        this.endpoint = endpoint;
        this.scopes = scopes;
        this.store = store;
        this.probe = probe;
        this.lookup = lookup;
        this.clock = clock;
    }

    /** A token that the application got for itself. */
    private record Own(Registrations.Registration registration, TenantId tenant, Resource resource, StoredToken token) {
        AccessToken access() {
            return new AccessToken(token.value().value(), token.expiresAt());
        }

        @Override
        public String toString() {
            return "Own[" + resource + "]";
        }
    }

    /** Connects each of them; one that is refused does not keep the others from being connected. */
    Map<MailboxName, ConnectResult> connect(
            String registration, Collection<MailboxName> names, ConnectProtocol wanted) {
        Protocol protocol = wanted == ConnectProtocol.EWS ? Protocol.EWS : Protocol.GRAPH;
        Map<MailboxName, ConnectResult> results = new LinkedHashMap<>();
        try {
            Own own = token(registration, resource(protocol));
            names.forEach(name -> results.put(name, connect(own, name, protocol)));
        } catch (ConnectEndedException e) {
            names.forEach(name -> results.put(name, ConnectResult.Refused.of(e)));
        }
        return results;
    }

    /**
     * Whether the application gets a token at all.
     *
     * @throws ConnectEndedException if not
     */
    void requireToken(String registration) {
        token(registration, Resource.GRAPH);
    }

    private ConnectResult connect(Own own, MailboxName name, Protocol protocol) {
        try {
            ConnectCandidate.Target target = target(own, name, protocol);
            MailboxStore.Granted granted = granted(own);
            probe.probe(store.candidate(granted, target, protocol), own.access());
            Mailbox mailbox = store.store(granted, target, protocol, () -> {});
            LOG.info(
                    "mailbox {} is connected over {} by the application, registration {}",
                    mailbox.id(),
                    protocol.word(),
                    own.registration().name());
            return new ConnectResult.Connected(mailbox.id(), protocol);
        } catch (MailSourceException e) {
            return ConnectResult.Refused.of(ConnectFailures.of(e));
        } catch (ConnectEndedException e) {
            return ConnectResult.Refused.of(e);
        }
    }

    // an object id alone will do for Graph; EWS is told the address (ExchangeImpersonation), and an address alone is no
    // identity
    private ConnectCandidate.Target target(Own own, MailboxName name, Protocol protocol) {
        Optional<MailboxAddress> address = name.address();
        if (name.objectId().isPresent() && address.isEmpty() && protocol == Protocol.GRAPH) {
            address = Optional.of(new MailboxAddress(
                    name.objectId().get() + "@" + own.tenant().value()));
        }
        if (name.objectId().isPresent() && address.isPresent()) {
            return new ConnectCandidate.Target(name.objectId().get(), address.get(), Access.APPLICATION);
        }
        AccessToken graph = own.resource() == Resource.GRAPH
                ? own.access()
                : token(own.registration().name(), Resource.GRAPH).access();
        MailboxLookup.Found found = lookup.fetch(
                name.objectId().orElseGet(() -> name.address().orElseThrow().value()), graph);
        return new ConnectCandidate.Target(found.objectId(), found.address(), Access.APPLICATION);
    }

    private MailboxStore.Granted granted(Own own) {
        Optional<StoredToken> token = Optional.of(own.token());
        boolean graph = own.resource() == Resource.GRAPH;
        return new MailboxStore.Granted(
                own.registration().name(),
                own.tenant(),
                own.registration().app().clientId(),
                Optional.empty(),
                clock.instant(),
                graph ? token : Optional.empty(),
                graph ? Optional.empty() : token,
                Set.of());
    }

    private Own token(String name, Resource resource) {
        Registrations.Registration registration = registrations
                .named(name)
                .filter(known -> known.app().mode() == ClientMode.APP_ONLY)
                .orElseThrow(
                        () -> ended(
                                "There is no app-only registration of this name.",
                                "Name a registration whose mode is app-only, or configure one: an app registration of its own, with application permissions only."));
        TenantId tenant = ConnectStart.metadata(registration)
                .tenant()
                .orElseThrow(
                        () -> ended(
                                "The registration does not name one tenant, and an application asks for tokens in one tenant.",
                                "Configure the tenant's id or domain for this registration instead of organizations or common."));
        Instant asked = clock.instant();
        TokenOutcome outcome = endpoint.request(TokenRequest.clientCredentials(name, scopes.ofApplication(resource)));
        if (outcome instanceof TokenOutcome.Granted granted) {
            StoredToken token = new StoredToken(granted.accessToken(), asked.plus(granted.expiresIn()));
            return new Own(registration, tenant, resource, token);
        }
        throw ConnectFailures.of(outcome);
    }

    private static Resource resource(Protocol protocol) {
        return protocol == Protocol.EWS ? Resource.EXCHANGE : Resource.GRAPH;
    }

    private static ConnectEndedException ended(String happened, String next) {
        return new ConnectEndedException(
                happened, new ConnectEndedException.Notice(400, "The mailbox was not connected", happened, next));
    }
}
