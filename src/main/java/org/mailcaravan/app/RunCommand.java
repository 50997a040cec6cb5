package org.mailcaravan.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs the bundle against Microsoft 365 until it is stopped (Ctrl+C, SIGTERM).")
final class RunCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

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
            options.set("routes.directory", routes.toString());
        }
        Settings settings = Settings.load(options.sources());
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
        out.println("  Console:                  " + settings.consoleBaseUrl() + "/hawtio/");
        out.println("  Health:                   http://" + settings.managementHost() + ":" + settings.managementPort()
                + "/observe/health");
        out.flush();
    }
}
