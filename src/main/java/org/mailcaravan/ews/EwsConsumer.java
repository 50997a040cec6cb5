package org.mailcaravan.ews;

import org.apache.camel.Processor;
import org.mailcaravan.component.ArrivalConsumer;
import org.mailcaravan.component.ReachHealthCheck;
import org.mailcaravan.component.ReadChoice;
import org.mailcaravan.ingest.MailIntake;

/** {@code from: ews:messages/*}. */
final class EwsConsumer extends ArrivalConsumer {
    private final EwsComponent component;
    private final EwsEndpoint endpoint;

    EwsConsumer(EwsEndpoint endpoint, Processor processor, EwsComponent component) {
        super(endpoint, processor, endpoint.getHeaderFilterStrategy(), EwsConstants.ITEM_ID);
        this.endpoint = endpoint;
        this.component = component;
        if (component.isHealthCheckConsumerEnabled()) {
            setHealthCheck(ReachHealthCheck.ofConsumer(EwsComponent.SCHEME, component.reach()));
        }
    }

    @Override
    protected MailIntake.Registration register(MailIntake.ArrivalHandler handler) {
        EwsConfiguration options = endpoint.getConfiguration();
        ReadChoice choice = ReadChoice.of(options.getFolders(), options.getStartFrom());
        EwsMailSource source = component.mailSource();
        return component
                .intake()
                .register(
                        options.isInternetMessageHeaders() ? source.withMailHeaders() : source,
                        new MailIntake.Choice(endpoint.getMailbox(), choice::view),
                        handler);
    }
}
