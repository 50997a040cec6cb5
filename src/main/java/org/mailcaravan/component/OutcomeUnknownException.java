package org.mailcaravan.component;

/**
 * A request that changes something was sent, and no whole answer came: it may or may not have been carried out. The component never repeats such a request by
 * itself; a route may if {@link #repeatable()}, and should look first if not.
 */
public final class OutcomeUnknownException extends RuntimeException {
    private final String operation;
    private final boolean repeatable;

    /**
     * @param operation as it stands in URIs
     * @param repeatable whether doing it twice is the same as doing it once
     */
    public OutcomeUnknownException(String operation, boolean repeatable, Throwable cause) {
        super(
                operation + ": the connection broke or no whole answer came in time after the request was sent."
                        + " It may or may not have been carried out: "
                        + (repeatable ? "repeating it is harmless." : "look before repeating it."),
                cause);
        this.operation = operation;
        this.repeatable = repeatable;
    }

    /** As it stands in URIs. */
    public String operation() {
        return operation;
    }

    /** Whether doing it twice is the same as doing it once. */
    public boolean repeatable() {
        return repeatable;
    }
}
