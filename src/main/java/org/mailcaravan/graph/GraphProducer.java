package org.mailcaravan.graph;

import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;

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
        health = GraphHealthCheck.ofProducer(endpoint.getOperation().name(), component);
    }

    @Override
    protected void doStop() throws Exception {
        health.run();
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) {
        GraphOperation operation = endpoint.getOperation();
        MailboxWire wire = component.mailSource().wire(mailbox(exchange), operation);
        operation.run(new Invocation(exchange, endpoint.getConfiguration(), wire, component.pause()));
    }

    private Mailbox mailbox(Exchange exchange) {
        if (!endpoint.getMailbox().equals("*")) {
            return find(endpoint.getMailbox());
        }
        return header(exchange, GraphConstants.MAILBOX_ID)
                .or(() -> header(exchange, GraphConstants.MAILBOX_ADDRESS))
                .map(this::find)
                .orElseThrow(() -> new IllegalArgumentException(
                        "whose mail? Name the mailbox in the URI instead of *, or set the header "
                                + GraphConstants.MAILBOX_ID + " or " + GraphConstants.MAILBOX_ADDRESS));
    }

    private static Optional<String> header(Exchange exchange, String name) {
        return Optional.ofNullable(exchange.getMessage().getHeader(name, String.class))
                .filter(value -> !value.isBlank());
    }

    private Mailbox find(String name) {
        MailboxDirectory directory = component.directory();
        if (!name.contains("@")) {
            return directory.find(id(name)).orElseThrow(() -> unknown(name));
        }
        List<Mailbox> found = directory.findByAddress(new MailboxAddress(name));
        if (found.size() > 1) {
            throw new IllegalArgumentException(
                    "several connected mailboxes have the given address: name one by its id (command mailboxes)");
        }
        return found.stream().findFirst().orElseThrow(() -> unknown("with the given address"));
    }

    private static MailboxId id(String name) {
        try {
            return MailboxId.of(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a mailbox is named by our id of it (a UUID) or by its address");
        }
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("no mailbox " + name + " is connected: connect it first (command connect)");
    }
}
