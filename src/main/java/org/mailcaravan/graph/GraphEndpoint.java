package org.mailcaravan.graph;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Reads the mail of connected Microsoft 365 mailboxes through Microsoft Graph. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = GraphComponent.SCHEME,
        title = "Microsoft Graph Mail",
        syntax = "microsoft-graph:operation/mailbox",
        consumerOnly = true,
        category = {Category.MAIL, Category.CLOUD},
        headersClass = GraphConstants.class)
public final class GraphEndpoint extends DefaultEndpoint {
    @UriPath(enums = "messages", description = "What is read: messages.")
    @Metadata(required = true)
    private String operation = "messages";

    @UriPath(description = "Whose mail: an asterisk for every connected mailbox whose protocol is graph.")
    @Metadata(required = true)
    private String mailbox = "*";

    private final GraphComponent component;

    GraphEndpoint(String uri, GraphComponent component) {
        super(uri, component);
        this.component = component;
    }

    /** The exchanges carry the message's metadata as JSON in Graph's vocabulary; the raw MIME is a claim check. */
    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Consumer consumer = new GraphConsumer(this, processor, component);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException(
                GraphComponent.SCHEME + " only reads mail (from:); nothing can be sent to it");
    }

    public String getOperation() {
        return operation;
    }

    public void setOperation(String operation) {
        this.operation = operation;
    }

    public String getMailbox() {
        return mailbox;
    }

    public void setMailbox(String mailbox) {
        this.mailbox = mailbox;
    }
}
