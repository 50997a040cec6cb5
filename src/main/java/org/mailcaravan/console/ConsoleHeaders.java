package org.mailcaravan.console;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** What a browser is told to refuse on the pages of the console. */
final class ConsoleHeaders {
    /** Script from the console only. Styles inline: PatternFly and Monaco set them. */
    static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'");

    private ConsoleHeaders() {}

    static void put(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Security-Policy", POLICY);
        response.putHeader("X-Content-Type-Options", "nosniff");
        response.putHeader("X-Frame-Options", "DENY");
        response.putHeader("Referrer-Policy", "same-origin");
        response.putHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
        context.next();
    }
}
