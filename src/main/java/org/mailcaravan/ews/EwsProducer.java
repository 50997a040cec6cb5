package org.mailcaravan.ews;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.mailcaravan.component.MailboxChoice;
import org.mailcaravan.component.ReachHealthCheck;
import org.mailcaravan.mailbox.Mailbox;

/** Carries one operation out for every Exchange, as the mailbox that the URI names, or else the headers. */
final class EwsProducer extends DefaultProducer {
    private final EwsEndpoint endpoint;
    private final EwsComponent component;
    private Runnable health = () -> {};

    EwsProducer(EwsEndpoint endpoint, EwsComponent component) {
        super(endpoint);
        this.endpoint = endpoint;
        this.component = component;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        health = ReachHealthCheck.ofProducer(
                EwsComponent.SCHEME + "-" + endpoint.getOperation(), component, component.reach());
    }

    @Override
    protected void doStop() throws Exception {
        health.run();
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) {
        EwsOperation operation = endpoint.getOperation();
        Mailbox mailbox = new MailboxChoice(component.directory()).of(endpoint.getMailbox(), exchange);
        EwsWire wire = component.wire(mailbox, operation);
        operation.run(new EwsInvocation(exchange, endpoint.getConfiguration(), wire));
    }
}
