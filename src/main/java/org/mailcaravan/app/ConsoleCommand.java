package org.mailcaravan.app;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.mailcaravan.console.ConsoleUsers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Who may log in to the console. The file is changed whether the bundle runs or not; one that runs follows it. */
@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Who may log in to the console (docs/console.md).")
final class ConsoleCommand extends CommandGroup {
    @Command(
            name = "add-user",
            mixinStandardHelpOptions = true,
            description = {
                "Adds somebody who may log in, or gives somebody a new password. Works at once.",
                "Asks for the password; without a terminal it is the first line of standard input."
            })
    int addUser(
            @Parameters(
                            index = "0",
                            paramLabel = "FILE",
                            description = "The file that console.users-file names; made if it is not there yet.")
                    Path file,
            @Parameters(index = "1", paramLabel = "NAME", description = "The name to log in with.") String name)
            throws IOException {
        ConsoleUsers.put(file, name, password(), new SecureRandom());
        commandLine().getOut().println(name + " may log in.");
        return CommandLine.ExitCode.OK;
    }

    /** Never an argument, which others can read in the list of processes (S30). */
    private static String password() throws IOException {
        Console terminal = System.console();
        if (terminal != null) {
            return askedTwice(terminal);
        }
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        return Optional.ofNullable(input.readLine()).orElse("");
    }

    private static String askedTwice(Console terminal) {
        char[] first = terminal.readPassword("Password: ");
        char[] again = terminal.readPassword("Again: ");
        if (first == null || !Arrays.equals(first, again)) {
            throw new IllegalArgumentException("The two passwords differ. Nothing was changed.");
        }
        return new String(first);
    }
}
