package org.mailcaravan.ews;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.testing.KnownMailboxes;

/** A Camel context with the component and some connected mailboxes; operations are asked for as a route would. */
final class ProducerFixture implements AutoCloseable {
    final DefaultCamelContext camel = new DefaultCamelContext();

    ProducerFixture(String url, AccessTokens tokens, HttpGateway http, Clock clock, Mailbox... connected) {
        camel.getRegistry().bind("tokens", AccessTokens.class, tokens);
        camel.getRegistry().bind("http", http);
        camel.getRegistry().bind("directory", MailboxDirectory.class, new KnownMailboxes(connected));
        component().setEwsUrl(url);
        component().setClock(clock);
        camel.start();
    }

    EwsComponent component() {
        return camel.getComponent("ews", EwsComponent.class);
    }

    /** Carries an operation out; an exception comes out as it is. */
    Exchange ask(String uri, Object body, Map<String, Object> headers) {
        Exchange exchange = camel.createFluentProducerTemplate()
                .to("ews:" + uri)
                .withProcessor(e -> {
                    e.getMessage().setBody(body);
                    e.getMessage().setHeaders(new HashMap<>(headers));
                })
                .send();
        if (exchange.getException() instanceof RuntimeException e) {
            throw e;
        }
        return exchange;
    }

    /** The same inside a route, where streams live as long as the Exchange. */
    void inRoute(String uri, Map<String, Object> headers, Processor then) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in-route").to("ews:" + uri).process(then);
            }
        });
        camel.createProducerTemplate().requestBodyAndHeaders("direct:in-route", null, headers);
    }

    @Override
    public void close() {
        camel.stop();
    }
}
