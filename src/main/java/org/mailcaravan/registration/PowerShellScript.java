package org.mailcaravan.registration;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** A plan as a script for Microsoft Graph PowerShell. Values are single-quoted, none stands in a comment. */
public final class PowerShellScript {
    private PowerShellScript() {}

    /** The script; it asks whoever runs it to sign in. */
    public static String print(RegistrationPlan plan) {
        StringJoiner script = new StringJoiner("\n", "", "\n");
        script.add(
                "# Registers the application, consents for the whole tenant, and leaves the client secret in a file.");
        script.add("$ErrorActionPreference = 'Stop'");
        script.add("Connect-MgGraph -Environment " + environment(plan)
                + plan.tenant().map(tenant -> " -TenantId " + quoted(tenant)).orElse("")
                + " -Scopes 'Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All',"
                + " 'DelegatedPermissionGrant.ReadWrite.All'");
        script.add("$access = @(" + access(plan) + ")");
        script.add(
                "$web = @{ RedirectUris = @("
                        + plan.redirectUri().map(PowerShellScript::quoted).orElse("")
                        + "); ImplicitGrantSettings = @{ EnableIdTokenIssuance = $false; EnableAccessTokenIssuance = $false } }");
        script.add("$app = New-MgApplication -DisplayName " + quoted(plan.displayName()) + " -SignInAudience "
                + quoted(plan.signInAudience()) + " -Web $web -RequiredResourceAccess $access"
                + (plan.publicClient() ? " -IsFallbackPublicClient" : ""));
        script.add("$principal = New-MgServicePrincipal -AppId $app.AppId");
        for (Permission.Api api : Permission.Api.values()) {
            consent(script, plan, api);
        }
        if (!plan.publicClient()) {
            script.add("$secret = Add-MgApplicationPassword -ApplicationId $app.Id -PasswordCredential"
                    + " @{ DisplayName = 'Mailcaravan'; EndDateTime = (Get-Date).AddYears(1) }");
            script.add("Set-Content -NoNewline -Path 'client-secret.txt' -Value $secret.SecretText");
        }
        if (plan.rbac()) {
            script.add(ExchangeCommands.print(plan, "$app.AppId", "$principal.Id"));
        }
        script.add("\"oauth.client-id=$($app.AppId)\"");
        if (!plan.publicClient()) {
            script.add("'oauth.client-secret-file=client-secret.txt'");
        }
        return script.toString();
    }

    private static void consent(StringJoiner script, RegistrationPlan plan, Permission.Api api) {
        List<Permission> scopes = plan.of(api, false);
        List<Permission> roles = plan.of(api, true);
        if (scopes.isEmpty() && roles.isEmpty()) {
            return;
        }
        script.add("$api = Get-MgServicePrincipal -Filter \"appId eq '" + api.appId() + "'\"");
        if (!scopes.isEmpty()) {
            String words = scopes.stream().map(Permission::word).collect(Collectors.joining(" "));
            script.add(
                    "New-MgOauth2PermissionGrant -ClientId $principal.Id -ConsentType 'AllPrincipals' -ResourceId $api.Id"
                            + " -Scope '" + words + "'");
        }
        roles.forEach(role -> script.add(
                "New-MgServicePrincipalAppRoleAssignedTo -ServicePrincipalId $api.Id -PrincipalId $principal.Id"
                        + " -ResourceId $api.Id -AppRoleId '" + role.id() + "'"));
    }

    private static String access(RegistrationPlan plan) {
        StringJoiner apis = new StringJoiner(", ");
        for (Permission.Api api : Permission.Api.values()) {
            String wanted = plan.permissions().stream()
                    .filter(permission -> permission.api() == api)
                    .map(permission -> "@{ Id = '" + permission.id() + "'; Type = '" + permission.type() + "' }")
                    .collect(Collectors.joining(", "));
            if (!wanted.isEmpty()) {
                apis.add("@{ ResourceAppId = '" + api.appId() + "'; ResourceAccess = @(" + wanted + ") }");
            }
        }
        return apis.toString();
    }

    private static String environment(RegistrationPlan plan) {
        String host = plan.authority().getHost().toLowerCase(Locale.ROOT);
        return host.endsWith(".us") ? "'USGov'" : host.endsWith(".cn") ? "'China'" : "'Global'";
    }

    /** PowerShell also ends single-quoted strings at typographic quotes; a doubled one stands for itself. */
    static String quoted(String value) {
        return "'" + value.replaceAll("['\u2018\u2019\u201A\u201B]", "$0$0") + "'";
    }
}
