package org.mailcaravan.graph;

import org.apache.camel.Processor;
import org.mailcaravan.component.ArrivalConsumer;
import org.mailcaravan.component.ReachHealthCheck;
import org.mailcaravan.ingest.MailIntake;

/** {@code from: microsoft-graph:messages/*}. */
final class GraphConsumer extends ArrivalConsumer {
    private final GraphComponent component;
    private final GraphEndpoint endpoint;

    GraphConsumer(GraphEndpoint endpoint, Processor processor, GraphComponent component) {
        super(endpoint, processor, endpoint.getHeaderFilterStrategy(), GraphConstants.MESSAGE_ID);
        this.endpoint = endpoint;
        this.component = component;
        if (component.isHealthCheckConsumerEnabled()) {
            setHealthCheck(ReachHealthCheck.ofConsumer(GraphComponent.SCHEME, component.reach()));
        }
    }

    @Override
    protected MailIntake.Registration register(MailIntake.ArrivalHandler handler) {
        ReadOptions options = ReadOptions.of(endpoint.getConfiguration());
        MailIntake.Choice choice = new MailIntake.Choice(endpoint.getMailbox(), options.choice()::view);
        return component.intake().register(component.mailSource().with(options), choice, handler);
    }
}
