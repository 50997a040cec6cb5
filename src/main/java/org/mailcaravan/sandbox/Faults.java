package org.mailcaravan.sandbox;

import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The plan of what goes wrong and when. Each handler asks {@link #intercept} before it answers. Rules are asked in the order they were added; the first
 * whose turn it is acts and ends the search, so the same requests in the same order always meet the same faults. Thread-safe.
 */
public final class Faults {
    /** What goes wrong. */
    @FunctionalInterface
    public interface Fault {
        /**
         * Answers in the handler's place, waits, or prepares the exchange's body stream.
         *
         * @return whether the request is answered
         * @throws IOException also to say that the connection is to be closed without an answer
         */
        boolean strike(HttpExchange exchange) throws IOException;
    }

    /** Hears how a request is about to end. */
    @FunctionalInterface
    public interface Over {
        void with(int status, Optional<String> retryAfter);
    }

    /**
     * When something goes wrong.
     *
     * @param kindPrefix the start of the request kinds meant, as {@link RequestLog} names them, with or without the method before it
     *     ({@code PATCH graph:message}); empty means all
     * @param mailbox the object id meant; empty means all
     * @param skip how many such requests pass first
     * @param times how many are struck after that
     */
    public record Rule(String kindPrefix, Optional<String> mailbox, int skip, int times, Fault fault) {
        public Rule {
            if (skip < 0 || times < 1) {
                throw new IllegalArgumentException("A fault needs skip >= 0 and times >= 1");
            }
        }

        /** Strikes the next {@code times} requests of a kind, whoever's they are. */
        public static Rule next(int times, String kindPrefix, Fault fault) {
            return new Rule(kindPrefix, Optional.empty(), 0, times, fault);
        }

        /** Strikes every request of a kind until {@link Faults#clear()}. */
        public static Rule always(String kindPrefix, Fault fault) {
            return next(Integer.MAX_VALUE, kindPrefix, fault);
        }

        boolean means(String method, String kind, String asked) {
            boolean kindMeant = kind.startsWith(kindPrefix) || (method + " " + kind).startsWith(kindPrefix);
            return kindMeant && mailbox.map(asked::equals).orElse(true);
        }
    }

    private static final class Armed {
        private final Rule rule;
        private long met;

        Armed(Rule rule) {
            this.rule = rule;
        }

        boolean isDue() {
            long number = met++;
            return number >= rule.skip() && number < (long) rule.skip() + rule.times();
        }
    }

    private final List<Armed> plan = new ArrayList<>();

    /** Adds a rule behind those already there. */
    public synchronized void add(Rule rule) {
        plan.add(new Armed(rule));
    }

    /** Forgets every rule. */
    public synchronized void clear() {
        plan.clear();
    }

    /**
     * To be called before a request is answered, and before any state is changed for it.
     *
     * @return true if the fault already answered and the handler must return; false if it goes on (perhaps later, perhaps with a body stream that will break)
     * @throws IOException to be passed on: the connection is then closed without an answer
     */
    public boolean intercept(HttpExchange exchange, String kind, String mailbox) throws IOException {
        return intercept(exchange, kind, mailbox, (status, retryAfter) -> {});
    }

    /**
     * The same for handlers that count requests in progress.
     *
     * @param over told before a fault answers in the handler's place: a client that has its answer may ask anew at once
     */
    public boolean intercept(HttpExchange exchange, String kind, String mailbox, Over over) throws IOException {
        Optional<Fault> due = due(exchange.getRequestMethod(), kind, mailbox);
        due.filter(Answer.class::isInstance)
                .map(Answer.class::cast)
                .ifPresent(answer -> over.with(answer.status(), answer.header("Retry-After")));
        return due.isPresent() && due.get().strike(exchange);
    }

    private synchronized Optional<Fault> due(String method, String kind, String mailbox) {
        return plan.stream()
                .filter(armed -> armed.rule.means(method, kind, mailbox))
                .filter(Armed::isDue)
                .findFirst()
                .map(armed -> armed.rule.fault());
    }

    /** Answers a status with headers and a body in the handler's place; any status, 200 included, any content type, any garbage. */
    public static Fault answer(int status, Map<String, String> headers, String contentType, String body) {
        return new Answer(status, headers, contentType, new Body(body, "", 0, ""));
    }

    /** The same with a body that may be as large as it likes: it is made while it is sent. */
    public static Fault answer(int status, Map<String, String> headers, String contentType, Body body) {
        return new Answer(status, headers, contentType, body);
    }

    /**
     * A body of any size.
     *
     * @param times how often {@code repeated} stands between head and tail
     */
    public record Body(String head, String repeated, int times, String tail) {
        private static final int LARGEST_REPEATED = 1024 * 1024;

        public Body {
            if (times < 0 || repeated.length() > LARGEST_REPEATED) {
                throw new IllegalArgumentException("A repeated text has at most 1 MB and stands there 0 times or more");
            }
        }

        private long length() {
            return bytes(head).length + (long) times * bytes(repeated).length + bytes(tail).length;
        }

        private void writeTo(OutputStream to) throws IOException {
            OutputStream out = new BufferedOutputStream(to, 64 * 1024);
            byte[] unit = bytes(repeated);
            out.write(bytes(head));
            for (int time = 0; time < times; time++) {
                out.write(unit);
            }
            out.write(bytes(tail));
            out.flush();
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private record Answer(int status, Map<String, String> headers, String contentType, Body body) implements Fault {
        Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }

        @Override
        public boolean strike(HttpExchange exchange) throws IOException {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            exchange.getResponseHeaders().set("Content-Type", contentType);
            headers.forEach(exchange.getResponseHeaders()::set);
            long length = body.length();
            exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
            if (length > 0) {
                body.writeTo(exchange.getResponseBody());
            }
            return true;
        }
    }

    /** Waits before the head; the handler then answers as always. */
    public static Fault stallHead(Duration wait) {
        return exchange -> {
            BrokenBody.pause(wait);
            return false;
        };
    }

    /** Lets {@code afterBytes} of the body through, then waits once, then goes on. */
    public static Fault stallBody(long afterBytes, Duration wait) {
        return breaking(BrokenBody.Plan.stall(afterBytes, wait));
    }

    /** Lets {@code afterBytes} of the body through, then closes the connection. A shorter chunked body loses its last chunk. */
    public static Fault cutBody(long afterBytes) {
        return breaking(BrokenBody.Plan.cut(afterBytes));
    }

    /** Sends the body in pieces with a pause after each. */
    public static Fault drip(int bytesPerPiece, Duration pause) {
        return breaking(BrokenBody.Plan.drip(bytesPerPiece, pause));
    }

    /** Closes the connection without a byte of an answer. */
    public static Fault hangUp() {
        return exchange -> {
            throw new ConnectionCutException("planned: connection closed before the head");
        };
    }

    private static Fault breaking(BrokenBody.Plan plan) {
        return exchange -> {
            exchange.setStreams(null, new BrokenBody(exchange.getResponseBody(), plan));
            return false;
        };
    }
}
