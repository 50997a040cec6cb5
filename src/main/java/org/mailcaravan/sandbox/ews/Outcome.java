package org.mailcaravan.sandbox.ews;

import java.util.Optional;

/** A value, or the problem that stands in its place in the answer. */
record Outcome<T>(Optional<T> value, Optional<Problem> problem) {

    static <T> Outcome<T> of(T value) {
        return new Outcome<>(Optional.of(value), Optional.empty());
    }

    static <T> Outcome<T> failed(Problem problem) {
        return new Outcome<>(Optional.empty(), Optional.of(problem));
    }

    /** The problem of a failed outcome, as an outcome of another type. */
    <U> Outcome<U> recast() {
        return new Outcome<>(Optional.empty(), problem);
    }
}
