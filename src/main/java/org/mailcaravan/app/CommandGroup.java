package org.mailcaravan.app;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that only has commands: by itself it says what there is, and ends with the exit code of wrong usage. */
abstract class CommandGroup implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public final Integer call() {
        commandLine().usage(commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    final CommandLine commandLine() {
        return spec.commandLine();
    }
}
