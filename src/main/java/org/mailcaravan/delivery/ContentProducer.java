package org.mailcaravan.delivery;

import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.IOHelper;
import org.mailcaravan.ingest.PendingDelivery;

/** {@code to: mail-delivery:content}: redeems the claim check; the body becomes the raw MIME, byte for byte, as a stream. */
final class ContentProducer extends DefaultProducer {
    ContentProducer(MailDeliveryEndpoint endpoint) {
        super(endpoint);
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
        InputStream content = endpoint.getComponent().getStaging().open(delivery.content());
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                IOHelper.close(content);
            }
        });
        exchange.getMessage().setBody(content);
    }
}
