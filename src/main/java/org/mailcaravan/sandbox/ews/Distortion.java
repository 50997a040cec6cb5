package org.mailcaravan.sandbox.ews;

import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a planned fault does to one answer.
 *
 * @param fault the request ends in this SOAP fault
 * @param failing one response message is replaced by a problem
 * @param documentType the answer carries a DTD
 * @param wrongNamespaces the answer uses {@code https:} namespaces, which mean nothing
 * @param xmlLimit bytes of XML after which the (in itself complete) HTTP answer ends
 * @param mimeLimit bytes of MIME after which each MIME content ends with Exchange's truncation mark
 * @param controlCharacters texts hold references to characters that XML 1.0 forbids
 */
record Distortion(
        Optional<Problem> fault,
        Optional<FailingMessage> failing,
        boolean documentType,
        boolean wrongNamespaces,
        long xmlLimit,
        long mimeLimit,
        boolean controlCharacters) {
    static final Distortion NONE =
            new Distortion(Optional.empty(), Optional.empty(), false, false, Long.MAX_VALUE, Long.MAX_VALUE, false);

    /**
     * @param index of the response message that fails, from 0
     * @param stops whether those behind it are answered with ErrorBatchProcessingStopped
     */
    record FailingMessage(int index, Problem problem, boolean stops) {}

    static Distortion fault(Problem problem) {
        return new Distortion(
                Optional.of(problem), Optional.empty(), false, false, Long.MAX_VALUE, Long.MAX_VALUE, false);
    }

    static Distortion failing(FailingMessage message) {
        return new Distortion(
                Optional.empty(), Optional.of(message), false, false, Long.MAX_VALUE, Long.MAX_VALUE, false);
    }

    static Distortion withDocumentType() {
        return new Distortion(Optional.empty(), Optional.empty(), true, false, Long.MAX_VALUE, Long.MAX_VALUE, false);
    }

    static Distortion withWrongNamespaces() {
        return new Distortion(Optional.empty(), Optional.empty(), false, true, Long.MAX_VALUE, Long.MAX_VALUE, false);
    }

    static Distortion cutXml(long bytes) {
        return new Distortion(Optional.empty(), Optional.empty(), false, false, bytes, Long.MAX_VALUE, false);
    }

    static Distortion truncatedMime(long bytes) {
        return new Distortion(Optional.empty(), Optional.empty(), false, false, Long.MAX_VALUE, bytes, false);
    }

    static Distortion withControlCharacters() {
        return new Distortion(Optional.empty(), Optional.empty(), false, false, Long.MAX_VALUE, Long.MAX_VALUE, true);
    }

    /** The back-off that it tells the client. */
    Optional<Duration> backOff() {
        return fault.or(() -> failing.map(FailingMessage::problem))
                .flatMap(problem -> Optional.ofNullable(problem.values().get("BackOffMilliseconds")))
                .map(Long::valueOf)
                .map(Duration::ofMillis);
    }

    /** A text as it stands in the answer. */
    String text(String text) {
        return controlCharacters ? "\u0000" + text + "\u000B\u001F" : text;
    }

    Optional<Problem> problemAt(int index) {
        return failing.filter(message -> index == message.index() || message.stops() && index > message.index())
                .map(message -> index == message.index() ? message.problem() : Problem.batchStopped());
    }

    UnaryOperator<String> namespaces() {
        return wrongNamespaces
                ? namespace -> namespace.replace("http://schemas.microsoft.com", "https://schemas.microsoft.com")
                : UnaryOperator.identity();
    }
}
