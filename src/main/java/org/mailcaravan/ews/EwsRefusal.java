package org.mailcaravan.ews;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
 * What EWS said instead of doing what was asked: in a SOAP fault or in one response message. The one place where response codes get their meaning.
 *
 * @param code the response code, for example {@code ErrorItemNotFound}
 * @param busy whether it is, or wraps, a request to slow down
 * @param backOff BackOffMilliseconds, if given
 * @param requestId what Microsoft's support asks for
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode">ResponseCode</a>
 */
record EwsRefusal(String code, boolean busy, Optional<Duration> backOff, String requestId) {
    /** What a code means to the caller. */
    enum Kind {
        BUSY,
        TRANSIENT,
        CURSOR_LOST,
        FOLDER_GONE,
        ITEM_GONE,
        CONSENT,
        BLOCKED,
        REQUEST,
        TOO_LARGE,
        OTHER
    }

    static final String SERVER_BUSY = "ErrorServerBusy";
    private static final Map<Access, String> GRANT = Map.of(
            Access.OWNER,
            "Let an administrator check that this application has the permission"
                    + " EWS.AccessAsUser.All (delegated) of Office 365 Exchange Online and that the account may open the mailbox;"
                    + " then let the owner connect it again.",
            Access.DELEGATE,
            "Let an administrator check that this application has the permission EWS.AccessAsUser.All (delegated) of Office 365"
                    + " Exchange Online and that the account that signed in has Full Access to this mailbox in Exchange; then"
                    + " connect the mailbox again.",
            Access.APPLICATION,
            "Let an administrator either consent to the application permission full_access_as_app of Office 365 Exchange Online,"
                    + " or assign the Exchange role \"Application EWS.AccessAsApp\" with a scope that holds this mailbox (RBAC for"
                    + " Applications, takes up to two hours); then connect the mailbox again.");
    private static final Map<String, String> REMEDIES = Map.of(
            "ErrorNonExistentMailbox",
            "There is no mailbox for this account here: check its address and its Exchange licence, and whether the mailbox is"
                    + " on-premises (then set ewsUrl to that server).",
            "ErrorAccountDisabled",
            "The account is disabled: an administrator must enable it, or remove the mailbox from Mailcaravan.",
            "ErrorInvalidLicense",
            "The account has no valid Exchange licence, or its plan (Kiosk, F1, F3) excludes EWS: assign a licence or move the"
                    + " mailbox to protocol graph.",
            "ErrorOrganizationAccessBlocked",
            "The organisation is marked for removal: an administrator must talk to Microsoft.",
            "ErrorMailboxConfiguration",
            "The directory data of the mailbox is broken: an administrator must repair it.");

    private static final Map<String, Kind> KINDS = kinds();

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new HashMap<>();
        put(kinds, Kind.BUSY, SERVER_BUSY, "ErrorExceededConnectionCount", "ErrorTooManyObjectsOpened");
        put(kinds, Kind.BUSY, "ErrorInsufficientResources", "ErrorNotEnoughMemory");
        put(kinds, Kind.TRANSIENT, "ErrorInternalServerTransientError", "ErrorTimeoutExpired");
        put(kinds, Kind.TRANSIENT, "ErrorBatchProcessingStopped", "ErrorMailboxStoreUnavailable");
        put(kinds, Kind.TRANSIENT, "ErrorMailboxFailover", "ErrorMailboxMoveInProgress", "ErrorConnectionFailed");
        put(kinds, Kind.TRANSIENT, "ErrorADUnavailable", "ErrorADOperation", "ErrorNoRespondingCASInDestinationSite");
        put(kinds, Kind.TRANSIENT, "ErrorProxiedSubscriptionCallFailure", "ErrorClientDisconnected");
        put(kinds, Kind.CURSOR_LOST, "ErrorInvalidSyncStateData");
        put(kinds, Kind.FOLDER_GONE, "ErrorSyncFolderNotFound", "ErrorFolderNotFound");
        put(kinds, Kind.ITEM_GONE, "ErrorItemNotFound");
        put(kinds, Kind.CONSENT, "ErrorAccessDenied", "ErrorImpersonateUserDenied", "ErrorImpersonationDenied");
        put(kinds, Kind.CONSENT, "ErrorImpersonationFailed", "ErrorInvalidAuthorizationContext");
        put(kinds, Kind.CONSENT, "ErrorCallerIsInvalidADAccount");
        put(kinds, Kind.TOO_LARGE, "ErrorDataSizeLimitExceeded", "ErrorMessageSizeExceeded");
        put(kinds, Kind.REQUEST, "ErrorSchemaValidation", "ErrorIncorrectSchemaVersion", "ErrorInvalidServerVersion");
        put(kinds, Kind.REQUEST, "ErrorInvalidRequest", "ErrorInvalidOperation", "ErrorRequestStreamTooBig");
        put(
                kinds,
                Kind.REQUEST,
                "ErrorCrossSiteRequest",
                "ErrorMultiLegacyMailboxAccess",
                "ErrorProxyRequestNotAllowed");
        REMEDIES.keySet().forEach(code -> kinds.put(code, Kind.BLOCKED));
        return Map.copyOf(kinds);
    }

    private static void put(Map<String, Kind> kinds, Kind kind, String... codes) {
        for (String code : codes) {
            kinds.put(code, kind);
        }
    }

    Kind kind() {
        return busy ? Kind.BUSY : KINDS.getOrDefault(code, Kind.OTHER);
    }

    boolean is(String other) {
        return code.equals(other);
    }

    /** The server's words: code and request-id, no mail. */
    String words() {
        return "EWS answered " + code + (busy && !is(SERVER_BUSY) ? " (" + SERVER_BUSY + " inside)" : "")
                + ", request-id " + requestId;
    }

    /** Its meaning if it keeps the mailbox from who reads it. */
    ConsentRequiredException toDenial(Access access) {
        return new ConsentRequiredException(words() + ".", GRANT.get(access));
    }

    /** Its meaning for the mailbox as a whole. */
    MailSourceException toException(Access access) {
        return switch (kind()) {
            case BUSY -> new ThrottledException(words(), backOff);
            case CURSOR_LOST -> new CursorLostException(words());
            case FOLDER_GONE -> new FolderGoneException(words() + "; the folders of the mailbox are looked up again");
            case CONSENT -> toDenial(access);
            case BLOCKED -> new MailboxBlockedException(words() + ".", REMEDIES.get(code));
            case REQUEST ->
                new MalformedAnswerException(words()
                        + "; a request that EWS should accept: check that ewsUrl is the server of this mailbox");
            default -> new MailSourceUnavailableException(words());
        };
    }
}
