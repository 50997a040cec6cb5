package org.mailcaravan.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs the bundle against Microsoft 365 until it is stopped (Ctrl+C, SIGTERM).")
final class RunCommand implements Callable<Integer> {
    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description = "Settings (default: mailcaravan.properties, if it is there).")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "One setting; may be repeated. Never secrets: others can read them.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--routes",
            paramLabel = "DIR",
            description = "More routes (*.camel.yaml); a file of the same name replaces a bundled one.")
    private @Nullable Path routes;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (routes != null) {
            set.put("routes.directory", routes.toString());
        }
        Settings settings = Settings.load(SettingsSources.ofProcess(Optional.ofNullable(file), set));
        Bundle bundle = Bundle.start(settings);
        announce(settings);
        UntilStopped.wait(bundle);
        return 0;
    }

    private void announce(Settings settings) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("Mailcaravan runs.");
        out.println("  Redirect URI to register: " + settings.redirectUri());
        if (settings.connectOpen()) {
            out.println("  Connect a mailbox:        " + settings.publicBaseUrl() + "/connect");
        }
        out.println("  Health:                   http://" + settings.managementHost() + ":" + settings.managementPort()
                + "/observe/health");
        out.flush();
    }
}
