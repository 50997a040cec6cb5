package org.mailcaravan.component;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.ingest.ArrivedMessage;
import org.mailcaravan.ingest.MailHeaders;
import org.mailcaravan.ingest.MailIntake;

/**
 * Turns every arrived message into one Exchange, several at once: its end without an exception means the route took the message over, an exception means it comes again.
 * Polls nothing itself; {@link MailIntake} schedules.
 */
public abstract class ArrivalConsumer extends DefaultConsumer {
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(64 * 1024 * 1024)
                    .build())
            .build());

    private final HeaderFilterStrategy filter;
    private final String idHeader;
    private MailIntake.@Nullable Registration registration;

    /**
     * @param filter which headers of a mail become headers of its Exchange
     * @param idHeader gets the protocol's id of the message
     */
    protected ArrivalConsumer(Endpoint endpoint, Processor processor, HeaderFilterStrategy filter, String idHeader) {
        super(endpoint, processor);
        this.filter = filter;
        this.idHeader = idHeader;
    }

    /** Registers with the intake, under the choice of the endpoint. */
    protected abstract MailIntake.Registration register(MailIntake.ArrivalHandler handler);

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        registration = register(this::arrive);
    }

    @Override
    protected void doStop() throws Exception {
        MailIntake.Registration registered = registration;
        registration = null;
        if (registered != null) {
            registered.close();
        }
        super.doStop();
    }

    private CompletionStage<?> arrive(ArrivedMessage message) throws JsonProcessingException {
        Exchange exchange = createExchange(false);
        fill(exchange, message);
        CompletableFuture<Void> end = new CompletableFuture<>();
        getAsyncProcessor().process(exchange, inThisThread -> end(exchange, end));
        return end;
    }

    private void end(Exchange exchange, CompletableFuture<Void> end) {
        Optional<Exception> failure = failure(exchange);
        releaseExchange(exchange, false);
        failure.ifPresentOrElse(end::completeExceptionally, () -> end.complete(null));
    }

    private void fill(Exchange exchange, ArrivedMessage message) throws JsonProcessingException {
        Message in = exchange.getIn();
        fillFromMail(exchange, MAPPER.readTree(message.metadata()));
        in.setBody(message.metadata());
        in.setHeader(MailHeaders.MAILBOX_ID, message.mailbox().id().toString());
        in.setHeader(MailHeaders.MAILBOX_ADDRESS, message.mailbox().address().value());
        in.setHeader(MailHeaders.MESSAGE_KEY, message.key().toString());
        in.setHeader(MailHeaders.PROTOCOL, message.mailbox().protocol().word());
        in.setHeader(MailHeaders.CONTENT_FORM, message.contentForm());
        in.setHeader(MailHeaders.CONTENT_SIZE, message.content().size());
        in.setHeader(MailHeaders.CONTENT_SHA256, message.content().sha256());
        exchange.setProperty(MailHeaders.ARRIVED_MESSAGE, message);
    }

    /** The headers of the mail itself, if they were read, as far as the filter lets them; then what we know better. */
    private void fillFromMail(Exchange exchange, JsonNode fields) {
        for (JsonNode header : fields.path("internetMessageHeaders")) {
            String name = header.path("name").asText();
            String value = header.path("value").asText();
            if (!name.isBlank() && !filter.applyFilterToExternalHeaders(name, value, exchange)) {
                exchange.getIn().setHeader(name, value);
            }
        }
        if (fields.path("id").isTextual()) {
            exchange.getIn().setHeader(idHeader, fields.path("id").textValue());
        }
    }

    /** A rollback without an exception is a failure as well. */
    private static Optional<Exception> failure(Exchange exchange) {
        boolean rolledBack = exchange.isRollbackOnly() || exchange.isRollbackOnlyLast();
        return Optional.ofNullable(exchange.getException())
                .or(() -> rolledBack
                        ? Optional.of(new CamelExchangeException("the route rolled the message back", exchange))
                        : Optional.empty());
    }
}
