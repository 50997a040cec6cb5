package org.mailcaravan.ews;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.mailcaravan.ingest.ArrivedMessage;
import org.mailcaravan.ingest.MailHeaders;
import org.mailcaravan.ingest.MailIntake;

/** {@code from: ews:messages/*}: registers with the intake, which owns threads and schedule, and turns each stored message into one Exchange. */
final class EwsConsumer extends DefaultConsumer {
    private final EwsComponent component;
    private Optional<MailIntake.Registration> registration = Optional.empty();

    EwsConsumer(EwsEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.component = endpoint.getComponent();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        registration = Optional.of(component.requireIntake().register(component.mailSource(), this::arrive));
    }

    @Override
    protected void doStop() throws Exception {
        registration.ifPresent(MailIntake.Registration::close);
        registration = Optional.empty();
        super.doStop();
    }

    private CompletionStage<?> arrive(ArrivedMessage arrived) {
        Exchange exchange = createExchange(false);
        fill(exchange, arrived);
        CompletableFuture<Void> end = new CompletableFuture<>();
        getAsyncProcessor().process(exchange, inThisThread -> end(exchange, end));
        return end;
    }

    private void end(Exchange exchange, CompletableFuture<Void> end) {
        Optional<Exception> failure = failure(exchange);
        releaseExchange(exchange, false);
        failure.ifPresentOrElse(end::completeExceptionally, () -> end.complete(null));
    }

    private static void fill(Exchange exchange, ArrivedMessage arrived) {
        exchange.setProperty(MailHeaders.ARRIVED_MESSAGE, arrived);
        Message message = exchange.getMessage();
        message.setHeader(EwsConstants.MESSAGE_KEY, arrived.key().toString());
        message.setHeader(EwsConstants.MAILBOX_ID, arrived.mailbox().id().toString());
        message.setHeader(
                EwsConstants.MAILBOX_ADDRESS, arrived.mailbox().address().value());
        message.setHeader(EwsConstants.PROTOCOL, arrived.mailbox().protocol().word());
        message.setHeader(EwsConstants.CONTENT_SIZE, arrived.content().size());
        message.setHeader(EwsConstants.CONTENT_SHA256, arrived.content().sha256());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(arrived.metadata());
    }

    /** Only an Exchange that ended well was taken over; a rollback without an exception is a failure as well. */
    private static Optional<Exception> failure(Exchange exchange) {
        return Optional.ofNullable(exchange.getException())
                .or(() -> exchange.isRollbackOnly()
                        ? Optional.of(new CamelExchangeException("the route rolled back", exchange))
                        : Optional.empty());
    }
}
