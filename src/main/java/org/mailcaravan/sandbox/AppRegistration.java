package org.mailcaravan.sandbox;

import java.util.List;
import java.util.Set;

/**
 * An application registered in the sandbox tenant, as the portal shows it.
 *
 * @param clientId GUID
 * @param secretId GUID that the portal shows beside a secret and that people paste by mistake
 * @param secret the secret's value; never printed
 * @param redirectUris type web; compared byte for byte, except that {@code http://localhost} ignores the port
 * @param required the permissions declared in the registration; they grant nothing
 * @param adminConsented the permissions an administrator granted for everybody
 * @param policy the tenant's rules for this application
 */
public record AppRegistration(
        String clientId,
        String displayName,
        String secretId,
        String secret,
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

    public AppRegistration {
        redirectUris = List.copyOf(redirectUris);
        required = Set.copyOf(required);
        adminConsented = Set.copyOf(adminConsented);
    }

    AppRegistration withPolicy(ConsentPolicy next) {
        return new AppRegistration(
                clientId, displayName, secretId, secret, redirectUris, required, adminConsented, next);
    }

    AppRegistration withAdminConsented(Set<Permission> granted) {
        return new AppRegistration(clientId, displayName, secretId, secret, redirectUris, required, granted, policy);
    }

    AppRegistration withRedirectUris(List<String> uris) {
        return new AppRegistration(clientId, displayName, secretId, secret, uris, required, adminConsented, policy);
    }

    @Override
    public String toString() {
        return "AppRegistration[" + displayName + ", " + clientId + "]";
    }
}
