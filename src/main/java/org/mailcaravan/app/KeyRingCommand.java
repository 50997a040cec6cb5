package org.mailcaravan.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.credential.KeyRing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "key-ring",
        mixinStandardHelpOptions = true,
        description =
                "Makes the file with the keys that credentials are encrypted with. Never replaces one: without it they are lost.")
final class KeyRingCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file to make; only its owner may read it.")
    private @Nullable Path file;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        KeyRing.create(file);
        spec.commandLine()
                .getOut()
                .println(
                        "Key ring made. Keep a copy in a safe place, and name it in the settings:\ncredential.key-ring-file="
                                + file);
        return 0;
    }
}
