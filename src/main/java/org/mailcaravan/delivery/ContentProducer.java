package org.mailcaravan.delivery;

import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.IOHelper;
import org.mailcaravan.ingest.PendingDelivery;
import org.mailcaravan.ingest.StoredContent;

/** {@code to: mail-delivery:content}: redeems a claim check; the body becomes the raw MIME, byte for byte, or the message as JSON, as a stream. */
final class ContentProducer extends DefaultProducer {
    private final boolean json;

    ContentProducer(MailDeliveryEndpoint endpoint, boolean json) {
        super(endpoint);
        this.json = json;
    }

    @Override
    public void process(Exchange exchange) {
        PendingDelivery delivery = exchange.getProperty(MailDeliveryConsumer.DELIVERY, PendingDelivery.class);
        if (delivery == null) {
            throw new IllegalStateException(
                    "this Exchange has no content to claim; mail-delivery:content belongs into a route that"
                            + " starts with mail-delivery:<sink>");
        }
        MailDeliveryEndpoint endpoint = (MailDeliveryEndpoint) getEndpoint();
        InputStream content = endpoint.getComponent().getStaging().open(claimed(exchange, delivery));
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                IOHelper.close(content);
            }
        });
        exchange.getMessage().setBody(content);
    }

    /** What was not read cannot be claimed, today or later: the sink pauses, and no message is charged for it. */
    private StoredContent claimed(Exchange exchange, PendingDelivery delivery) {
        return (json ? delivery.json() : delivery.mime()).orElseThrow(() -> {
            exchange.getMessage().setHeader(MailDeliveryConstants.OUTCOME, "sink-misconfigured");
            return new IllegalStateException("message " + delivery.key() + " was read as " + delivery.contentForm()
                    + " only; use mail-delivery:content?form=" + delivery.contentForm()
                    + ", or set mail.content to both for mail to come");
        });
    }
}
