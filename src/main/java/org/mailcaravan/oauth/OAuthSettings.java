package org.mailcaravan.oauth;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mailcaravan.credential.Secret;

/**
 * Everything this room can be told. Checked when made; wrong values are an {@link IllegalArgumentException} that names the remedy.
 *
 * @param registrations our app registrations: names and client ids differ; the first keeps the callback path, each further one appends its name
 * @param address where browsers reach us
 * @param resources the APIs that tokens are asked for
 * @param mailbox what a newly connected mailbox gets
 * @param connectOpen whether {@code /connect} lets anyone of the allowed tenants connect his own mailbox without a ticket
 * @param apiToken what a caller must show to get a ticket; empty: tickets are off
 * @param cae whether tokens are asked for with the word that we understand claims challenges (Continuous Access Evaluation); challenges that come without it
 *     are answered too
 */
public record OAuthSettings(
        List<AppRegistration> registrations,
        PublicAddress address,
        ResourceAddresses resources,
        MailboxDefaults mailbox,
        boolean connectOpen,
        Optional<Secret> apiToken,
        boolean cae) {
    public OAuthSettings {
        registrations = List.copyOf(registrations);
        if (registrations.isEmpty()) {
            throw new IllegalArgumentException("name at least one app registration");
        }
        requireDistinct("name", registrations.stream().map(AppRegistration::name));
        requireDistinct("client id", registrations.stream().map(AppRegistration::clientId));
        requireDistinct(
                "mail server id",
                registrations.stream()
                        .flatMap(app -> Stream.concat(Stream.of(app.name()), app.mailServerIds().stream())
                                .distinct()));
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(resources, "resources");
        Objects.requireNonNull(mailbox, "mailbox");
        Objects.requireNonNull(apiToken, "apiToken");
    }

    /** Where sign-ins of a registration come back to, byte for byte as it must be registered (S04, S06). */
    public String redirectUri(AppRegistration registration) {
        String suffix = registration.name().equals(registrations.get(0).name()) ? "" : "/" + registration.name();
        return address.redirectUri() + suffix;
    }

    private static void requireDistinct(String what, Stream<String> values) {
        Set<String> seen = new HashSet<>();
        values.filter(value -> !seen.add(value)).findFirst().ifPresent(twice -> {
            throw new IllegalArgumentException(
                    "two app registrations have the " + what + " '" + twice + "': give each its own");
        });
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
