package org.mailcaravan.ews;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.NullUnmarked;

/**
 * Read the mail of connected mailboxes through Exchange Web Services (EWS).
 *
 * <p>{@code ews:messages/*} creates one Exchange per message whose raw MIME is safely stored. Its body is the message as JSON in Microsoft Graph's {@code message}
 * vocabulary, without the mail's body. An Exchange that fails is created again later.
 */
@NullUnmarked // Camel sets the options after construction
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "ews",
        title = "Exchange Web Services",
        syntax = "ews:operation/mailbox",
        consumerOnly = true,
        category = {Category.MAIL, Category.CLOUD},
        headersClass = EwsConstants.class)
public final class EwsEndpoint extends DefaultEndpoint {
    private static final String MESSAGES = "messages";
    private static final String EVERY_MAILBOX = "*";

    @UriPath(enums = MESSAGES, description = "What is read: messages")
    @Metadata(required = true)
    private String operation;

    @UriPath(description = "Which mailboxes: * for every connected mailbox whose protocol is ews")
    @Metadata(required = true)
    private String mailbox;

    EwsEndpoint(String uri, EwsComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("ews has no producer; use it as from: ews:messages/*");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (!MESSAGES.equals(operation) || !EVERY_MAILBOX.equals(mailbox)) {
            throw new IllegalArgumentException(
                    "ews:" + operation + "/" + mailbox + " cannot be consumed; use from: ews:messages/*");
        }
        EwsConsumer consumer = new EwsConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public EwsComponent getComponent() {
        return (EwsComponent) super.getComponent();
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
