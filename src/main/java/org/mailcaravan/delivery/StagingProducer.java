package org.mailcaravan.delivery;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.mailcaravan.ingest.ArrivedMessage;
import org.mailcaravan.ingest.MailHeaders;

/** {@code to: mail-delivery:intake}: stages the message that this Exchange carries (T2); the body is its event. */
final class StagingProducer extends DefaultProducer {
    StagingProducer(MailDeliveryEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        byte[] event = exchange.getMessage().getMandatoryBody(byte[].class);
        endpoint().getComponent().getStaging().stage(arrived(exchange), event);
    }

    private MailDeliveryEndpoint endpoint() {
        return (MailDeliveryEndpoint) getEndpoint();
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
