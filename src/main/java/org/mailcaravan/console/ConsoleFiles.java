package org.mailcaravan.console;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;

/** The front end's files, as they were built into the class path, and its first page for every address that is a view and not a file. */
final class ConsoleFiles {
    private static final String ROOT = "org/mailcaravan/console/web";
    private static final String INDEX = "/index.html";

    private final String path;
    private final StaticHandler files =
            StaticHandler.create(ROOT).setIncludeHidden(false).setDefaultContentEncoding("UTF-8");

    ConsoleFiles(String path) {
        this.path = path;
    }

    static boolean built() {
        return ConsoleFiles.class.getResource("web" + INDEX) != null;
    }

    void handle(RoutingContext context) {
        String rest = context.normalizedPath().substring(path.length());
        if (isView(rest)) {
            context.reroute(path + INDEX);
            return;
        }
        // the build puts a hash of their content into the names of the files in assets/
        context.response()
                .putHeader(
                        "Cache-Control",
                        rest.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
        files.handle(context);
    }

    /** An address such as {@code /camel/routes}: made by the front end, and no file has it. */
    private static boolean isView(String rest) {
        return !rest.substring(rest.lastIndexOf('/') + 1).contains(".") && !rest.startsWith("/assets/");
    }
}
