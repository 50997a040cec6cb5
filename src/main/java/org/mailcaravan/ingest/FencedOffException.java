package org.mailcaravan.ingest;

/** Another task took over meanwhile and raised the fencing number: this one's writes are refused, its work is abandoned, not repeated. */
public final class FencedOffException extends RuntimeException {
    FencedOffException(String what, long fence) {
        super(what + ": fencing number " + fence + " is no longer the current one, another task took over");
    }
}
