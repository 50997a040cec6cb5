package org.mailcaravan.ingest;

/** Where the consumers of {@code mail-delivery:<sink>} register. Every staged message is offered to every subscribed sink until it is settled. */
public interface SinkDispatch {
    /**
     * Subscribes a sink durably (its first registration only: from now on, or from the beginning) and starts offering it messages, one at a time and in order per
     * mailbox. Registering again lifts a pause.
     *
     * @param fromStart whether the first registration also asks for everything staged before
     * @return closes the registration: no further delivery begins; the subscription stays and messages wait
     * @throws IllegalStateException if the sink has a handler already
     */
    Registration register(String sink, boolean fromStart, DeliveryHandler handler);

    /** A registered sink. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Delivers one message; an exception means: not delivered, again later. */
    @FunctionalInterface
    interface DeliveryHandler {
        DeliveryOutcome deliver(PendingDelivery delivery) throws Exception;
    }
}
