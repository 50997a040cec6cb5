package org.mailcaravan.graph;

import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.mailcaravan.mailbox.MalformedAnswerException;

/**
 * Bean {@code mailNotifications}: the door through which Graph's change notifications come. Anybody may knock: nothing of a request becomes a header, and every
 * notification, valid or forged, gets the same answer.
 *
 * @see <a href="https://learn.microsoft.com/graph/change-notifications-delivery-webhooks">Receive change notifications through webhooks</a>
 */
public final class NotificationHttp {
    private final NotificationInbox inbox;

    NotificationHttp(NotificationInbox inbox) {
        this.inbox = inbox;
    }

    /** What came: the raw query and the body. */
    record Request(String query, byte[] body) {
        @Override
        public String toString() {
            return "Request[" + body.length + " bytes]";
        }
    }

    /** What goes back. */
    record Answer(int status, String text) {}

    /** First step: HTTP message in, request out. The server has read the body already, up to its limits of size and time. */
    public void read(Exchange exchange) {
        HttpServerRequest http = exchange.getMessage(HttpMessage.class).getRequest();
        byte[] body =
                Optional.ofNullable(exchange.getMessage().getBody(byte[].class)).orElse(new byte[0]);
        String query = Optional.ofNullable(http.query()).orElse("");
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(new Request(query, body));
    }

    /** Second step: echoes a validation token, or takes notifications. */
    public void hear(Exchange exchange) throws InvalidPayloadException {
        Request request = exchange.getMessage().getMandatoryBody(Request.class);
        exchange.getMessage()
                .setBody(ValidationToken.isIn(request.query()) ? echo(request.query()) : hear(request.body()));
    }

    private static Answer echo(String query) {
        return ValidationToken.of(query)
                .map(token -> new Answer(200, token))
                .orElse(new Answer(400, "This is no validation token."));
    }

    private Answer hear(byte[] body) {
        try {
            List<ChangeNotification> heard =
                    ChangeNotification.all(GraphJson.readObject(new ByteArrayInputStream(body)));
            return inbox.hear(heard) ? new Answer(202, "") : new Answer(503, "Come again.");
        } catch (MalformedAnswerException | HttpTimeoutException e) {
            return new Answer(400, "This is no collection of change notifications.");
        }
    }

    /** Last step: answer in, HTTP message out. */
    public void answer(Exchange exchange) throws InvalidPayloadException {
        Message message = exchange.getMessage();
        Answer answer = message.getMandatoryBody(Answer.class);
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
        message.setHeader("X-Content-Type-Options", "nosniff");
        message.setHeader("Cache-Control", "no-store");
        message.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        message.setBody(answer.text());
    }
}
