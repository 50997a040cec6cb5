package org.mailcaravan.delivery;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** {@code to: mail-delivery:filtered?rule=<name>}: records that no sink gets this message, and by which rule. */
final class FilteringProducer extends DefaultProducer {
    private final String rule;

    FilteringProducer(MailDeliveryEndpoint endpoint, String rule) {
        super(endpoint);
        this.rule = rule;
    }

    @Override
    public void process(Exchange exchange) {
        MailDeliveryEndpoint endpoint = (MailDeliveryEndpoint) getEndpoint();
        endpoint.getComponent().getStaging().filter(StagingProducer.arrived(exchange), rule);
    }
}
