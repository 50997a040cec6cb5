package org.mailcaravan.sandbox.entra;

import static org.mailcaravan.sandbox.entra.Html.escape;
import static org.mailcaravan.sandbox.entra.Html.hidden;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxUser;

/** The pages a person meets: choosing an account, consent, administrator needed, error. They work by keyboard and without scripts. */
final class Pages {
    private static final int ACCOUNTS_SHOWN = 12;
    private static final String NOTE =
            "<hr><p class=\"note\">This is an offline sandbox. No real account is involved and nothing leaves this machine.</p>";
    private static final Map<Permission, String> PLAIN_WORDS = Map.of(
            Permission.USER_READ, "Sign you in and read your profile",
            Permission.MAIL_READ, "Read your mail",
            Permission.MAIL_READ_WRITE, "Read and change your mail",
            Permission.MAIL_READ_SHARED, "Read mail that others share with you",
            Permission.MAIL_READ_ROLE, "Read mail in all mailboxes",
            Permission.MAIL_READ_WRITE_ROLE, "Read and change mail in all mailboxes",
            Permission.USER_READ_ALL_ROLE, "Read all users' full profiles",
            Permission.FULL_ACCESS_AS_APP, "Use Exchange Web Services with full access to all mailboxes",
            Permission.EWS_ACCESS, "Access your mailbox as you, through Exchange Web Services");

    private final String tenantPath;

    /** @param tenantPath the request's tenant segment with a leading slash; forms stay under it */
    Pages(String tenantPath) {
        this.tenantPath = tenantPath;
    }

    String signIn(PendingSignIn pending, List<SandboxUser> users, String typed, Optional<String> wrong) {
        String accounts = users.stream()
                .filter(SandboxUser::enabled)
                .limit(ACCOUNTS_SHOWN)
                .map(user -> account(pending, user))
                .collect(Collectors.joining());
        return Html.page(
                "Sign in",
                "<h1>Choose an account</h1><p>to go on to <strong>"
                        + escape(pending.request().app().displayName()) + "</strong></p>"
                        + wrong.map(text -> "<p class=\"wrong\" role=\"alert\">" + escape(text) + "</p>")
                                .orElse("")
                        + accounts + "<hr>" + typedForm(pending, typed) + cancel(pending, "login", "Cancel") + NOTE);
    }

    private String account(PendingSignIn pending, SandboxUser user) {
        return form(
                pending,
                "login",
                "<button name=\"login\" value=\"" + escape(user.userPrincipalName()) + "\">"
                        + escape(user.displayName()) + "<small>" + escape(user.userPrincipalName())
                        + "</small></button>");
    }

    private String typedForm(PendingSignIn pending, String typed) {
        return form(
                pending,
                "login",
                "<label for=\"login\">Another account</label>"
                        + "<input id=\"login\" name=\"login\" type=\"email\" autocomplete=\"username\" required value=\""
                        + escape(typed) + "\"><label for=\"passwd\">Password, if it has one</label>"
                        + "<input id=\"passwd\" name=\"passwd\" type=\"password\" autocomplete=\"current-password\">"
                        + "<button class=\"main\">Sign in</button>");
    }

    String consent(PendingSignIn pending, SandboxUser user, Set<Permission> missing) {
        String items = missing.stream()
                .map(permission ->
                        "<li>" + escape(words(permission)) + " <small>" + escape(permission.scope()) + "</small></li>")
                .collect(Collectors.joining());
        String offline = pending.request().scopes().has("offline_access")
                ? "<li>Keep this access when you are not present <small>offline_access</small></li>"
                : "";
        return Html.page(
                "Permissions requested",
                "<h1>Permissions requested</h1><p>" + escape(user.userPrincipalName()) + "</p><p><strong>"
                        + escape(pending.request().app().displayName()) + "</strong> would like to:</p><ul>" + items
                        + offline + "</ul>"
                        + form(
                                pending,
                                "consent",
                                "<button class=\"main\" name=\"action\" value=\"accept\">Accept</button>")
                        + cancel(pending, "consent", "Cancel") + NOTE);
    }

    private static String words(Permission permission) {
        return PLAIN_WORDS.getOrDefault(permission, permission.name());
    }

    String adminNeeded(PendingSignIn pending, AuthorityException reason, Trace trace) {
        return Html.page(
                "Need admin approval",
                "<h1>Need admin approval</h1><p><strong>"
                        + escape(pending.request().app().displayName())
                        + "</strong> needs permission to access your organization's mailboxes that only an administrator can grant. "
                        + "Ask an administrator to grant it, then try again.</p>"
                        + cancel(pending, "consent", "Return to the application without granting consent")
                        + details(reason, trace) + NOTE);
    }

    static String error(AuthorityException reason, Trace trace) {
        return Html.page(
                "Sign in",
                "<h1>Sorry, but we’re having trouble signing you in.</h1><p class=\"wrong\" role=\"alert\">"
                        + escape(reason.getMessage()) + "</p>" + details(reason, trace) + NOTE);
    }

    private static String details(AuthorityException reason, Trace trace) {
        return "<dl><dt>Error code</dt><dd>" + reason.code() + "</dd><dt>Request Id</dt><dd>" + trace.traceId()
                + "</dd><dt>Correlation Id</dt><dd>" + trace.correlationId() + "</dd><dt>Timestamp</dt><dd>"
                + trace.timestamp() + "</dd></dl>";
    }

    private String cancel(PendingSignIn pending, String step, String label) {
        return form(
                pending,
                step,
                "<button class=\"plain\" name=\"action\" value=\"cancel\">" + escape(label) + "</button>");
    }

    private String form(PendingSignIn pending, String step, String content) {
        return "<form method=\"post\" action=\"" + escape(tenantPath) + "/" + step + "\">"
                + hidden("ctx", pending.handle()) + content + "</form>";
    }
}
