package org.mailcaravan.oauth;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.mailcaravan.credential.Secret;

/**
 * Everything this room can be told. Checked when made; wrong values are an {@link IllegalArgumentException} that names the remedy.
 *
 * @param registration our app registration
 * @param address where browsers reach us
 * @param resources the APIs that tokens are asked for
 * @param mailbox what a newly connected mailbox gets
 * @param connectOpen whether {@code /connect} lets anyone of the allowed tenants connect his own mailbox without a ticket
 * @param apiToken what a caller must show to get a ticket; empty: tickets are off
 */
public record OAuthSettings(
        AppRegistration registration,
        PublicAddress address,
        ResourceAddresses resources,
        MailboxDefaults mailbox,
        boolean connectOpen,
        Optional<Secret> apiToken) {
    public OAuthSettings {
        Objects.requireNonNull(registration, "registration");
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(resources, "resources");
        Objects.requireNonNull(mailbox, "mailbox");
        Objects.requireNonNull(apiToken, "apiToken");
    }

    /**
     * The identifiers of the APIs as scopes name them. They are names, not addresses that are called.
     *
     * @param graph for example {@code https://graph.microsoft.com}
     * @param exchange for example {@code https://outlook.office365.com}
     */
    public record ResourceAddresses(URI graph, URI exchange) {
        /** The names in Microsoft's global cloud. */
        public static final ResourceAddresses GLOBAL = new ResourceAddresses(
                URI.create("https://graph.microsoft.com"), URI.create("https://outlook.office365.com"));

        public ResourceAddresses {
            graph = Addresses.base("Graph resource", graph);
            exchange = Addresses.base("Exchange resource", exchange);
        }
    }
}
