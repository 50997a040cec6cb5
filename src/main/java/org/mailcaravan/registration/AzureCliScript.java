package org.mailcaravan.registration;

import java.util.Locale;
import java.util.StringJoiner;

/** A plan as a POSIX shell script for the Azure CLI ({@code az ad app}). Values are single-quoted, none stands in a comment. */
public final class AzureCliScript {
    private AzureCliScript() {}

    /** The script; whoever runs it must be logged in by {@code az login}. */
    public static String print(RegistrationPlan plan) {
        StringJoiner script = new StringJoiner("\n", "", "\n");
        script.add("#!/bin/sh");
        script.add(
                "# Registers the application, consents for the whole tenant, and leaves the client secret in a file.");
        script.add("set -eu");
        script.add("umask 077");
        script.add("az cloud set --name " + cloud(plan));
        plan.tenant().ifPresent(tenant -> script.add("az login --allow-no-subscriptions --tenant " + quoted(tenant)));
        script.add("APP_ID=$(az ad app create \\");
        script.add("  --display-name " + quoted(plan.displayName()) + " \\");
        script.add("  --sign-in-audience " + plan.signInAudience() + " \\");
        plan.redirectUri().ifPresent(uri -> script.add("  --web-redirect-uris " + quoted(uri) + " \\"));
        script.add("  --is-fallback-public-client " + plan.publicClient() + " \\");
        script.add("  --enable-id-token-issuance false --enable-access-token-issuance false \\");
        script.add("  --required-resource-accesses "
                + quoted(RegistrationManifest.requiredResourceAccess(plan).toString()) + " \\");
        script.add("  --query appId --output tsv)");
        script.add("az ad sp create --id \"$APP_ID\" --output none");
        if (!plan.permissions().isEmpty()) {
            script.add("# a new service principal takes a moment to be known; if this fails, call it again");
            script.add("az ad app permission admin-consent --id \"$APP_ID\"");
        }
        if (!plan.publicClient()) {
            script.add("az ad app credential reset --id \"$APP_ID\" --append --years 1 --query password --output tsv"
                    + " > client-secret.txt");
        }
        if (plan.rbac()) {
            script.add("echo 'Now grant the mailboxes in Exchange Online PowerShell, with these two ids:'");
            script.add("az ad sp show --id \"$APP_ID\" --query '{AppId:appId, ObjectId:id}' --output table");
            script.add("cat <<'EXCHANGE'");
            script.add(ExchangeCommands.print(plan, "'<AppId>'", "'<ObjectId>'"));
            script.add("EXCHANGE");
        }
        script.add("echo \"oauth.client-id=$APP_ID\"");
        if (!plan.publicClient()) {
            script.add("echo 'oauth.client-secret-file=client-secret.txt'");
        }
        return script.toString();
    }

    private static String cloud(RegistrationPlan plan) {
        String host = plan.authority().getHost().toLowerCase(Locale.ROOT);
        return host.endsWith(".us") ? "AzureUSGovernment" : host.endsWith(".cn") ? "AzureChinaCloud" : "AzureCloud";
    }

    /** POSIX shell, section 2.2.2: nothing is special inside single quotes but the quote itself. */
    static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
