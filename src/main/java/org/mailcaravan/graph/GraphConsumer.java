package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.CamelExchangeException;
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
 * Turns every arrived message into one Exchange and waits for its end: no exception means the route took the message over, an exception means it comes again.
 * Polls nothing itself; {@link MailIntake} schedules.
 */
final class GraphConsumer extends DefaultConsumer {
    private final GraphComponent component;
    private final GraphEndpoint endpoint;
    private final HeaderFilterStrategy filter;
    private MailIntake.@Nullable Registration registration;

    GraphConsumer(GraphEndpoint endpoint, Processor processor, GraphComponent component) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.filter = endpoint.getHeaderFilterStrategy();
        this.component = component;
        if (component.isHealthCheckConsumerEnabled()) {
            setHealthCheck(new GraphHealthCheck("consumer:" + GraphComponent.SCHEME, component));
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ReadOptions options = ReadOptions.of(endpoint.getConfiguration());
        MailIntake.Choice choice = new MailIntake.Choice(endpoint.getMailbox(), options::view);
        registration = component.intake().register(component.mailSource().with(options), choice, this::arrive);
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

    private CompletionStage<?> arrive(ArrivedMessage message) {
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

    private void fill(Exchange exchange, ArrivedMessage message) {
        Message in = exchange.getIn();
        fillFromMail(exchange, message.metadata());
        in.setBody(message.metadata());
        in.setHeader(GraphConstants.MAILBOX_ID, message.mailbox().id().toString());
        in.setHeader(GraphConstants.MAILBOX_ADDRESS, message.mailbox().address().value());
        in.setHeader(GraphConstants.MESSAGE_KEY, message.key().toString());
        in.setHeader(GraphConstants.PROTOCOL, message.mailbox().protocol().word());
        in.setHeader(GraphConstants.CONTENT_FORM, message.contentForm());
        in.setHeader(GraphConstants.CONTENT_SIZE, message.content().size());
        in.setHeader(GraphConstants.CONTENT_SHA256, message.content().sha256());
        exchange.setProperty(MailHeaders.ARRIVED_MESSAGE, message);
    }

    /** The headers of the mail itself, if they were read, as far as the filter lets them; then what we know better. */
    private void fillFromMail(Exchange exchange, String metadata) {
        JsonNode fields = GraphJson.readOurs(new ByteArrayInputStream(metadata.getBytes(StandardCharsets.UTF_8)));
        for (JsonNode header : fields.path("internetMessageHeaders")) {
            String name = header.path("name").asText();
            String value = header.path("value").asText();
            if (!name.isBlank() && !filter.applyFilterToExternalHeaders(name, value, exchange)) {
                exchange.getIn().setHeader(name, value);
            }
        }
        if (fields.path("id").isTextual()) {
            exchange.getIn()
                    .setHeader(GraphConstants.MESSAGE_ID, fields.path("id").textValue());
        }
    }

    private static Optional<Exception> failure(Exchange exchange) {
        boolean rolledBack = exchange.isRollbackOnly() || exchange.isRollbackOnlyLast();
        return Optional.ofNullable(exchange.getException())
                .or(() -> rolledBack
                        ? Optional.of(new CamelExchangeException("the route rolled the message back", exchange))
                        : Optional.empty());
    }
}
