package org.mailcaravan.delivery;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.mailcaravan.ingest.ArrivedMessage;
import org.mailcaravan.ingest.MailHeaders;
import org.mailcaravan.ingest.Staging;

/**
 * {@code to: mail-delivery:intake}: stages the message that this Exchange carries (T2); the body is its event. The Exchange goes on when the message is staged,
 * its thread at once: messages are staged in groups.
 */
final class StagingProducer extends DefaultAsyncProducer {
    StagingProducer(MailDeliveryEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            byte[] event = exchange.getMessage().getMandatoryBody(byte[].class);
            Staging staging =
                    ((MailDeliveryEndpoint) getEndpoint()).getComponent().getStaging();
            staging.stage(arrived(exchange), event).whenComplete((staged, failure) -> {
                if (failure != null) {
                    exchange.setException(failure);
                }
                callback.done(false);
            });
            return false;
        } catch (Exception e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    /** @throws IllegalStateException if the Exchange did not come from a mail consumer */
    static ArrivedMessage arrived(Exchange exchange) {
        ArrivedMessage message = exchange.getProperty(MailHeaders.ARRIVED_MESSAGE, ArrivedMessage.class);
        if (message == null) {
            throw new IllegalStateException(
                    "this Exchange carries no mail; mail-delivery:intake and mail-delivery:filtered belong"
                            + " into a route that starts with microsoft-graph:messages/* or ews:messages/*");
        }
        return message;
    }
}
