package org.mailcaravan.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * An application registered in the sandbox tenant, as the portal shows it.
 *
 * @param clientId GUID
 * @param credentials how it proves who it is; none for a public client
 * @param flags what the registration and its enterprise application allow
 * @param redirectUris type web; compared byte for byte, except that {@code http://localhost} ignores the port
 * @param required the permissions declared in the registration; they grant nothing
 * @param adminConsented the permissions an administrator granted for everybody
 * @param policy the tenant's rules for this application
 */
public record AppRegistration(
        String clientId,
        String displayName,
        Credentials credentials,
        Flags flags,
        List<String> redirectUris,
        Set<Permission> required,
        Set<Permission> adminConsented,
        ConsentPolicy policy) {

    /** Who may consent to what. */
    public enum ConsentPolicy {
        /** Users may consent to any published permission of an API the registration names (the v2 endpoint's dynamic consent). */
        USERS_MAY_CONSENT,
        /** Users may consent, but only to declared permissions; others end with AADSTS65005. */
        DECLARED_ONLY,
        /** Only an administrator may consent; users meet AADSTS90094. */
        ADMIN_ONLY
    }

    /** A registration's secrets, certificates and federated credentials; any of them will do. */
    public record Credentials(
            List<ClientSecret> secrets, List<ClientCertificate> certificates, List<FederatedCredential> federated) {
        /** None, as a public client has. */
        public static final Credentials NONE = new Credentials(List.of(), List.of(), List.of());

        public Credentials {
            secrets = List.copyOf(secrets);
            certificates = List.copyOf(certificates);
            federated = List.copyOf(federated);
        }

        public Credentials plus(ClientSecret secret) {
            return new Credentials(plus(secrets, secret), certificates, federated);
        }

        public Credentials plus(ClientCertificate certificate) {
            return new Credentials(secrets, plus(certificates, certificate), federated);
        }

        public Credentials plus(FederatedCredential trust) {
            return new Credentials(secrets, certificates, plus(federated, trust));
        }

        private static <T> List<T> plus(List<T> list, T last) {
            List<T> longer = new ArrayList<>(list);
            longer.add(last);
            return longer;
        }

        /** Without the one of that id, whatever its kind. */
        public Credentials without(String id) {
            return new Credentials(
                    secrets.stream().filter(secret -> !secret.id().equals(id)).toList(),
                    certificates.stream()
                            .filter(certificate -> !certificate.id().equals(id))
                            .toList(),
                    federated.stream().filter(trust -> !trust.id().equals(id)).toList());
        }

        @Override
        public String toString() {
            return "Credentials[" + secrets.size() + " secrets, " + certificates.size() + " certificates, "
                    + federated.size() + " federated]";
        }
    }

    /**
     * The switches of a registration.
     *
     * @param enabled a disabled one is AADSTS7000112
     * @param publicClient {@code isFallbackPublicClient}: it has no credential (AADSTS700025 if it sends one) and may use the device code flow
     * @param multiTenant {@code signInAudience} is not {@code AzureADMyOrg}; a single-tenant one on {@code common} or {@code organizations} is AADSTS50194
     * @param assignmentRequired only assigned users may sign in, others meet AADSTS50105
     */
    public record Flags(boolean enabled, boolean publicClient, boolean multiTenant, boolean assignmentRequired) {
        /** An enabled, confidential, multi-tenant application open to everybody. */
        public static final Flags CONFIDENTIAL = new Flags(true, false, true, false);
        /** The same as a public client. */
        public static final Flags PUBLIC = new Flags(true, true, true, false);
    }

    public AppRegistration {
        redirectUris = List.copyOf(redirectUris);
        required = Set.copyOf(required);
        adminConsented = Set.copyOf(adminConsented);
    }

    public AppRegistration withPolicy(ConsentPolicy next) {
        return new AppRegistration(
                clientId, displayName, credentials, flags, redirectUris, required, adminConsented, next);
    }

    public AppRegistration withAdminConsented(Set<Permission> granted) {
        return new AppRegistration(clientId, displayName, credentials, flags, redirectUris, required, granted, policy);
    }

    public AppRegistration withRedirectUris(List<String> uris) {
        return new AppRegistration(clientId, displayName, credentials, flags, uris, required, adminConsented, policy);
    }

    public AppRegistration withRequired(Set<Permission> declared) {
        return new AppRegistration(
                clientId, displayName, credentials, flags, redirectUris, declared, adminConsented, policy);
    }

    public AppRegistration withCredentials(UnaryOperator<Credentials> change) {
        return new AppRegistration(
                clientId,
                displayName,
                change.apply(credentials),
                flags,
                redirectUris,
                required,
                adminConsented,
                policy);
    }

    public AppRegistration withFlags(Flags next) {
        return new AppRegistration(
                clientId, displayName, credentials, next, redirectUris, required, adminConsented, policy);
    }

    /** The declared permissions of one kind. */
    public Set<Permission> required(Permission.Kind kind) {
        return required.stream().filter(permission -> permission.kind() == kind).collect(Collectors.toSet());
    }

    @Override
    public String toString() {
        return "AppRegistration[" + displayName + ", " + clientId + "]";
    }
}
