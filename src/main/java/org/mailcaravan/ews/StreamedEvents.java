package org.mailcaravan.ews;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What one envelope of GetStreamingEvents says. Looked up by local name: Exchange writes these elements into another namespace than its schema says. What happened
 * to which message is not looked at: an event is a hint that its mailbox is worth a look.
 *
 * @param changed subscriptions that announce something
 * @param lost subscriptions that the server does not know any more
 * @param closed whether the server ends the connection, as it does after the time that it was asked for
 * @param refusal what it says instead of events
 */
record StreamedEvents(Set<String> changed, Set<String> lost, boolean closed, Optional<EwsRefusal> refusal) {
    private static final String OPERATION = "GetStreamingEvents";
    private static final String HEARTBEAT = "StatusEvent";

    /** @throws BrokenXmlException if this is no answer to GetStreamingEvents */
    static StreamedEvents read(byte[] envelope, String requestId) throws IOException {
        XmlPull xml = XmlPull.open(new ByteArrayInputStream(envelope));
        try {
            EwsClient.enter(xml, OPERATION, requestId);
        } catch (RefusedException e) {
            return new StreamedEvents(Set.of(), Set.of(), false, Optional.of(e.refusal()));
        }
        Builder events = new Builder();
        int messages = xml.depth();
        while (xml.nextChild(messages)) {
            events.message(xml, requestId);
        }
        xml.finish();
        return new StreamedEvents(events.changed, events.lost, events.closed, events.refusal);
    }

    /** An envelope while it is read. */
    private static final class Builder {
        private final Set<String> changed = new HashSet<>();
        private final Set<String> lost = new HashSet<>();
        private boolean closed;
        private Optional<EwsRefusal> refusal = Optional.empty();

        private void message(XmlPull xml, String requestId) throws IOException {
            ResponseHead head = ResponseHead.begin(xml, OPERATION, requestId);
            int message = xml.depth();
            while (xml.nextChild(message)) {
                if (!head.take(xml)) {
                    payload(xml);
                }
            }
            refusal = refusal.or(head::refusalIfAny);
        }

        private void payload(XmlPull xml) throws IOException {
            switch (xml.localName()) {
                case "Notifications" -> notifications(xml);
                case "ErrorSubscriptionIds" -> ids(xml);
                case "ConnectionStatus" -> closed |= xml.text().trim().equals("Closed");
                default -> {
                    // newer servers may say more
                }
            }
        }

        private void notifications(XmlPull xml) throws IOException {
            int notifications = xml.depth();
            while (xml.nextChild(notifications)) {
                notification(xml);
            }
        }

        private void notification(XmlPull xml) throws IOException {
            Optional<String> id = Optional.empty();
            boolean event = false;
            int notification = xml.depth();
            while (xml.nextChild(notification)) {
                String name = xml.localName();
                if (name.equals("SubscriptionId")) {
                    id = Optional.of(xml.text().trim());
                } else {
                    event |= name.endsWith("Event") && !name.equals(HEARTBEAT);
                }
            }
            if (event) {
                id.ifPresent(changed::add);
            }
        }

        private void ids(XmlPull xml) throws IOException {
            int ids = xml.depth();
            while (xml.nextChild(ids)) {
                lost.add(xml.text().trim());
            }
        }
    }
}
