package org.mailcaravan.sandbox.entra;

import java.util.Set;

/**
 * What a checked access token says.
 *
 * @param scopes bare names as in the {@code scp} claim, for example {@code Mail.Read}
 */
public record VerifiedToken(
        String tenantId, String objectId, String userPrincipalName, Set<String> scopes, String appId) {
    public VerifiedToken {
        scopes = Set.copyOf(scopes);
    }

    /** Whether any of these scopes was granted; letter case does not count. */
    public boolean hasAnyScope(String... wanted) {
        return scopes.stream().anyMatch(scope -> Set.of(wanted).stream().anyMatch(scope::equalsIgnoreCase));
    }
}
