package org.mailcaravan.oauth;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.mailcaravan.mailbox.TenantId;

/**
 * One of our app registrations at Entra ID.
 *
 * @param name our name of it, stored with every credential; the first one is {@code default}
 * @param mode for whom it asks
 * @param authority scheme and host of the sign-in service, for example {@code https://login.microsoftonline.com}; http only on loopback
 * @param tenant whose sign-in page is shown: a tenant GUID, a verified domain, or {@code organizations} / {@code common} / {@code consumers}
 * @param clientId the registration's application (client) id
 * @param authentication how it proves to be itself
 * @param allowedTenants whose accounts may connect; empty: only the configured tenant's, which then must be no alias
 * @param mailServerIds the values of {@code mailServerId} that mean this registration, besides its name (Creatio's {@code AuthenticateUser})
 */
public record AppRegistration(
        String name,
        ClientMode mode,
        URI authority,
        String tenant,
        String clientId,
        ClientAuthentication authentication,
        Set<TenantId> allowedTenants,
        Set<String> mailServerIds,
        Optional<URI> metadata) {
    static final String METADATA_PATH = "/.well-known/openid-configuration";

    private static final Set<String> ALIASES = Set.of("organizations", "common", "consumers");
    private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** @throws IllegalArgumentException naming the value that is wrong and its remedy */
    public AppRegistration {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(authentication, "authentication");
        mailServerIds = Set.copyOf(mailServerIds);
        allowedTenants = Set.copyOf(allowedTenants);
        authority = Addresses.base("authority", authority);
        if (!name.matches("[a-z0-9-]{1,40}")) {
            throw new IllegalArgumentException(
                    "the name of an app registration must be 1 to 40 of a-z, 0-9 and '-', for example default");
        }
        if (!tenant.matches("[A-Za-z0-9.-]{1,253}")) {
            throw new IllegalArgumentException(
                    "the tenant must be a tenant GUID, a verified domain or organizations: copy the Directory (tenant) ID");
        }
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("the client id is empty: copy the Application (client) ID");
        }
        if (ALIASES.contains(tenant) && allowedTenants.isEmpty()) {
            throw new IllegalArgumentException("the tenant '" + tenant
                    + "' lets any organisation sign in: list the tenants that are allowed, or name one tenant");
        }
        if (metadata.isPresent()) {
            requireUsable(metadata.get(), authority, tenant);
        }
    }

    /** At Entra ID. */
    public AppRegistration(
            String name,
            ClientMode mode,
            URI authority,
            String tenant,
            String clientId,
            ClientAuthentication authentication,
            Set<TenantId> allowedTenants,
            Set<String> mailServerIds) {
        this(name, mode, authority, tenant, clientId, authentication, allowedTenants, mailServerIds, Optional.empty());
    }

    private static void requireUsable(URI metadata, URI authority, String tenant) {
        if (!metadata.toString().endsWith(METADATA_PATH)
                || metadata.getHost() == null
                || !Addresses.origin(metadata).equals(Addresses.origin(authority))) {
            throw new IllegalArgumentException(
                    "the metadata address must be on the authority's host and end with " + METADATA_PATH);
        }
        if (!ALIASES.contains(tenant) && !GUID.matcher(tenant).matches()) {
            throw new IllegalArgumentException(
                    "with a metadata address the tenant must be the GUID of the claim tid: no domain can be resolved there");
        }
    }

    boolean answersTo(String mailServerId) {
        return name.equals(mailServerId) || mailServerIds.contains(mailServerId);
    }

    boolean alias() {
        return ALIASES.contains(tenant);
    }
}
