package org.mailcaravan.ews;

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

/** Read and change the mail of connected mailboxes of Exchange Online and Exchange Server through Exchange Web Services (EWS). */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = EwsComponent.SCHEME,
        title = "Exchange Web Services",
        syntax = "ews:operation/mailbox",
        category = {Category.MAIL, Category.CLOUD},
        headersClass = EwsConstants.class)
public final class EwsEndpoint extends DefaultEndpoint implements HeaderFilterStrategyAware {
    @UriPath(description = "What is done: messages for a consumer, any other for a producer.")
    @Metadata(required = true)
    private EwsOperation operation = EwsOperation.messages;

    @UriPath(
            description =
                    "Whose mail: our id of the mailbox or its address; or an asterisk, for a consumer every mailbox whose"
                            + " protocol is ews, for a producer the one that the headers name.")
    @Metadata(required = true)
    private String mailbox = "*";

    @UriParam
    private EwsConfiguration configuration = new EwsConfiguration();

    @UriParam(
            label = "consumer,advanced",
            description =
                    "Which headers of a mail become headers of the Exchange, if internetMessageHeaders are read. By default"
                            + " none that begins with Camel.")
    private HeaderFilterStrategy headerFilterStrategy = new MailHeaderFilterStrategy();

    private final EwsComponent component;

    EwsEndpoint(String uri, EwsComponent component) {
        super(uri, component);
        this.component = component;
    }

    /** The exchanges carry the message's metadata as JSON in Graph's vocabulary; the raw MIME is a claim check. */
    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (operation != EwsOperation.messages) {
            throw new IllegalArgumentException(
                    operation + " is for to: only; from: takes " + EwsComponent.SCHEME + ":messages/*");
        }
        MailboxChoice.check(EwsComponent.SCHEME, mailbox);
        Consumer consumer = new EwsConsumer(this, processor, component);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        if (operation == EwsOperation.messages) {
            throw new IllegalArgumentException("messages is for from: only; to: takes an operation such as "
                    + EwsComponent.SCHEME + ":listMessages/*");
        }
        return new EwsProducer(this, component);
    }

    public EwsOperation getOperation() {
        return operation;
    }

    public void setOperation(EwsOperation operation) {
        this.operation = operation;
    }

    public String getMailbox() {
        return mailbox;
    }

    public void setMailbox(String mailbox) {
        this.mailbox = mailbox;
    }

    public EwsConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(EwsConfiguration configuration) {
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
