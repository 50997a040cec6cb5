package org.mailcaravan.delivery;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * {@code to: mail-delivery:filtered?rule=<name>}: records by which rule this message is left out: in a route that starts with a mail consumer by every sink, in the
 * route of a sink by this one, once the Exchange completes.
 */
final class FilteringProducer extends DefaultProducer {
    private final String rule;

    FilteringProducer(MailDeliveryEndpoint endpoint, String rule) {
        super(endpoint);
        this.rule = rule;
    }

    @Override
    public void process(Exchange exchange) {
        MailDeliveryConsumer.Confirmation delivery =
                exchange.getProperty(MailDeliveryConsumer.CONFIRMATION, MailDeliveryConsumer.Confirmation.class);
        if (delivery != null) {
            delivery.filteredBy(rule);
            return;
        }
        MailDeliveryEndpoint endpoint = (MailDeliveryEndpoint) getEndpoint();
        endpoint.getComponent().getStaging().filter(StagingProducer.arrived(exchange), rule);
    }
}
