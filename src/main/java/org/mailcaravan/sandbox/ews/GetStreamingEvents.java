package org.mailcaravan.sandbox.ews;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** GetStreamingEvents: a connection that hangs, and tells what happens as it happens, until its time is over. */
final class GetStreamingEvents {
    static final String NAME = "m:GetStreamingEvents";

    private final Subscriptions subscriptions;
    private final EwsSite site;

    GetStreamingEvents(Subscriptions subscriptions, EwsSite site) {
        this.subscriptions = subscriptions;
        this.site = site;
    }

    /**
     * Answers, which takes as long as the client asked for.
     *
     * @param most streams of one account
     * @throws EwsFault if there are too many
     * @throws IOException if the client went, or the connection is to be cut
     */
    void serve(HttpExchange exchange, EwsCall call, int most) throws IOException, EwsFault {
        call.require(ServerVersion.EXCHANGE2010_SP1);
        List<String> ids = call.operation().get("m:SubscriptionIds").children().stream()
                .map(id -> id.text().strip())
                .toList();
        Map<String, Problem> refused = subscriptions.refused(ids, call.creator(), call.server());
        Optional<Problem> problem = call.distortion()
                .problemAt(0)
                .or(() -> refused.values().stream().findFirst());
        if (problem.isPresent()) {
            StreamAnswer answer = begin(exchange, call);
            answer.send(failure(problem.get(), refused.keySet()));
            answer.end();
            return;
        }
        int minutes = Integer.parseInt(
                call.operation().findText("m:ConnectionTimeout").orElseThrow());
        StreamConnection stream = subscriptions.open(call.mailboxes().own().ownerId(), ids, minutes, most);
        try {
            tell(stream, begin(exchange, call));
        } finally {
            subscriptions.close(stream);
        }
    }

    private StreamAnswer begin(HttpExchange exchange, EwsCall call) throws IOException {
        return StreamAnswer.begin(exchange, call, site, subscriptions.rules());
    }

    private void tell(StreamConnection stream, StreamAnswer answer) throws IOException {
        answer.send(success(out -> out.element("m:ConnectionStatus", "OK")));
        while (tell(next(stream), answer)) {
            // until it is over
        }
    }

    private StreamConnection.Next next(StreamConnection stream) throws IOException {
        try {
            return subscriptions.next(stream);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The sandbox stops");
        }
    }

    /** Whether the stream goes on. */
    private static boolean tell(StreamConnection.Next next, StreamAnswer answer) throws IOException {
        switch (next.kind()) {
            case EVENTS, HEARTBEAT -> answer.send(notifications(next.notices()));
            case LOST -> {
                answer.send(failure(Subscriptions.NOT_FOUND, next.lost()));
                answer.end();
            }
            case CLOSED -> {
                answer.send(success(out -> out.element("m:ConnectionStatus", "Closed")));
                answer.end();
            }
            case CUT -> throw new IOException("The connection is to be cut");
            case CUT_INSIDE -> {
                answer.sendHalf(success(out -> out.element("m:ConnectionStatus", "OK")));
                throw new IOException("The connection is to be cut inside an envelope");
            }
        }
        return next.kind() == StreamConnection.Kind.EVENTS || next.kind() == StreamConnection.Kind.HEARTBEAT;
    }

    /** On the wire the notification is in the messages namespace, whatever the schema says. */
    private static Operation.Answer notifications(Map<String, List<Notice>> notices) {
        return success(out -> {
            out.start("m:Notifications");
            for (Map.Entry<String, List<Notice>> entry : notices.entrySet()) {
                out.start("m:Notification").element("t:SubscriptionId", entry.getKey());
                for (Notice notice : entry.getValue()) {
                    notice.write(out);
                }
                if (entry.getValue().isEmpty()) {
                    out.start("t:StatusEvent").end();
                }
                out.end();
            }
            out.end();
        });
    }

    private static Operation.Answer success(Operation.Answer payload) {
        return message("Success", out -> {
            out.element("m:ResponseCode", "NoError");
            payload.write(out);
        });
    }

    private static Operation.Answer failure(Problem problem, Collection<String> ids) {
        return message("Error", out -> {
            out.element("m:MessageText", problem.text());
            out.element("m:ResponseCode", problem.code());
            out.element("m:DescriptiveLinkKey", 0);
            ResponseMessages.writeValues(out, problem);
            writeIds(out, ids);
        });
    }

    private static void writeIds(SoapWriter out, Collection<String> ids) throws XMLStreamException {
        if (ids.isEmpty()) {
            return;
        }
        out.start("m:ErrorSubscriptionIds");
        for (String id : ids) {
            out.element("m:SubscriptionId", id);
        }
        out.end();
    }

    private static Operation.Answer message(String responseClass, Operation.Answer content) {
        return out -> {
            out.start("m:GetStreamingEventsResponse").start("m:ResponseMessages");
            out.start("m:GetStreamingEventsResponseMessage").attribute("ResponseClass", responseClass);
            content.write(out);
            out.end().end().end();
        };
    }
}
