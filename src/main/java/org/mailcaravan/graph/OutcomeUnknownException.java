package org.mailcaravan.graph;

/**
 * A request that changes something was sent, and no whole answer came: it may or may not have been carried out. The component never repeats such a request by
 * itself; a route may if {@link #repeatable()}, and should look first if not.
 */
public final class OutcomeUnknownException extends RuntimeException {
    private final GraphOperation operation;
    private final boolean repeatable;

    OutcomeUnknownException(GraphOperation operation, boolean repeatable, Throwable cause) {
        super(
                operation + ": the connection broke or no whole answer came in time after the request was sent."
                        + " It may or may not have been carried out: "
                        + (repeatable ? "repeating it is harmless." : "look before repeating it."),
                cause);
        this.operation = operation;
        this.repeatable = repeatable;
    }

    public GraphOperation operation() {
        return operation;
    }

    /** Whether doing it twice is the same as doing it once (PATCH and DELETE). */
    public boolean repeatable() {
        return repeatable;
    }
}
