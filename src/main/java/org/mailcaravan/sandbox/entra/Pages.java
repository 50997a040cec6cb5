package org.mailcaravan.sandbox.entra;

import static org.mailcaravan.sandbox.entra.Html.escape;
import static org.mailcaravan.sandbox.entra.Html.hidden;

import java.util.Comparator;
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
                        + escape(pending.errand().app().displayName()) + "</strong></p>"
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

    /** Asks a person for themselves. */
    String consent(PendingSignIn pending, SandboxUser user, Set<Permission> wanted, Scopes scopes) {
        String offline = scopes.has("offline_access")
                ? "<li>Keep this access when you are not present <small>offline_access</small></li>"
                : "";
        return consent(pending, user, "Permissions requested", "", items(wanted) + offline);
    }

    /** Asks an administrator for everybody. */
    String adminConsent(PendingSignIn pending, SandboxUser user, Set<Permission> wanted) {
        String warning = "<p>If you accept, the application gets these permissions <strong>for all users in your "
                + "organization</strong>. Nobody else will be asked.</p>";
        return consent(pending, user, "Permissions requested: review for your organization", warning, items(wanted));
    }

    /** Asks whether the device is the person's own. */
    String device(PendingSignIn pending, SandboxUser user, Set<Permission> wanted) {
        String warning = "<p>You are signing in to it <strong>on another device</strong>. Do not go on unless you "
                + "started that yourself.</p>";
        return consent(pending, user, "Are you trying to sign in?", warning, items(wanted));
    }

    private String consent(PendingSignIn pending, SandboxUser user, String title, String warning, String items) {
        return Html.page(
                title,
                "<h1>" + escape(title) + "</h1><p>" + escape(user.userPrincipalName()) + "</p><p><strong>"
                        + escape(pending.errand().app().displayName()) + "</strong> would like to:</p><ul>" + items
                        + "</ul>" + warning
                        + form(
                                pending,
                                "consent",
                                "<button class=\"main\" name=\"action\" value=\"accept\">Accept</button>")
                        + cancel(pending, "consent", "Cancel") + NOTE);
    }

    private static String items(Set<Permission> wanted) {
        return wanted.stream()
                .sorted(Comparator.comparing(Permission::scope))
                .map(permission ->
                        "<li>" + escape(words(permission)) + " <small>" + escape(permission.scope()) + "</small></li>")
                .collect(Collectors.joining());
    }

    /** Where a person types the code that the device shows. */
    static String enterCode(Optional<String> wrong) {
        return Html.page(
                "Enter code",
                "<h1>Enter code to allow access</h1>"
                        + wrong.map(text -> "<p class=\"wrong\" role=\"alert\">" + escape(text) + "</p>")
                                .orElse("")
                        + "<form method=\"post\" action=\"/devicelogin\"><label for=\"otc\">Code from your device</label>"
                        + "<input id=\"otc\" name=\"otc\" autocomplete=\"off\" required>"
                        + "<button class=\"main\">Next</button></form>" + NOTE);
    }

    /** The end of a sign-in that no client waits for in this browser. */
    static String closeWindow(String title, String text) {
        return Html.page(title, "<h1>" + escape(title) + "</h1><p>" + escape(text) + "</p>" + NOTE);
    }

    private static String words(Permission permission) {
        return PLAIN_WORDS.getOrDefault(permission, permission.name());
    }

    String adminNeeded(PendingSignIn pending, AuthorityException reason, Trace trace) {
        return Html.page(
                "Need admin approval",
                "<h1>Need admin approval</h1><p><strong>"
                        + escape(pending.errand().app().displayName())
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
