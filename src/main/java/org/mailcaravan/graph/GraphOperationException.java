package org.mailcaravan.graph;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailboxBlockedException;

/**
 * Graph refused an operation of the producer. Says status, code, request-id and what to do about it, never anything of a body. If the refusal is about the
 * mailbox as a whole, its cause is the {@link MailSourceException} that says so ({@code ThrottledException}, {@code ConsentRequiredException}, …), so that a
 * route may catch either.
 *
 * @see <a href="https://learn.microsoft.com/graph/errors">Microsoft Graph error responses</a>
 */
public final class GraphOperationException extends RuntimeException {
    private static final Map<String, String> BY_CODE = Map.of(
            "inefficientfilter", "The properties of orderBy must come first in filter, in the same order.",
            "errormessagesizeexceeded", "The message is larger than the mailbox may send.",
            "errorquotaexceeded", "The mailbox is full.",
            "quotalimitreached", "The mailbox is full.",
            "errorsendasdenied",
                    "The mailbox may not send in the name of the given sender: leave from out, or grant Send As.",
            "errormimecontentinvalidbase64string", "The body is no RFC 5322 message.");

    private static final Map<Integer, String> BY_STATUS = Map.of(
            409, "It was changed at the same time: get it again, then repeat.",
            412, "It was changed at the same time: get it again, then repeat.",
            413, "It is too large for one request: use createDraft, addAttachment and sendDraft.",
            424, "A request that it depends on failed.",
            507, "The mailbox is full.");

    private final GraphOperation operation;
    private final GraphRefusal refusal;
    private final String remedy;

    private GraphOperationException(
            GraphOperation operation, GraphRefusal refusal, String remedy, @Nullable MailSourceException cause) {
        super(operation + ": " + refusal.getMessage() + " " + remedy, cause);
        this.operation = operation;
        this.refusal = refusal;
        this.remedy = remedy;
    }

    static GraphOperationException of(GraphOperation operation, GraphRefusal refusal, boolean writes) {
        MailSourceException cause = cause(operation, refusal);
        return new GraphOperationException(operation, refusal, remedy(refusal, cause, writes), cause);
    }

    /** A missing right to write is another one than the right to read that the mail source asks for. */
    private static @Nullable MailSourceException cause(GraphOperation operation, GraphRefusal refusal) {
        if (!refusal.concernsMailbox() || BY_CODE.containsKey(refusal.code().toLowerCase(Locale.ROOT))) {
            return null;
        }
        MailSourceException cause = refusal.forMailbox();
        return cause instanceof ConsentRequiredException && refusal.status() == 403
                ? new ConsentRequiredException(refusal.getMessage(), operation.consent())
                : cause;
    }

    private static String remedy(GraphRefusal refusal, @Nullable MailSourceException cause, boolean writes) {
        if (cause instanceof ConsentRequiredException consent) {
            return consent.remedy();
        }
        if (cause instanceof MailboxBlockedException blocked) {
            return blocked.remedy();
        }
        String known = BY_CODE.get(refusal.code().toLowerCase(Locale.ROOT));
        if (known != null) {
            return known;
        }
        if (refusal.itemIsUnknown()) {
            return "It is not in this mailbox: it was deleted, or the id is no immutable one (translateExchangeIds makes them).";
        }
        return cause == null ? byStatus(refusal.status(), writes) : "Wait, then try again.";
    }

    private static String byStatus(int status, boolean writes) {
        if (status >= 500 && !BY_STATUS.containsKey(status)) {
            return writes
                    ? "The server failed at work: whether it was done is unknown, so look before repeating it."
                    : "Try again later.";
        }
        return BY_STATUS.getOrDefault(status, "Check the options, headers and body of the operation.");
    }

    GraphRefusal refusal() {
        return refusal;
    }

    public GraphOperation operation() {
        return operation;
    }

    /** The HTTP status. */
    public int status() {
        return refusal.status();
    }

    /** Graph's error code, for example {@code ErrorItemNotFound}; empty if the answer had none. */
    public String code() {
        return refusal.code();
    }

    /** What Microsoft's support asks for; empty if the answer had none. */
    public String requestId() {
        return refusal.requestId();
    }

    /** How long Graph asks to wait, if it does. */
    public Optional<Duration> retryAfter() {
        return refusal.retryAfter();
    }

    /** What to do, in plain words. */
    public String remedy() {
        return remedy;
    }
}
