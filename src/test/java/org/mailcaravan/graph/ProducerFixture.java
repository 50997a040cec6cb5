package org.mailcaravan.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.testing.KnownMailboxes;
import org.mailcaravan.testing.SettableClock;

/** A Camel context with the component and some connected mailboxes; operations are asked for as a route would. */
final class ProducerFixture implements AutoCloseable {
    private final SettableClock clock;
    final DefaultCamelContext camel = new DefaultCamelContext();
    final KnownMailboxes mailboxes = new KnownMailboxes();
    final List<Long> pauses = new ArrayList<>();

    ProducerFixture(String root, AccessTokens tokens, HttpGateway http, Mailbox... connected) {
        this(new SettableClock(GraphFixture.NOW), root, tokens, http, connected);
    }

    /** @param clock is moved on by every pause */
    ProducerFixture(SettableClock clock, String root, AccessTokens tokens, HttpGateway http, Mailbox... connected) {
        this.clock = clock;
        List.of(connected).forEach(mailboxes::save);
        camel.getRegistry().bind("tokens", AccessTokens.class, tokens);
        camel.getRegistry().bind("http", http);
        camel.getRegistry().bind("directory", MailboxDirectory.class, mailboxes);
        component().setGraphRoot(root);
        component().setClock(clock);
        component().setPause(time -> {
            pauses.add(time.toSeconds());
            clock.advance(time);
        });
        camel.start();
    }

    GraphComponent component() {
        return camel.getComponent("microsoft-graph", GraphComponent.class);
    }

    /** Carries an operation out; an exception comes out as it is. */
    Exchange ask(String uri, Object body, Map<String, Object> headers) {
        Exchange exchange = camel.createFluentProducerTemplate()
                .to("microsoft-graph:" + uri)
                .withProcessor(e -> {
                    e.getMessage().setBody(body);
                    e.getMessage().setHeaders(new java.util.HashMap<>(headers));
                })
                .send();
        if (exchange.getException() instanceof RuntimeException e) {
            throw e;
        }
        return exchange;
    }

    /** The same inside a route, where streams live as long as the Exchange. */
    void inRoute(String uri, Map<String, Object> headers, org.apache.camel.Processor then) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in-route").to("microsoft-graph:" + uri).process(then);
            }
        });
        camel.createProducerTemplate().requestBodyAndHeaders("direct:in-route", null, headers);
    }

    @Override
    public void close() {
        camel.stop();
    }
}
