package org.mailcaravan.registration;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.oauth.AppRegistration;
import org.mailcaravan.oauth.ClientMode;
import org.mailcaravan.oauth.ConnectProtocol;
import org.mailcaravan.oauth.MailboxDefaults;
import org.mailcaravan.oauth.OAuthSettings;

/**
 * What one app registration of this deployment has to be.
 *
 * @param displayName what people read on the consent page
 * @param authority the sign-in service, which tells the cloud
 * @param tenant the tenant it is registered in; empty if the settings name no single one
 * @param redirectUri where sign-ins come back to; empty if nobody signs in with a browser of ours
 * @param severalTenants whether accounts of other tenants sign in as well
 * @param permissions what it asks for
 * @param rbac whether Exchange grants the mailboxes (RBAC for Applications) in place of permissions
 * @param postActions whether mail is changed in the mailbox as well
 */
public record RegistrationPlan(
        String displayName,
        ClientMode mode,
        URI authority,
        Optional<String> tenant,
        Optional<String> redirectUri,
        boolean severalTenants,
        List<Permission> permissions,
        boolean rbac,
        boolean postActions) {
    private static final Set<String> ALIASES = Set.of("organizations", "common", "consumers");

    public RegistrationPlan {
        permissions = List.copyOf(permissions);
    }

    /**
     * What the settings do not say.
     *
     * @param displayName for people
     * @param shared whether mailboxes are read through delegates as well
     * @param rbac whether an application's mailboxes are granted in Exchange
     */
    public record Choice(String displayName, boolean shared, boolean rbac) {}

    /** The plan of one of the registrations in the settings. */
    public static RegistrationPlan of(OAuthSettings settings, AppRegistration app, Choice choice) {
        boolean alias = ALIASES.contains(app.tenant());
        boolean rbac = choice.rbac() && app.mode() == ClientMode.APP_ONLY;
        return new RegistrationPlan(
                choice.displayName(),
                app.mode(),
                app.authority(),
                alias ? Optional.empty() : Optional.of(app.tenant()),
                app.mode() == ClientMode.DEVICE ? Optional.empty() : Optional.of(settings.redirectUri(app)),
                alias || app.allowedTenants().size() > 1,
                permissions(app.mode(), settings.mailbox(), choice),
                rbac,
                settings.mailbox().postActions());
    }

    private static List<Permission> permissions(ClientMode mode, MailboxDefaults mailbox, Choice choice) {
        boolean graph = mailbox.protocol() != ConnectProtocol.EWS;
        boolean ews = mailbox.protocol() != ConnectProtocol.GRAPH;
        boolean writes = mailbox.postActions();
        List<Permission> asked = new ArrayList<>();
        if (mode == ClientMode.APP_ONLY) {
            add(
                    asked,
                    graph && !choice.rbac(),
                    writes ? Permission.MAIL_READ_WRITE_AS_APPLICATION : Permission.MAIL_READ_AS_APPLICATION);
            add(asked, ews && !choice.rbac(), Permission.EWS_AS_APPLICATION);
            return asked;
        }
        asked.addAll(List.of(Permission.OPENID, Permission.PROFILE, Permission.OFFLINE_ACCESS, Permission.USER_READ));
        add(asked, graph, writes ? Permission.MAIL_READ_WRITE : Permission.MAIL_READ);
        add(asked, graph && choice.shared(), writes ? Permission.MAIL_READ_WRITE_SHARED : Permission.MAIL_READ_SHARED);
        add(asked, ews, Permission.EWS_AS_USER);
        return asked;
    }

    private static void add(List<Permission> asked, boolean wanted, Permission permission) {
        if (wanted) {
            asked.add(permission);
        }
    }

    /** {@code AzureADMyOrg} or {@code AzureADMultipleOrgs}: never personal accounts. */
    String signInAudience() {
        return severalTenants ? "AzureADMultipleOrgs" : "AzureADMyOrg";
    }

    /** Whether it is a public client, which proves itself by no secret (RFC 8628 with Entra ID). */
    boolean publicClient() {
        return mode == ClientMode.DEVICE;
    }

    List<Permission> of(Permission.Api api, boolean role) {
        return permissions.stream()
                .filter(permission -> permission.api() == api && permission.role() == role)
                .toList();
    }
}
