package org.mailcaravan.management;

/** An operation is not done. The message says why and what to do; the person who asked reads it, so it holds no secret. */
public final class OperationRefusedException extends RuntimeException {
    public OperationRefusedException(String message) {
        super(message);
    }
}
