package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mailcaravan.credential.KeyRing;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The keys that credentials are encrypted with. The file is changed whether the bundle runs or not; one that runs follows it. What needs the database is asked
 * of the process that runs.
 */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "The keys that credentials are encrypted with: their file, and what they encrypt (docs/keys.md).")
final class KeysCommand extends CommandGroup {
    private static final String RING = "The file with the keys, as credential.key-ring-file names it.";

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

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Asks the running process for its keys and what each of them encrypts.")
    int status(@Mixin RunningProcess process) {
        JsonNode status = process.call("keys-status", Map.of());
        out().printf("%-12s %-9s %12s %14s  %s%n", "KEY", "ROLE", "CREDENTIALS", "USES", "LAST USED");
        status.path("keys")
                .forEach(key -> out().printf(
                                "%-12s %-9s %12d %14d  %s%n",
                                key.path("id").asText(),
                                key.path("role").asText(),
                                key.path("credentials").asLong(),
                                key.path("uses").asLong(),
                                key.path("lastUsedAt").asText("never")));
        long unknown = status.path("unknownKey").asLong();
        if (unknown > 0) {
            out().println(unknown + " credentials are encrypted with a key that is not in the ring: restore it from a"
                    + " backup, or connect their mailboxes again.");
        }
        return unknown > 0 ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    @Command(
            name = "rewrap",
            mixinStandardHelpOptions = true,
            description =
                    "Has the running process encrypt every credential with the primary key. Cut off, it goes on when called"
                            + " again.")
    int rewrap(@Mixin RunningProcess process) {
        JsonNode done = process.call("keys-rewrap", Map.of());
        out().println(done.path("rewrapped").asLong() + " credentials are encrypted anew, with key "
                + done.path("primaryKeyId").asText() + ".");
        long remaining = done.path("remaining").asLong();
        if (remaining > 0) {
            out().println(remaining
                    + " are not: a replica has an older ring (hand it the new one, then call this again), or"
                    + " they cannot be read (connect their mailboxes again): " + done.path("unreadable"));
        }
        return remaining > 0 ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    @Command(
            name = "retire",
            mixinStandardHelpOptions = true,
            description =
                    "Has the running process take the former keys out of the ring, if nothing needs them any more.")
    int retire(@Mixin RunningProcess process) {
        JsonNode retired = process.call("keys-retire", Map.of()).path("retired");
        out().println(
                        retired.isEmpty()
                                ? "There are no former keys."
                                : "Retired: " + RunningProcess.joined(retired)
                                        + ". Keep a backup of the former ring as long as backups of the database.");
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
        return commandLine().getOut();
    }
}
