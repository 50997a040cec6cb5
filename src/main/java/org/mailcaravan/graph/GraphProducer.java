package org.mailcaravan.graph;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.mailcaravan.component.MailboxChoice;
import org.mailcaravan.component.ReachHealthCheck;
import org.mailcaravan.mailbox.Mailbox;

/** Carries one operation out for every Exchange, as the mailbox that the URI names, or else the headers. */
final class GraphProducer extends DefaultProducer {
    private final GraphEndpoint endpoint;
    private final GraphComponent component;
    private Runnable health = () -> {};

    GraphProducer(GraphEndpoint endpoint, GraphComponent component) {
        super(endpoint);
        this.endpoint = endpoint;
        this.component = component;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        health = ReachHealthCheck.ofProducer(
                GraphComponent.SCHEME + "-" + endpoint.getOperation(), component, component.reach());
    }

    @Override
    protected void doStop() throws Exception {
        health.run();
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) {
        GraphOperation operation = endpoint.getOperation();
        Mailbox mailbox = new MailboxChoice(component.directory()).of(endpoint.getMailbox(), exchange);
        MailboxWire wire = component.mailSource().wire(mailbox, operation);
        operation.run(new Invocation(exchange, endpoint.getConfiguration(), wire, component.pause()));
    }
}
