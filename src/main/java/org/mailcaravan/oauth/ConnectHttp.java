package org.mailcaravan.oauth;

import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * Bean {@code connectHttp}: the door between the HTTP server and the connect steps. Camel merges query, form and headers into one map, where a parameter could
 * pass for a header; so the request is read from the server itself, and the map is emptied: nothing of it can steer a route or come back in an answer (S46).
 */
public final class ConnectHttp {
    /** Exchange property with the correlation id of a request. */
    static final String REFERENCE = "mailcaravanConnectReference";

    private static final List<String> HEADERS = List.of("cookie", "origin", "sec-fetch-site", "authorization");

    private final boolean https;

    ConnectHttp(PublicAddress address) {
        https = address.https();
    }

    /** First step of every connect route: HTTP message in, request out. */
    public void read(Exchange exchange) {
        String reference = UUID.randomUUID().toString();
        exchange.setProperty(REFERENCE, reference);
        HttpServerRequest http = exchange.getMessage(HttpMessage.class).getRequest();
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : HEADERS) {
            headers.put(name, List.copyOf(http.headers().getAll(name)));
        }
        String query = Optional.ofNullable(http.query()).orElse("");
        String path = Optional.ofNullable(http.path()).orElse("");
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(new ConnectRequest(reference, path, query, headers));
    }

    /** Last step of every connect route: answer in, HTTP message out. */
    public void write(Exchange exchange) throws InvalidPayloadException {
        Message message = exchange.getMessage();
        ConnectAnswer answer = message.getMandatoryBody(ConnectAnswer.class);
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        answer.headers().forEach(message::setHeader);
        if (https) {
            message.setHeader("Strict-Transport-Security", "max-age=31536000");
        }
        message.setBody(answer.body());
    }
}
