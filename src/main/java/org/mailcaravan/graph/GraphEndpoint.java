package org.mailcaravan.graph;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategyAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.mailcaravan.component.MailHeaderFilterStrategy;
import org.mailcaravan.component.MailboxChoice;

/** Read, change and send the mail of connected Microsoft 365 mailboxes through Microsoft Graph. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = GraphComponent.SCHEME,
        title = "Microsoft Graph Mail",
        syntax = "microsoft-graph:operation/mailbox",
        category = {Category.MAIL, Category.CLOUD},
        headersClass = GraphConstants.class)
public final class GraphEndpoint extends DefaultEndpoint implements HeaderFilterStrategyAware {
    @UriPath(description = "What is done: messages for a consumer, any other for a producer.")
    @Metadata(required = true)
    private GraphOperation operation = GraphOperation.messages;

    @UriPath(
            description =
                    "Whose mail: our id of the mailbox or its address; or an asterisk, for a consumer every mailbox whose"
                            + " protocol is graph, for a producer the one that the headers name.")
    @Metadata(required = true)
    private String mailbox = "*";

    @UriParam
    private GraphConfiguration configuration = new GraphConfiguration();

    @UriParam(
            label = "consumer,advanced",
            description =
                    "Which headers of a mail become headers of the Exchange, if internetMessageHeaders are read. By default"
                            + " none that begins with Camel.")
    private HeaderFilterStrategy headerFilterStrategy = new MailHeaderFilterStrategy();

    private final GraphComponent component;

    GraphEndpoint(String uri, GraphComponent component) {
        super(uri, component);
        this.component = component;
    }

    /** The exchanges carry the message's metadata as JSON in Graph's vocabulary; the raw MIME is a claim check. */
    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (operation != GraphOperation.messages) {
            throw new IllegalArgumentException(
                    operation + " is for to: only; from: takes " + GraphComponent.SCHEME + ":messages/*");
        }
        MailboxChoice.check(GraphComponent.SCHEME, mailbox);
        Consumer consumer = new GraphConsumer(this, processor, component);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        if (operation == GraphOperation.messages) {
            throw new IllegalArgumentException("messages is for from: only; to: takes an operation such as "
                    + GraphComponent.SCHEME + ":listMessages/*");
        }
        return new GraphProducer(this, component);
    }

    public GraphOperation getOperation() {
        return operation;
    }

    public void setOperation(GraphOperation operation) {
        this.operation = operation;
    }

    public String getMailbox() {
        return mailbox;
    }

    public void setMailbox(String mailbox) {
        this.mailbox = mailbox;
    }

    public GraphConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(GraphConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public HeaderFilterStrategy getHeaderFilterStrategy() {
        return headerFilterStrategy;
    }

    @Override
    public void setHeaderFilterStrategy(HeaderFilterStrategy headerFilterStrategy) {
        this.headerFilterStrategy = headerFilterStrategy;
    }
}
