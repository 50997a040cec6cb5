package org.mailcaravan.ews;

import java.io.IOException;
import java.util.Optional;

/** Reads an answer that has one response message, and what its payload says. The result counts only if the whole answer was read to its end. */
final class OneAnswer<T> implements EwsClient.Reader<T> {
    private final String operation;
    private final Payload<T> payload;

    OneAnswer(String operation, Payload<T> payload) {
        this.operation = operation;
        this.payload = payload;
    }

    /** Takes what follows the head of the response message. */
    interface Payload<T> {
        /** Reads the current element; may leave some of it unread. */
        void take(XmlPull xml) throws IOException;

        /** @throws BrokenXmlException if something was missing */
        T result() throws BrokenXmlException;
    }

    /** Reads one element. */
    @FunctionalInterface
    interface Element<T> {
        T read(XmlPull xml) throws IOException;
    }

    /** A payload that is one element, which must be there. */
    static <T> Payload<T> element(String name, Element<T> element) {
        return new Payload<>() {
            private Optional<T> found = Optional.empty();

            @Override
            public void take(XmlPull xml) throws IOException {
                if (xml.name().equals(name)) {
                    found = Optional.of(element.read(xml));
                }
            }

            @Override
            public T result() throws BrokenXmlException {
                return found.orElseThrow(() -> new BrokenXmlException("the answer has no " + name));
            }
        };
    }

    /** A payload that is one element with exactly one in it. */
    static <T> Payload<T> single(String name, Element<T> child) {
        return element(name, xml -> {
            int depth = xml.depth();
            if (!xml.nextChild(depth)) {
                throw new BrokenXmlException("the answer's " + name + " is empty");
            }
            T result = child.read(xml);
            if (xml.nextChild(depth)) {
                throw new BrokenXmlException("the answer's " + name + " has more than was asked for");
            }
            return result;
        });
    }

    /** Nothing but that it was done. */
    static Payload<Boolean> nothing() {
        return new Payload<>() {
            @Override
            public void take(XmlPull xml) {
                // a server may say more
            }

            @Override
            public Boolean result() {
                return true;
            }
        };
    }

    @Override
    public T read(XmlPull xml, String requestId) throws IOException, RefusedException {
        xml.require(xml.depth(), "m:" + operation + "ResponseMessage");
        ResponseHead head = ResponseHead.begin(xml, operation, requestId);
        int message = xml.depth();
        while (xml.nextChild(message)) {
            if (!head.take(xml) && head.refusal().isEmpty()) {
                payload.take(xml);
            }
        }
        Optional<EwsRefusal> refusal = head.refusal();
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get());
        }
        T result = payload.result();
        xml.finish();
        return result;
    }
}
