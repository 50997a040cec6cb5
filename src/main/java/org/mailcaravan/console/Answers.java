package org.mailcaravan.console;

import io.vertx.ext.web.RoutingContext;

/** Ends requests. What is said here is never kept by a browser. */
final class Answers {
    private Answers() {}

    static void end(RoutingContext context, int status) {
        end(context, status, "text/plain; charset=utf-8", "");
    }

    static void json(RoutingContext context, int status, String json) {
        end(context, status, "application/json", json);
    }

    static void page(RoutingContext context, int status, String html) {
        end(context, status, "text/html; charset=utf-8", html);
    }

    private static void end(RoutingContext context, int status, String type, String body) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
                .end(body);
    }
}
