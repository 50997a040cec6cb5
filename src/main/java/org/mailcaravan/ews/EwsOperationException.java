package org.mailcaravan.ews;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailboxBlockedException;

/**
 * EWS refused an operation of the producer. Says code, request-id and what to do about it, never anything of a message. If the refusal is about the mailbox as a
 * whole, its cause is the {@link MailSourceException} that says so ({@code ThrottledException}, {@code ConsentRequiredException}, …), so that a route may catch
 * either.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode">ResponseCode</a>
 */
public final class EwsOperationException extends RuntimeException {
    private static final String CHANGED = "It was changed at the same time: get it again, then repeat.";
    private static final String NO_ID =
            "The given id is none of EWS: ids of Graph must be translated first (microsoft-graph:translateExchangeIds).";
    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry(
                    "ErrorItemNotFound",
                    "It is not in this mailbox: it was deleted, or moved, which gives it another id of EWS."),
            Map.entry("ErrorFolderNotFound", "There is no such folder in this mailbox, or it may not be seen."),
            Map.entry("ErrorInvalidId", NO_ID),
            Map.entry("ErrorInvalidIdMalformed", NO_ID),
            Map.entry("ErrorInvalidIdEmpty", NO_ID),
            Map.entry("ErrorInvalidAttachmentId", "The attachment is gone, or the id is another message's."),
            Map.entry("ErrorIrresolvableConflict", CHANGED),
            Map.entry("ErrorStaleObject", CHANGED),
            Map.entry("ErrorInvalidChangeKey", CHANGED),
            Map.entry(
                    "ErrorChangeKeyRequiredForWriteOperations",
                    "Set the option changeKey to the one that getMessage answers."),
            Map.entry("ErrorQuotaExceeded", "The mailbox is full."),
            Map.entry("ErrorCrossMailboxMoveCopy", "A message can be moved and copied within its mailbox only."),
            Map.entry("ErrorMoveCopyFailed", "It cannot be put there: check what kind of folder destination is."),
            Map.entry("ErrorCannotDeleteObject", "It is protected, for example by a retention hold."),
            Map.entry("ErrorUnsupportedMimeConversion", "It has no MIME: it is no message."),
            Map.entry("ErrorInvalidSyncStateData", "The sync state is broken or too old: begin without one."));

    private final EwsOperation operation;
    private final String code;
    private final String requestId;
    private final String remedy;
    private final transient Optional<Duration> retryAfter;

    private EwsOperationException(
            EwsOperation operation, EwsRefusal refusal, String remedy, @Nullable MailSourceException cause) {
        super(operation + ": " + refusal.words() + ". " + remedy, cause);
        this.operation = operation;
        this.code = refusal.code();
        this.requestId = refusal.requestId();
        this.retryAfter = refusal.backOff();
        this.remedy = remedy;
    }

    static EwsOperationException of(EwsOperation operation, EwsRefusal refusal, Access access) {
        MailSourceException cause = concernsMailbox(refusal) ? refusal.toException(access) : null;
        return new EwsOperationException(operation, refusal, remedy(operation, refusal, cause), cause);
    }

    private static boolean concernsMailbox(EwsRefusal refusal) {
        return switch (refusal.kind()) {
            case BUSY, TRANSIENT, CONSENT, BLOCKED, REQUEST -> true;
            default -> false;
        };
    }

    private static String remedy(EwsOperation operation, EwsRefusal refusal, @Nullable MailSourceException cause) {
        if (cause instanceof ConsentRequiredException consent) {
            return consent.remedy();
        }
        if (cause instanceof MailboxBlockedException blocked) {
            return blocked.remedy();
        }
        if (cause == null || refusal.kind() == EwsRefusal.Kind.REQUEST) {
            return REMEDIES.getOrDefault(refusal.code(), "Check the options and headers of the operation.");
        }
        return operation.effect() == EwsOperation.Effect.ONCE && refusal.kind() == EwsRefusal.Kind.TRANSIENT
                ? "The server failed at work: look before repeating it."
                : "Wait, then try again.";
    }

    public EwsOperation operation() {
        return operation;
    }

    /** The response code, for example {@code ErrorItemNotFound}. */
    public String code() {
        return code;
    }

    /** What Microsoft's support asks for. */
    public String requestId() {
        return requestId;
    }

    /** How long EWS asks to wait, if it does. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** What to do, in plain words. */
    public String remedy() {
        return remedy;
    }
}
