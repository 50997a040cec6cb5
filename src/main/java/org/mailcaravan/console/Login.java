package org.mailcaravan.console;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Context;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logging in by name and password, and out again. Passwords are compared one after another on one thread: guessing costs one core at most, and no two attempts overlap.
 * Every attempt is audited (S54).
 */
final class Login implements AutoCloseable {
    private static final Logger AUDIT = LoggerFactory.getLogger("org.mailcaravan.audit");
    private static final int MOST_WAITING = 16;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ConsoleUsers users;
    private final Sessions sessions;
    private final LoginAttempts attempts;
    private final ExecutorService worker =
            new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
                Thread thread = new Thread(task, "console-login");
                thread.setDaemon(true);
                return thread;
            });

    Login(ConsoleUsers users, Sessions sessions, Clock clock) {
        this.users = users;
        this.sessions = sessions;
        this.attempts = new LoginAttempts(clock);
    }

    /** Whose session the request shows; empty for a user who is no longer in the file, or has another password since. */
    Optional<ConsoleUser> user(RoutingContext context) {
        return token(context)
                .flatMap(sessions::use)
                .filter(user -> users.find(user.name()).equals(Optional.of(user)));
    }

    void begin(RoutingContext context) {
        Optional<Credentials> shown = credentials(context);
        if (shown.isEmpty()) {
            Answers.end(context, 400);
            return;
        }
        Context loop = context.vertx().getOrCreateContext();
        try {
            worker.execute(() -> {
                Outcome outcome = attempt(shown.get());
                loop.runOnContext(nothing -> answer(context, shown.get().name(), outcome));
            });
        } catch (RejectedExecutionException e) {
            answer(context, shown.get().name(), new Throttled(Duration.ofSeconds(MOST_WAITING)));
        }
    }

    void end(RoutingContext context) {
        user(context).ifPresent(user -> AUDIT.info("console: {} logged out", user.name()));
        token(context).ifPresent(sessions::end);
        context.response().addCookie(cookie(context, "").setMaxAge(0)).putHeader("Location", Console.PATH + "/login");
        Answers.end(context, 303);
    }

    private record Credentials(String name, String password) {
        /** Prints no password. */
        @Override
        public String toString() {
            return "Credentials[" + name + "]";
        }
    }

    private interface Outcome {}

    private record Begun(String token) implements Outcome {
        /** Prints no token. */
        @Override
        public String toString() {
            return "Begun[]";
        }
    }

    private record Refused() implements Outcome {}

    private record Throttled(Duration remaining) implements Outcome {}

    private static Optional<Credentials> credentials(RoutingContext context) {
        String type =
                Optional.ofNullable(context.request().getHeader("Content-Type")).orElse("");
        if (!type.matches("(?i)application/json( *;.*)?") || context.body().buffer() == null) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(context.body().buffer().getBytes());
            return json.path("username").isTextual() && json.path("password").isTextual()
                    ? Optional.of(new Credentials(
                            json.path("username").asText(),
                            json.path("password").asText()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Outcome attempt(Credentials shown) {
        Duration wait = attempts.wait(shown.name());
        if (!wait.isZero()) {
            return new Throttled(wait);
        }
        Optional<String> token = proven(shown).flatMap(sessions::begin);
        if (token.isEmpty()) {
            attempts.failed(shown.name());
            return new Refused();
        }
        attempts.succeeded(shown.name());
        return new Begun(token.get());
    }

    private Optional<ConsoleUser> proven(Credentials shown) {
        Optional<ConsoleUser> user = users.find(shown.name());
        if (user.isEmpty()) {
            Passwords.matchNobody(shown.password());
        }
        return user.filter(known -> Passwords.matches(known.hash(), shown.password()));
    }

    private static void answer(RoutingContext context, String name, Outcome outcome) {
        String who = ConsoleUsers.isName(name) ? name : "a name that cannot be one";
        String from = context.request().connection().remoteAddress().hostAddress();
        if (outcome instanceof Begun begun) {
            AUDIT.info("console: {} logged in from {}", who, from);
            context.response().addCookie(cookie(context, begun.token()));
            Answers.json(context, 200, "{}");
        } else if (outcome instanceof Throttled throttled) {
            AUDIT.warn("console: login of {} from {} not tried, too many failed before", who, from);
            long seconds = Math.max(1, throttled.remaining().plusMillis(999).toSeconds());
            context.response().putHeader("Retry-After", String.valueOf(seconds));
            Answers.json(context, 429, "{}");
        } else {
            AUDIT.warn("console: login of {} from {} failed", who, from);
            Answers.json(context, 401, "{}");
        }
    }

    private static Optional<String> token(RoutingContext context) {
        Set<Cookie> shown = context.request().cookies(cookieName(context));
        Iterator<Cookie> first = shown.iterator();
        return shown.size() == 1 ? Optional.of(first.next().getValue()) : Optional.empty();
    }

    /** Ends with the browser. Secure unless it was called on this machine, where there is no TLS. */
    private static Cookie cookie(RoutingContext context, String token) {
        boolean secure = secure(context);
        return Cookie.cookie(cookieName(context), token)
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(secure)
                .setPath(secure ? "/" : Console.PATH + "/");
    }

    private static String cookieName(RoutingContext context) {
        return secure(context) ? "__Host-mailcaravan-console" : "mailcaravan-console";
    }

    private static boolean secure(RoutingContext context) {
        return !Visitor.of(context.request()).loopback();
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
