package org.mailcaravan.sandbox.entra;

import java.util.Arrays;
import java.util.Set;

/**
 * What a checked access token says.
 *
 * @param objectId the user's, or with an app-only token the service principal's
 * @param userPrincipalName empty with an app-only token
 * @param scopes bare names as in the {@code scp} claim, for example {@code Mail.Read}; none with an app-only token
 * @param roles bare names as in the {@code roles} claim, for example {@code full_access_as_app}; only app-only tokens have them, and may have none
 * @param appId client id of the application
 * @param appOnly whether the application acts for itself ({@code idtyp} is {@code app})
 */
public record VerifiedToken(
        String tenantId,
        String objectId,
        String userPrincipalName,
        Set<String> scopes,
        Set<String> roles,
        String appId,
        boolean appOnly) {
    public VerifiedToken {
        scopes = Set.copyOf(scopes);
        roles = Set.copyOf(roles);
    }

    /** Whether any of these scopes was granted; letter case does not count. */
    public boolean hasAnyScope(String... wanted) {
        return hasAny(scopes, wanted);
    }

    /** Whether any of these application permissions was granted; letter case does not count. */
    public boolean hasAnyRole(String... wanted) {
        return hasAny(roles, wanted);
    }

    private static boolean hasAny(Set<String> granted, String... wanted) {
        return granted.stream().anyMatch(name -> Arrays.stream(wanted).anyMatch(name::equalsIgnoreCase));
    }
}
