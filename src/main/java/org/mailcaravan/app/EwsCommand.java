package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "ews",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Who is still read through Exchange Web Services (docs/ews-to-graph.md).")
final class EwsCommand extends CommandGroup {
    @Command(
            name = "report",
            mixinStandardHelpOptions = true,
            description = {
                "Asks the running process for mailboxes and folders still on EWS, requests a day, the operations used with what replaces them in",
                "Graph, the days that are left, and what an administrator runs so that EWS stays allowed meanwhile."
            })
    int report(
            @Mixin RunningProcess process,
            @Option(
                            names = "--format",
                            paramLabel = "FORMAT",
                            defaultValue = "text",
                            description = "text, json or csv (default: ${DEFAULT-VALUE}).")
                    String format,
            @Option(
                            names = "--days",
                            paramLabel = "NUMBER",
                            defaultValue = "7",
                            description =
                                    "Over how many days requests are counted, today included (default: ${DEFAULT-VALUE}).")
                    int days,
            @Option(names = "--addresses", description = "Show addresses as well as ids.") boolean addresses) {
        JsonNode report = process.call("ews-report", Map.of("format", format, "days", days, "addresses", addresses))
                .path("report");
        commandLine().getOut().print(report.isTextual() ? report.asText() : report.toPrettyString() + "\n");
        commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }
}
