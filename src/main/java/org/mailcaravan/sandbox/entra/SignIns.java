package org.mailcaravan.sandbox.entra;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sign-ins under way and browsers' sessions. Thread-safe. */
final class SignIns {
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Pattern COOKIE = Pattern.compile("(?:^|;\\s*)sandbox-session=([A-Za-z0-9_-]+)");

    private final Clock clock;
    private final Map<String, PendingSignIn> pending = new ConcurrentHashMap<>();
    private final Map<String, String> sessions = new ConcurrentHashMap<>();

    SignIns(Clock clock) {
        this.clock = clock;
    }

    PendingSignIn begin(Errand errand) {
        pending.values().removeIf(this::isStale);
        PendingSignIn begun = new PendingSignIn(Secrets.handle(), errand, clock.instant(), Optional.empty());
        pending.put(begun.handle(), begun);
        return begun;
    }

    private boolean isStale(PendingSignIn old) {
        return old.begun().plus(PATIENCE).isBefore(clock.instant());
    }

    /** @throws AuthorityException AADSTS50089 if the form is unknown, too old or already finished */
    PendingSignIn get(Params form) throws AuthorityException {
        return form.find("ctx")
                .map(pending::get)
                .filter(found -> !isStale(found))
                .orElseThrow(() -> Aadsts.of(50089));
    }

    void update(PendingSignIn next) {
        pending.put(next.handle(), next);
    }

    /** @return whether it was not finished before */
    boolean finish(PendingSignIn done) {
        return pending.remove(done.handle()) != null;
    }

    Optional<String> signedIn(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Cookie"))
                .map(COOKIE::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .map(sessions::get);
    }

    void remember(HttpExchange exchange, String objectId) {
        String session = Secrets.handle();
        sessions.put(session, objectId);
        String secure = exchange instanceof HttpsExchange ? "; Secure" : "";
        exchange.getResponseHeaders()
                .add("Set-Cookie", "sandbox-session=" + session + "; Path=/; HttpOnly; SameSite=Lax" + secure);
    }

    void endSessions(String objectId) {
        sessions.values().removeIf(objectId::equals);
    }
}
