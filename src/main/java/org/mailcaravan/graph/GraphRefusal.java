package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailcaravan.http.ClaimsChallenge;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.CursorLostException;
import org.mailcaravan.mailbox.FolderGoneException;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.ThrottledException;

/**
 * An answer other than a success, and the one place where Graph's statuses and error codes get their meaning. Says status, code and request-id, never a body.
 *
 * @see <a href="https://learn.microsoft.com/graph/errors">Microsoft Graph error responses</a>
 */
final class GraphRefusal extends Exception {
    static final int TOO_MANY_REQUESTS = 429;

    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final Pattern MINUTES = Pattern.compile("\\b([0-9]{1,6}) minutes");
    private static final Set<String> NO_MAILBOX = Set.of(
            "mailboxnotenabledforrestapi",
            "resourcenotfound",
            "request_resourcenotfound",
            "errornonexistentmailbox",
            "errorinvaliduser");
    private static final Set<String> NO_ITEM =
            Set.of("erroritemnotfound", "itemnotfound", "errorfoldernotfound", "errorinvalididmalformed");
    private static final Set<String> CURSOR_LOST = Set.of("syncstatenotfound", "resyncrequired");
    private static final Set<String> BAD_TOKEN =
            Set.of("invalidauthenticationtoken", "tokennotfound", "unauthenticated");
    private static final Map<Access, String> SIGN_IN = Map.of(
            Access.OWNER,
            "The access token was refused: let the owner of the mailbox connect it again.",
            Access.DELEGATE,
            "The access token was refused: let the person who has access to the mailbox connect it again.",
            Access.APPLICATION,
            "The access token was refused: let an administrator check that the application is enabled in the tenant and that its"
                    + " secret or certificate is still valid.");
    private static final Map<Access, String> CONSENT = Map.of(
            Access.OWNER,
            "Let an administrator consent to the delegated permission Mail.Read of Microsoft Graph for this application, and"
                    + " check conditional access and application access policies; then connect the mailbox again.",
            Access.DELEGATE,
            "Let an administrator consent to the delegated permission Mail.Read.Shared of Microsoft Graph for this application,"
                    + " and give the account that signed in Full Access to this mailbox in Exchange; then connect the"
                    + " mailbox again.",
            Access.APPLICATION,
            "Let an administrator either consent to the application permission Mail.Read of Microsoft Graph, or assign the"
                    + " Exchange role \"Application Mail.Read\" with a scope that holds this mailbox (RBAC for Applications,"
                    + " takes up to two hours), and check application access policies; then connect the mailbox again.");

    private final int status;
    private final String code;
    private final String requestId;
    private final List<String> codes;
    private final Access access;
    private final transient Optional<String> claims;
    private final transient OptionalInt minutes;
    private final boolean bearerChallenge;
    private final transient Optional<Duration> retryAfter;

    private GraphRefusal(
            Told told, String requestId, HttpGateway.Answer answer, Access access, Optional<Duration> retryAfter) {
        super("Graph answered " + answer.status() + " " + told.code().orElse("without an error code")
                + (requestId.isEmpty() ? "" : ", request-id " + requestId) + ".");
        this.status = answer.status();
        this.code = told.code().orElse("");
        this.minutes = told.minutes();
        this.requestId = requestId;
        this.access = access;
        this.claims = ClaimsChallenge.of(answer.headers());
        this.codes =
                told.codes().stream().map(code -> code.toLowerCase(Locale.ROOT)).toList();
        this.bearerChallenge = answer.headers().allValues("WWW-Authenticate").stream()
                .anyMatch(challenge -> challenge.toLowerCase(Locale.ROOT).contains("bearer"));
        this.retryAfter = retryAfter;
    }

    /**
     * Reads what the answer says about itself; whatever its body is, a refusal comes out.
     *
     * @param retryAfter how long to wait, by the answer or by the gate
     */
    static GraphRefusal read(HttpGateway.Answer answer, Access access, Optional<Duration> retryAfter) {
        Told told = told(answer);
        String id = answer.headers()
                .firstValue("request-id")
                .filter(value -> value.matches("[0-9A-Za-z-]{1,64}"))
                .orElse("");
        return new GraphRefusal(told, id, answer, access, retryAfter);
    }

    /**
     * What the body says.
     *
     * @param codes the outer and the inner code
     * @param minutes the longest time a subscription may have
     */
    private record Told(List<String> codes, OptionalInt minutes) {
        private Optional<String> code() {
            return codes.stream().findFirst();
        }
    }

    /** Both spellings of the inner error occur. */
    private static Told told(HttpGateway.Answer answer) {
        List<String> codes = new ArrayList<>();
        OptionalInt minutes = OptionalInt.empty();
        try {
            byte[] body = answer.body().readNBytes(MAX_BODY_BYTES);
            ObjectNode json = GraphJson.readObject(new ByteArrayInputStream(body));
            for (String pointer : List.of("/error/code", "/error/innerError/code", "/error/innererror/code")) {
                String code = json.at(pointer).asText();
                if (code.matches("[0-9A-Za-z._-]{1,80}")) {
                    codes.add(code);
                }
            }
            minutes = minutes(json.at("/error/message").asText());
        } catch (IOException | MalformedAnswerException e) {
            // HTML of a proxy, a cut body, nothing at all: status and headers must do
        }
        return new Told(codes, minutes);
    }

    private static OptionalInt minutes(String message) {
        Matcher named = MINUTES.matcher(message);
        return named.find() ? OptionalInt.of(Integer.parseInt(named.group(1))) : OptionalInt.empty();
    }

    int status() {
        return status;
    }

    /** Graph's outer error code as it was spelt, or empty. */
    String code() {
        return code;
    }

    /** For Microsoft's support, or empty. */
    String requestId() {
        return requestId;
    }

    /** How long to wait: what Graph asked for, or what the gate makes of a throttling answer that does not say. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** The number of minutes that a 400 names: "Subscription expiration can only be 4230 minutes in the future". */
    OptionalInt minutes() {
        return minutes;
    }

    /** What a token must satisfy to be accepted, as JSON text, if the answer says so. */
    Optional<String> claims() {
        return claims;
    }

    /** Whether a 404 for the inbox keeps the whole mailbox from us: every mailbox has one, and Graph hides what a delegate or an application may not see. */
    boolean hidesMailbox() {
        return access != Access.OWNER && status == 404 && itemIsUnknown();
    }

    /** This message or folder is not there; says nothing about the mailbox. Only Graph's own words count, not any 404 of a proxy. */
    boolean itemIsGone() {
        return (status == 404 || status == 410) && (says("erroritemnotfound") || says("itemnotfound"));
    }

    /** As {@link #itemIsGone}, also when the id is not even well-formed (what an unknown well-known folder name is answered). */
    boolean itemIsUnknown() {
        return (status == 404 || status == 400 || status == 410)
                && codes.stream().anyMatch(NO_ITEM::contains);
    }

    /** Whether it may be about one message or about everything, or come from a proxy instead of Graph: only another request tells. */
    boolean isDoubtful() {
        return status >= 500 || codes.isEmpty();
    }

    /** Whether the mailbox as a whole answers this way. */
    boolean concernsMailbox() {
        return isRedirect() || status == 401 || status == 403 || status == 407 || isThrottling() || hasNoMailbox();
    }

    MailSourceException forPage() {
        boolean lost = status >= 400
                && status < 500
                && (status == 410 || codes.stream().anyMatch(this::isCursorLost));
        if (lost) {
            return new CursorLostException(getMessage() + " The folder is listed again from the beginning.");
        }
        return itemIsUnknown()
                ? new FolderGoneException(getMessage() + " The folder is gone; folders are looked up again.")
                : forMailbox();
    }

    /** What a refusal means that is not about one message or one folder other than the inbox. */
    MailSourceException forMailbox() {
        if (status == 401 || status == 403) {
            return denied();
        }
        if (hasNoMailbox()) {
            return new MailboxBlockedException(
                    getMessage(),
                    "The account has no mailbox in Exchange Online: let an administrator check its licence, whether it is"
                            + " disabled, and whether the mailbox is on-premises (then read it through EWS).");
        }
        if (hidesMailbox()) {
            return new ConsentRequiredException(getMessage(), CONSENT.get(access));
        }
        return isThrottling() ? new ThrottledException(getMessage(), retryAfter) : broken();
    }

    /** A firewall's or a proxy's denial must not send every owner of a mailbox to the sign-in page: only Graph's own words do. */
    private MailSourceException denied() {
        boolean graphsOwn =
                bearerChallenge || (status == 401 ? codes.stream().anyMatch(BAD_TOKEN::contains) : !codes.isEmpty());
        if (!graphsOwn) {
            return new MailSourceUnavailableException(
                    getMessage() + " These are not Graph's words: a proxy or firewall in between answered.");
        }
        return new ConsentRequiredException(getMessage(), (status == 401 ? SIGN_IN : CONSENT).get(access));
    }

    private MailSourceException broken() {
        if (status >= 500 || status == 407 || status == 408) {
            return new MailSourceUnavailableException(getMessage());
        }
        return new MalformedAnswerException(
                isRedirect()
                        ? getMessage() + " Redirects are not followed and no token was sent on."
                        : getMessage() + " That is no answer to such a request.");
    }

    private boolean isRedirect() {
        return status >= 300 && status < 400;
    }

    /** 429, 503, 509, and every other server fault that names a time to come back. */
    static boolean isThrottling(int status, Optional<Duration> retryAfter) {
        return status == TOO_MANY_REQUESTS || status == 503 || status == 509 || status >= 500 && retryAfter.isPresent();
    }

    private boolean isThrottling() {
        return isThrottling(status, retryAfter);
    }

    private boolean hasNoMailbox() {
        return status >= 400 && status < 500 && codes.stream().anyMatch(NO_MAILBOX::contains);
    }

    /** Seen as syncStateNotFound, SyncStateNotFound, ErrorSyncStateNotFound, resyncRequired. */
    private boolean isCursorLost(String code) {
        return CURSOR_LOST.contains(code.startsWith("error") ? code.substring("error".length()) : code);
    }

    private boolean says(String code) {
        return codes.contains(code);
    }
}
