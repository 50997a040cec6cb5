package org.mailcaravan.registration;

import java.util.StringJoiner;
import org.mailcaravan.oauth.ClientMode;

/**
 * RBAC for Applications in Exchange Online: the mailboxes of one group, and no others. The roles add to what Entra ID consented to, so the manifest must hold no
 * mail permission.
 */
final class ExchangeCommands {
    private ExchangeCommands() {}

    /** @param appId and {@code objectId} of the enterprise application, as PowerShell expressions */
    static String print(RegistrationPlan plan, String appId, String objectId) {
        if (plan.mode() != ClientMode.APP_ONLY) {
            throw new IllegalArgumentException("RBAC for Applications is for app-only registrations");
        }
        StringJoiner script = new StringJoiner("\n");
        script.add("$GroupName = Read-Host 'Mail-enabled security group whose members are to be read'");
        script.add("Connect-ExchangeOnline");
        script.add("New-ServicePrincipal -AppId " + appId + " -ObjectId " + objectId + " -DisplayName 'Mailcaravan'");
        script.add("$group = Get-DistributionGroup -Identity $GroupName");
        script.add("$members = \"MemberOfGroup -eq '$($group.DistinguishedName.Replace(\"'\", \"''\"))'\"");
        script.add("New-ManagementScope -Name 'Mailcaravan mailboxes' -RecipientRestrictionFilter $members");
        for (String role : new String[] {
            plan.postActions() ? "Application Mail.ReadWrite" : "Application Mail.Read", "Application EWS.AccessAsApp"
        }) {
            script.add("New-ManagementRoleAssignment -App " + objectId + " -Role '" + role
                    + "' -CustomResourceScope 'Mailcaravan mailboxes'");
        }
        script.add("$mailbox = Read-Host 'One of these mailboxes, to check'");
        script.add("Test-ServicePrincipalAuthorization -Identity " + objectId + " -Resource $mailbox");
        return script.toString();
    }
}
