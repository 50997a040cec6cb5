package org.mailcaravan.ews;

import org.apache.camel.Exchange;
import org.mailcaravan.component.MailboxChoice;
import org.mailcaravan.component.MailboxProducer;
import org.mailcaravan.mailbox.Mailbox;

/** Carries one operation out for every Exchange, as the mailbox that the URI names, or else the headers. */
final class EwsProducer extends MailboxProducer {
    private final EwsEndpoint endpoint;
    private final EwsComponent component;

    EwsProducer(EwsEndpoint endpoint, EwsComponent component) {
        super(endpoint, EwsComponent.SCHEME + "-" + endpoint.getOperation(), component, component::reach);
        this.endpoint = endpoint;
        this.component = component;
    }

    @Override
    public void process(Exchange exchange) {
        EwsOperation operation = endpoint.getOperation();
        Mailbox mailbox = new MailboxChoice(component.directory()).of(endpoint.getMailbox(), exchange);
        EwsWire wire = component.wire(mailbox, operation);
        operation.run(new EwsInvocation(exchange, endpoint.getConfiguration(), wire));
    }
}
