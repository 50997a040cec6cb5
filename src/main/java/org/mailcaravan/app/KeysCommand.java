package org.mailcaravan.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.credential.KeyRing;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The keys that credentials are encrypted with, as a file. It is changed whether the bundle runs or not; one that runs follows the file. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Makes and changes the file with the keys that credentials are encrypted with (docs/keys.md).")
final class KeysCommand implements Callable<Integer> {
    private static final String RING = "The file with the keys, as credential.key-ring-file names it.";

    @Spec
    private @Nullable CommandSpec spec;

    /** Without a command: what there is, and the exit code of wrong usage. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    @Command(
            name = "new",
            mixinStandardHelpOptions = true,
            description = "Makes a file with one new key. Never replaces one: without it the credentials are lost.")
    int create(
            @Parameters(paramLabel = "FILE", description = "The file to make; only its owner may read it.") Path file) {
        KeyRing.create(file);
        out().println("Key ring made. Keep a copy in a safe place, and name it in the settings:\n"
                + "credential.key-ring-file=" + file);
        return CommandLine.ExitCode.OK;
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description =
                    "Adds a key that encrypts from now on; the former ones only decrypt. Replaces the file at once.")
    int rotate(
            @Parameters(paramLabel = "FILE", description = RING) Path file,
            @Option(
                            names = "--prepare",
                            description =
                                    "Only adds the key, for replicas with a copy of the file: hand the file to all of"
                                            + " them, then rotate.")
                    boolean prepare) {
        out().println(prepare ? prepared(KeyRing.prepare(file)) : rotated(KeyRing.rotate(file)));
        return CommandLine.ExitCode.OK;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description =
                    "Removes former keys from the file without asking the database: what they encrypted can never be"
                            + " read again.")
    int remove(
            @Parameters(index = "0", paramLabel = "FILE", description = RING) Path file,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY", description = "Ids of former keys.")
                    List<String> ids) {
        KeyRing.remove(file, ids);
        out().println("Removed: " + String.join(", ", ids)
                + ". Keep a backup of the former file as long as backups of the" + " database.");
        return CommandLine.ExitCode.OK;
    }

    private static String prepared(String id) {
        return "Key " + id
                + " is prepared and encrypts nothing yet. Hand the file to every replica, keep a copy in a safe"
                + " place, then run keys rotate.";
    }

    private static String rotated(String id) {
        return "Key " + id + " encrypts from now on. Keep a copy of the file in a safe place. What other keys encrypted"
                + " stays readable as long as they are in the file.";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
