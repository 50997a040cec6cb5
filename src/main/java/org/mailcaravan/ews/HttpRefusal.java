package org.mailcaravan.ews;

import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.http.RetryAfter;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.ThrottledException;

/**
 * An HTTP answer that is not SOAP, and the one place where its statuses get their meaning. Bodies are not looked at: on refusals they cannot be relied on.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange">Control access to EWS</a>
 */
final class HttpRefusal {
    private static final Pattern DIAGNOSTICS = Pattern.compile("(\\d{1,10});.*?error_category=\"([A-Za-z_]{1,60})\"");
    private static final Map<Access, String> SIGN_IN = Map.of(
            Access.OWNER,
            "Let the owner of the mailbox connect it again.",
            Access.DELEGATE,
            "Let the person who has access to the mailbox connect it again.",
            Access.APPLICATION,
            "Let an administrator check that the application is enabled in the tenant and that its secret or certificate is still"
                    + " valid.");
    private static final String OR_GRAPH =
            ", which takes up to 24 hours; or move the mailbox to protocol graph, because EWS in"
                    + " Exchange Online ends on 2027-04-01.";
    /** The documented beginnings of X-EWS-Policy-Reason, in lower case, and what an administrator does about each. */
    private static final Map<String, String> POLICIES = Map.of(
            "ews is disabled",
            "An administrator must allow EWS for the organisation and for the mailbox (Set-OrganizationConfig -EwsEnabled"
                    + " $true, Set-CASMailbox -EwsEnabled $true)" + OR_GRAPH,
            "ews is blocked",
            "An administrator must put this application's id on EwsAllowedAppIDs (Set-OrganizationConfig -EwsAllowedAppIDs"
                    + " replaces the whole list: read it first) and let the user agent Mailcaravan pass"
                    + " EwsApplicationAccessPolicy" + OR_GRAPH);

    private final int status;
    private final HttpHeaders headers;
    private final Access access;
    private final String words;

    HttpRefusal(int status, HttpHeaders headers, Access access, String requestId) {
        this.access = access;
        this.status = status;
        this.headers = headers;
        this.words = "EWS answered HTTP " + status + ", request-id " + requestId;
    }

    MailSourceException toException(Instant now) {
        return switch (status) {
            case 401 -> unauthorized();
            case 403 -> forbidden();
            case 429 -> new ThrottledException(words, RetryAfter.of(headers, now));
            case 503 -> busy(now);
            case 456 ->
                new MailboxBlockedException(
                        words + ": the account is locked.",
                        "Its owner must unlock it by signing in at Outlook on the web.");
            case 404 -> new MailSourceUnavailableException(words + ": check that ewsUrl is right");
            default -> other();
        };
    }

    private MailSourceException busy(Instant now) {
        Optional<MailSourceException> asked =
                RetryAfter.of(headers, now).map(wait -> new ThrottledException(words, Optional.of(wait)));
        return asked.orElseGet(() -> new MailSourceUnavailableException(words));
    }

    private MailSourceException other() {
        if (status >= 300 && status < 400) {
            return new MailSourceUnavailableException(words + ": redirects are not followed and no token was sent on");
        }
        return status >= 500 || status == 408 || status == 407
                ? new MailSourceUnavailableException(words)
                : new MalformedAnswerException(
                        words + ": check that ewsUrl is the EWS address of the mailbox's server");
    }

    /** Exchange names its reason in x-ms-diagnostics; a 401 without any challenge has been seen as a way to throttle. */
    private MailSourceException unauthorized() {
        Matcher diagnostics =
                DIAGNOSTICS.matcher(headers.firstValue("x-ms-diagnostics").orElse(""));
        if (diagnostics.find()) {
            String category = diagnostics.group(2);
            return new ConsentRequiredException(
                    words + ": the token was refused (" + diagnostics.group(1) + " " + category + ").",
                    category.equals("invalid_resource")
                            ? "The token is for another API: check that the application's permission is " + permission()
                                    + " of Office 365 Exchange Online and that ewsUrl belongs to the same cloud; for an Exchange server of"
                                    + " your own, that the setting ews.resource is the address its tokens are for."
                            : SIGN_IN.get(access));
        }
        boolean challenged = headers.allValues("WWW-Authenticate").stream()
                .anyMatch(challenge -> challenge.toLowerCase(Locale.ROOT).startsWith("bearer"));
        return challenged
                ? new ConsentRequiredException(words + ": the token was refused.", SIGN_IN.get(access))
                : new MailSourceUnavailableException(words + " without a reason");
    }

    private MailSourceException forbidden() {
        return headers.firstValue("X-EWS-Policy-Reason")
                .map(String::strip)
                .map(this::policy)
                .orElseGet(() -> new ConsentRequiredException(
                        words + ": access is forbidden.",
                        "Let an administrator check the permission " + permission() + ", the account's licence and"
                                + " conditional access; then let the owner connect the mailbox again."));
    }

    /** Words that are not documented stop the mailbox as well, but are no proof of anything that lasts. */
    private MailSourceException policy(String reason) {
        String said = "EWS is switched off for this mailbox, its organisation or this application (" + words
                + ", policy reason \"" + printable(reason) + "\").";
        Optional<String> remedy = POLICIES.keySet().stream()
                .filter(known -> reason.toLowerCase(Locale.ROOT).startsWith(known))
                .findFirst()
                .map(POLICIES::get);
        return remedy.map(known -> MailboxBlockedException.byPolicy(said, known))
                .orElseGet(() -> new MailboxBlockedException(
                        said, "An administrator must find out what this policy asks for" + OR_GRAPH));
    }

    private String permission() {
        return access == Access.APPLICATION ? "full_access_as_app" : "EWS.AccessAsUser.All";
    }

    private static String printable(String raw) {
        String clean = raw.replaceAll("[^ -!#-~]", "?");
        return clean.length() > 200 ? clean.substring(0, 200) : clean;
    }
}
