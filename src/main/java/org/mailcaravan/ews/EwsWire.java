package org.mailcaravan.ews;

import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.mailcaravan.component.OutcomeUnknownException;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MalformedAnswerException;

/**
 * The requests of one operation on one mailbox, through the gate that the mailbox's consumer uses too, and what their failures mean to a route. Nothing is sent
 * twice, except after a 401, which says that nothing was done.
 */
final class EwsWire {
    private final EwsClient client;
    private final Mailbox mailbox;
    private final EwsOperation operation;
    private final Duration answerTimeout;
    private final Duration contentTimeout;

    EwsWire(
            EwsClient client,
            Mailbox mailbox,
            EwsOperation operation,
            Duration answerTimeout,
            Duration contentTimeout) {
        this.client = client;
        this.mailbox = mailbox;
        this.operation = operation;
        this.answerTimeout = answerTimeout;
        this.contentTimeout = contentTimeout;
    }

    OperationRequests requests() {
        return new OperationRequests(mailbox);
    }

    /**
     * @throws EwsOperationException if EWS refused
     * @throws OutcomeUnknownException if something was to be changed and no whole answer came
     * @throws MailSourceException if no SOAP answer came about
     */
    <T> T call(EwsRequest request, EwsClient.Reader<T> reader) {
        return call(request, answerTimeout, reader);
    }

    /** As the other, for answers that may be large. */
    <T> T download(EwsRequest request, EwsClient.Reader<T> reader) {
        return call(request, contentTimeout, reader);
    }

    private <T> T call(EwsRequest request, Duration deadline, EwsClient.Reader<T> reader) {
        try {
            return client.call(mailbox, request, deadline, reader);
        } catch (RefusedException e) {
            throw EwsOperationException.of(operation, e.refusal(), mailbox.access());
        } catch (MailSourceUnavailableException e) {
            throw wasSent(e) ? unknown(e) : e;
        } catch (MalformedAnswerException e) {
            throw operation.effect() == EwsOperation.Effect.READS ? e : unknown(e);
        }
    }

    /** Whether the request may have reached the server: a status or no place at the gate says that it was not carried out, a failed connection that it was never sent. */
    private boolean wasSent(MailSourceUnavailableException e) {
        Throwable cause = e.getCause();
        return operation.effect() != EwsOperation.Effect.READS
                && cause instanceof java.io.IOException
                && !(cause instanceof ConnectException)
                && !(cause instanceof HttpConnectTimeoutException)
                && !(cause instanceof SSLHandshakeException);
    }

    private OutcomeUnknownException unknown(MailSourceException cause) {
        return new OutcomeUnknownException(
                operation.name(), operation.effect() == EwsOperation.Effect.REPEATABLE, cause);
    }
}
