package org.mailcaravan.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Runs a sandbox tenant and the bundle together: connects two mailboxes, delivers their mail into a folder, goes on until stopped.")
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--once",
            description = "Stop when all seeded mail is delivered; the last line is a JSON object. Uses free ports.")
    private boolean once;

    @Option(names = "--keep", description = "Keep what an earlier demo left in the directory.")
    private boolean keep;

    @Option(
            names = "--messages",
            defaultValue = "1000",
            description = "Seeded messages, shared by the two mailboxes (default: ${DEFAULT-VALUE}).")
    private int messages;

    @Option(
            names = "--directory",
            defaultValue = ".demo",
            paramLabel = "DIR",
            description = "Where everything of the demo lives (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of(".demo");

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Demo demo = new Demo(directory, messages, once, spec.commandLine().getOut());
        if (!keep) {
            demo.clear();
        }
        return demo.run();
    }
}
