package org.mailcaravan.sandbox.entra;

import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/** Whether the directory lets a person use an application at all. */
final class SignInRules {
    private SignInRules() {}

    /** @throws AuthorityException 50057 disabled account, 50105 not assigned to the application, 53003 denied by Conditional Access */
    static void check(SandboxDirectory directory, AppRegistration app, SandboxUser user) throws AuthorityException {
        if (!user.enabled()) {
            throw Aadsts.of(50057);
        }
        if (!directory.isAssigned(app, user.objectId())) {
            throw Aadsts.of(50105, user.userPrincipalName(), app.displayName());
        }
        if (directory.isBlocked(user.objectId())) {
            throw Aadsts.of(53003);
        }
    }
}
