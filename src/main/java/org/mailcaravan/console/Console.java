package org.mailcaravan.console;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.Json;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/**
 * The console at {@code /hawtio/} on Camel's management server (S56): Hawtio's front end, the answers it asks for when it starts, login by form and session cookie, and
 * Jolokia under a policy. Nothing but the login is there for those who have not logged in, and nothing at all until there is a user.
 */
public final class Console implements AutoCloseable {
    static final String PATH = "/hawtio";
    private static final String JOLOKIA = PATH + "/jolokia";
    private static final int MOST_BYTES = 1024 * 1024;
    private static final int MOST_LOGIN_BYTES = 4 * 1024;

    private static final String LOGIN_METHOD = """
            [{"method":"form","name":"Name and password","url":"/hawtio/auth/login","logoutUrl":"/hawtio/auth/logout",\
            "type":"json","userField":"username","passwordField":"password"}]""";

    /** For Hawtio's own count-down, which a click begins anew; the answer's own times are equal, so that it is not shortened. */
    private static final String SESSION_TIMEOUT = "{\"timeout\":" + Sessions.IDLE.toSeconds() + ",\"now\":0,\"req\":0}";

    private final URI base;
    private final ConsoleUsers users;
    private final Login login;
    private final Jolokia jolokia = new Jolokia(JOLOKIA);
    private final ConsoleFiles files = new ConsoleFiles(PATH);

    /**
     * @param base where browsers reach it, without path: https, or http with a name of this machine
     * @param usersFile who may log in; need not exist yet
     */
    public Console(URI base, Path usersFile, Clock clock, SecureRandom random) {
        this.base = base;
        this.users = new ConsoleUsers(usersFile);
        this.login = new Login(users, new Sessions(clock, random), clock);
    }

    /**
     * Begins to answer.
     *
     * @param router of the management server, which runs
     */
    public void open(Router router) {
        router.route(PATH).order(-20).handler(Console::addSlash);
        router.route(PATH + "/*").order(-19).handler(ConsoleHeaders::put).handler(this::guard);
        router.post(PATH + "/auth/login")
                .order(-18)
                .handler(body(MOST_LOGIN_BYTES))
                .handler(login::begin);
        router.get(PATH + "/auth/logout").order(-17).handler(login::end);
        router.get(PATH + "/user").order(-16).handler(this::user);
        start(router, "/auth/config/login", LOGIN_METHOD);
        start(router, "/auth/config/session-timeout", SESSION_TIMEOUT);
        start(router, "/auth/config/oidc", "{}");
        start(router, "/proxy/enabled", "false");
        start(router, "/keycloak/enabled", "false");
        start(router, "/plugin", "[]");
        router.get(PATH + "/refresh").order(-15).handler(context -> Answers.end(context, known(context) ? 204 : 403));
        router.get(PATH + "/preset-connections").order(-15).handler(context -> Answers.end(context, 404));
        router.route(JOLOKIA + "*").order(-14).handler(this::requireLogin);
        router.route(JOLOKIA + "*").order(-13).handler(body(MOST_BYTES)).handler(jolokia::handle);
        router.get(PATH + "/*").order(-12).handler(files::handle);
        router.route(PATH + "/*")
                .order(-11)
                .handler(context -> Answers.end(context, 404))
                .failureHandler(Console::failed);
    }

    /** The route of an address without slash is that of the one with a slash as well. */
    private static void addSlash(RoutingContext context) {
        if (context.request().path().equals(PATH)) {
            context.redirect(PATH + "/");
        } else {
            context.next();
        }
    }

    private static void start(Router router, String path, String json) {
        router.get(PATH + path).order(-15).handler(context -> Answers.json(context, 200, json));
    }

    private static BodyHandler body(int mostBytes) {
        return BodyHandler.create(false).setBodyLimit(mostBytes);
    }

    /** Runs before anything is read. */
    private void guard(RoutingContext context) {
        Visitor visitor = Visitor.of(context.request());
        HttpMethod method = context.request().method();
        boolean reads = method.equals(HttpMethod.GET);
        if (!visitor.calledByItsName(base)) {
            Answers.end(context, 403);
        } else if (!reads && !method.equals(HttpMethod.POST)) {
            context.response().putHeader("Allow", "GET, POST");
            Answers.end(context, 405);
        } else if ((!reads || isJolokia(context)) && !visitor.fromOurPages(base)) {
            Answers.end(context, 403);
        } else if (!users.any() || !ConsoleFiles.built()) {
            closed(context);
        } else {
            context.next();
        }
    }

    private static boolean isJolokia(RoutingContext context) {
        return context.normalizedPath().startsWith(JOLOKIA);
    }

    private void closed(RoutingContext context) {
        String accepted =
                Optional.ofNullable(context.request().getHeader("Accept")).orElse("");
        if (isJolokia(context) || !accepted.contains("text/html")) {
            Answers.end(context, 403);
        } else {
            Answers.page(context, 503, users.any() ? ConsolePages.NOT_BUILT : ConsolePages.NO_USERS);
        }
    }

    private void requireLogin(RoutingContext context) {
        if (known(context)) {
            context.next();
        } else {
            Answers.end(context, 403);
        }
    }

    private boolean known(RoutingContext context) {
        return login.user(context).isPresent();
    }

    private void user(RoutingContext context) {
        login.user(context)
                .ifPresentOrElse(
                        user -> Answers.json(context, 200, Json.encode(user.name())), () -> Answers.end(context, 403));
    }

    private static void failed(RoutingContext context) {
        Answers.end(context, context.statusCode() == 413 ? 413 : 400);
    }

    @Override
    public void close() {
        login.close();
        jolokia.close();
    }
}
