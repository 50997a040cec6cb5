package org.mailcaravan.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at settings, clock, connections, sign-in services, the registrations' credentials and, if the process runs, at its",
            "database, keys, granted permissions and mailboxes. Prints one line for each, with the remedy, and ends with 1 if one fails.",
            "Changes nothing: each credential is tried by one token request, whose token is thrown away."
        })
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws JsonProcessingException {
        List<Doctor.Check> checks = new Doctor(Clock.systemUTC())
                .examine(
                        options.sources(),
                        (operation, input) -> Settings.management(options.sources())
                                .call(operation, new ObjectMapper().valueToTree(input)));
        boolean fails = checks.stream().anyMatch(check -> check.verdict() == Doctor.Verdict.FAIL);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper()
                    .writeValueAsString(checks.stream().map(DoctorCommand::row).toList()));
        } else {
            checks.forEach(check -> out.printf("%-4s  %s: %s%n", check.verdict().word(), check.what(), check.detail()));
            out.println(fails ? "Something fails: see the lines that begin with fail." : "Nothing fails.");
        }
        return fails ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private static Map<String, String> row(Doctor.Check check) {
        return Map.of("verdict", check.verdict().word(), "what", check.what(), "detail", check.detail());
    }
}
