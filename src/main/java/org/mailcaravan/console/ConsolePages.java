package org.mailcaravan.console;

/** What people see who come before the console can let anybody in. */
final class ConsolePages {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Mailcaravan console</title>
            <style>
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #151515; background: #fff }
            pre { background: #f0f0f0; padding: .75rem 1rem; overflow-x: auto }
            </style>
            </head>
            <body><main>
            %s
            </main></body>
            </html>
            """;

    /** Names no path: whoever reads this has not logged in. */
    static final String NO_USERS = PAGE.formatted("""
            <h1>Nobody can log in yet</h1>
            <p>This console has no users, and no default password. Make one where Mailcaravan runs:</p>
            <pre>java -jar mailcaravan.jar console add-user FILE NAME</pre>
            <p>FILE is what the setting <code>console.users-file</code> names
            (<code>./data/console-users.properties</code> unless you set another one). It asks for a password and works at once,
            without a restart. Then <a href="/hawtio/">come back</a>.</p>
            <p>If there is such a file already, it cannot be used: the log says why.</p>""");

    static final String NOT_BUILT = PAGE.formatted("""
            <h1>This build has no console</h1>
            <p>It was built with <code>-DskipConsole</code>. Build it without, with Node.js 20 and npm at hand.</p>""");

    private ConsolePages() {}
}
