package org.mailcaravan.delivery;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.ObjectHelper;
import org.mailcaravan.ingest.DeliveryOutcome;
import org.mailcaravan.ingest.PendingDelivery;
import org.mailcaravan.ingest.SettledMessage;
import org.mailcaravan.ingest.SinkDispatch;
import org.mailcaravan.mailbox.MessageAlias;
import org.mailcaravan.mailbox.ThrottledException;

/**
 * {@code from: mail-delivery:<sink>}: one Exchange per message, body the event (CloudEvents JSON). When the Exchange completes the message is delivered; when it
 * fails the ledger tries again, parks it or pauses the sink, as the header {@code CamelM365MailOutcome} says.
 */
final class MailDeliveryConsumer extends DefaultConsumer {
    /** Exchange property with the {@link PendingDelivery}. */
    static final String DELIVERY = "CamelM365MailDelivery";

    /** Exchange property with the {@link Confirmation}; every copy of the Exchange has the same. */
    static final String CONFIRMATION = "CamelM365MailConfirmation";

    private static final long LONGEST_MINUTES = 10;

    private final MailDeliveryEndpoint endpoint;
    private Optional<SinkDispatch.Registration> registration = Optional.empty();

    MailDeliveryConsumer(MailDeliveryEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        registration = Optional.of(endpoint.getComponent()
                .getSinkDispatch()
                .register(endpoint.getName(), endpoint.fromStart(), this::deliver));
    }

    @Override
    protected void doStop() throws Exception {
        registration.ifPresent(SinkDispatch.Registration::close);
        registration = Optional.empty();
        super.doStop();
    }

    private DeliveryOutcome deliver(PendingDelivery delivery) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            fill(exchange, delivery);
            Confirmation confirmation = new Confirmation();
            exchange.setProperty(CONFIRMATION, confirmation);
            exchange.getExchangeExtension().addOnCompletion(confirmation);
            getProcessor().process(exchange);
            return confirmation.outcome();
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private void fill(Exchange exchange, PendingDelivery delivery) throws Exception {
        exchange.setProperty(DELIVERY, delivery);
        Message message = exchange.getMessage();
        message.setHeader(MailDeliveryConstants.EVENT_ID, delivery.key().toString());
        message.setHeader(MailDeliveryConstants.EVENT_TYPE, MailEvents.TYPE);
        message.setHeader(
                MailDeliveryConstants.EVENT_SOURCE,
                MailEvents.source(delivery.mailbox()).toString());
        message.setHeader(MailDeliveryConstants.EVENT_SPEC_VERSION, "1.0");
        message.setHeader(MailDeliveryConstants.REDELIVERED, delivery.redelivered());
        message.setHeader(MailDeliveryConstants.MESSAGE_KEY, delivery.key().toString());
        message.setHeader(
                MailDeliveryConstants.MAILBOX_ID, delivery.mailbox().id().toString());
        message.setHeader(
                MailDeliveryConstants.MAILBOX_ADDRESS,
                delivery.mailbox().address().value());
        message.setHeader(
                MailDeliveryConstants.MAILBOX_NAME,
                fileSafe(delivery.mailbox().address().value()));
        message.setHeader(MailDeliveryConstants.CONTENT_FORM, delivery.contentForm());
        message.setHeader(
                MailDeliveryConstants.PROTOCOL, delivery.mailbox().protocol().word());
        delivery.settled().ifPresent(settled -> fill(message, settled));
        message.setHeader(MailDeliveryConstants.CONTENT_SIZE, delivery.content().size());
        message.setHeader(
                MailDeliveryConstants.CONTENT_SHA256, delivery.content().sha256());
        message.setHeader(Exchange.CONTENT_TYPE, "application/cloudevents+json");
        try (InputStream event = endpoint.getComponent().getStaging().open(delivery.event())) {
            message.setBody(new String(event.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void fill(Message message, SettledMessage settled) {
        message.setHeader(MailDeliveryConstants.SETTLEMENT, settled.settlement().word());
        settled.alias(MessageAlias.Kind.GRAPH_IMMUTABLE)
                .ifPresent(id -> message.setHeader(MailDeliveryConstants.MESSAGE_ID, id));
        settled.alias(MessageAlias.Kind.EWS_ITEM).ifPresent(id -> message.setHeader(MailDeliveryConstants.ITEM_ID, id));
    }

    private static String fileSafe(String address) {
        return address.replaceAll("[^A-Za-z0-9@._+-]", "_").replaceFirst("^\\.+", "_");
    }

    /** Confirms when the Exchange is done, wherever it was handed to. */
    static final class Confirmation implements Synchronization {
        private final CompletableFuture<DeliveryOutcome> done = new CompletableFuture<>();
        private volatile DeliveryOutcome whenComplete = DeliveryOutcome.delivered();

        void filteredBy(String rule) {
            whenComplete = new DeliveryOutcome(DeliveryOutcome.Kind.FILTERED, rule);
        }

        @Override
        public void onComplete(Exchange exchange) {
            done.complete(whenComplete);
        }

        @Override
        public void onFailure(Exchange exchange) {
            String outcome = exchange.getMessage().getHeader(MailDeliveryConstants.OUTCOME, "retry", String.class);
            done.complete(new DeliveryOutcome(kind(outcome), reason(exchange), retryAfter(exchange)));
        }

        private static Optional<Duration> retryAfter(Exchange exchange) {
            ThrottledException throttled = ObjectHelper.getException(ThrottledException.class, exchange.getException());
            return throttled == null ? Optional.empty() : throttled.retryAfter();
        }

        private static DeliveryOutcome.Kind kind(String outcome) {
            return switch (outcome.toLowerCase(Locale.ROOT)) {
                case "done" -> DeliveryOutcome.Kind.DELIVERED;
                case "permanent" -> DeliveryOutcome.Kind.PERMANENT;
                case "sink-misconfigured" -> DeliveryOutcome.Kind.SINK_MISCONFIGURED;
                default -> DeliveryOutcome.Kind.RETRY;
            };
        }

        /** Exceptions of converters and endpoints may quote the body: only the class is kept. */
        private static String reason(Exchange exchange) {
            Throwable root = exchange.getException();
            while (root != null && root.getCause() != null && root.getCause() != root) {
                root = root.getCause();
            }
            return root == null ? "the route failed" : root.getClass().getSimpleName();
        }

        private DeliveryOutcome outcome() throws Exception {
            try {
                return done.get(LONGEST_MINUTES, TimeUnit.MINUTES);
            } catch (TimeoutException e) {
                return new DeliveryOutcome(
                        DeliveryOutcome.Kind.RETRY, "the route did not end within " + LONGEST_MINUTES + " min");
            }
        }
    }
}
