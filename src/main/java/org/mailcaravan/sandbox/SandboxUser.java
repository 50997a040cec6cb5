package org.mailcaravan.sandbox;

import java.util.Optional;

/**
 * A person or a shared address of the sandbox tenant; each has a mailbox.
 *
 * @param objectId GUID, the {@code oid} of tokens and Graph's {@code id}
 * @param password empty means that picking the account is enough to sign in
 * @param enabled a disabled user gets no tokens (AADSTS50057)
 */
public record SandboxUser(
        String objectId, String userPrincipalName, String displayName, Optional<String> password, boolean enabled) {
    SandboxUser withEnabled(boolean nowEnabled) {
        return new SandboxUser(objectId, userPrincipalName, displayName, password, nowEnabled);
    }

    @Override
    public String toString() {
        return "SandboxUser[" + userPrincipalName + "]";
    }
}
