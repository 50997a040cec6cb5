package org.mailcaravan.ingest;

import java.io.IOException;

/** Words for exceptions of routes. Their messages may quote mail (type converters do), so only those of I/O are kept. */
final class Failures {
    private Failures() {}

    static String name(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String name = root.getClass().getSimpleName();
        return root instanceof IOException ? name + ": " + root.getMessage() : name;
    }
}
