package org.mailcaravan.graph;

import org.apache.camel.Exchange;
import org.mailcaravan.component.MailboxChoice;
import org.mailcaravan.component.MailboxProducer;
import org.mailcaravan.mailbox.Mailbox;

/** Carries one operation out for every Exchange, as the mailbox that the URI names, or else the headers. */
final class GraphProducer extends MailboxProducer {
    private final GraphEndpoint endpoint;
    private final GraphComponent component;

    GraphProducer(GraphEndpoint endpoint, GraphComponent component) {
        super(endpoint, GraphComponent.SCHEME + "-" + endpoint.getOperation(), component, component::reach);
        this.endpoint = endpoint;
        this.component = component;
    }

    @Override
    public void process(Exchange exchange) {
        GraphOperation operation = endpoint.getOperation();
        Mailbox mailbox = new MailboxChoice(component.directory()).of(endpoint.getMailbox(), exchange);
        MailboxWire wire = component.mailSource().wire(mailbox, operation);
        operation.run(new Invocation(exchange, endpoint.getConfiguration(), wire, component.pause()));
    }
}
