package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cutover",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Moves mailboxes from EWS to Graph, and back (docs/ews-to-graph.md). Nothing comes twice, nothing is missed.")
final class CutoverCommand extends CommandGroup {
    private static final String NAMES = "Mailboxes by id or address; the command mailboxes lists them.";
    private static final long LOOK_AGAIN_MS = 1000;

    /** Which mailboxes are meant. */
    private static final class Choice {
        @Parameters(paramLabel = "MAILBOX", arity = "0..*", description = NAMES)
        private List<String> names = List.of();

        @Option(names = "--all", description = "Every mailbox that is read through EWS.")
        private boolean all;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        private Map<String, Object> input() {
            return new HashMap<>(Map.of("mailboxes", names, "all", all));
        }
    }

    @Command(
            name = "plan",
            mixinStandardHelpOptions = true,
            description = {
                "Says whether mailboxes can be moved to Graph and what is in the way: consent (with the link for the administrator), folders, ids,",
                "and a few messages compared. Changes nothing. Ends with 1 if one cannot be moved."
            })
    int plan(@Mixin RunningProcess process, @Mixin Choice choice) {
        JsonNode answer = process.call("cutover-plan", choice.input());
        print(choice.json, answer, this::plan);
        return all(
                answer,
                one -> List.of("ready", "on-graph").contains(one.path("verdict").asText()));
    }

    @Command(
            name = "shadow",
            mixinStandardHelpOptions = true,
            description = {
                "Reads mailboxes through EWS and Graph at the same time and tells the differences. Delivers nothing and changes nothing.",
                "Ends with 1 if there are any."
            })
    int shadow(
            @Mixin RunningProcess process,
            @Mixin Choice choice,
            @Option(
                            names = "--sample",
                            paramLabel = "NUMBER",
                            defaultValue = "20",
                            description =
                                    "How many messages of each folder to compare byte by byte (default: ${DEFAULT-VALUE}).")
                    int sample) {
        Map<String, Object> input = choice.input();
        input.put("sample", sample);
        JsonNode answer = process.call("cutover-shadow", input);
        print(choice.json, answer, CutoverCommand::differences);
        return all(answer, one -> one.path("same").asBoolean());
    }

    @Command(
            name = "switch",
            mixinStandardHelpOptions = true,
            description =
                    "Moves mailboxes to Graph if their plan says that they can be. Ends with 1 if one is not moved.")
    int switchOver(
            @Mixin RunningProcess process,
            @Mixin Choice choice,
            @Option(
                            names = "--accept-gaps",
                            description = "Also if a folder has no way through Graph: it is not read any more.")
                    boolean acceptGaps,
            @Option(names = "--wait", description = "Wait until they are moved.") boolean wait)
            throws InterruptedException {
        Map<String, Object> input = choice.input();
        input.put("acceptGaps", acceptGaps);
        JsonNode answer = process.call("cutover-switch", input);
        print(choice.json, answer, this::plan);
        List<String> begun = begun(answer);
        boolean moved = !wait || moved(process, begun);
        boolean none = all(
                        answer,
                        one -> one.path("begun").asBoolean()
                                || one.path("verdict").asText().equals("on-graph"))
                != CommandLine.ExitCode.OK;
        return moved && !none ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = {
                "Moves mailboxes back to EWS while it answers, or stops a move that has not come to its switch.",
                "Ends with 1 if one is not moved."
            })
    int rollback(
            @Mixin RunningProcess process,
            @Parameters(paramLabel = "MAILBOX", arity = "1..*", description = NAMES) List<String> names,
            @Option(names = "--wait", description = "Wait until they are moved.") boolean wait)
            throws InterruptedException {
        JsonNode answer = process.call("cutover-rollback", Map.of("mailboxes", names));
        print(false, answer, CutoverCommand::rolledBack);
        boolean moved = !wait || moved(process, begun(answer));
        int refused = all(answer, one -> !one.has("refused"));
        return moved ? refused : CommandLine.ExitCode.SOFTWARE;
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "How far mailboxes have come, and which messages no name tells apart.")
    int status(
            @Mixin RunningProcess process,
            @Parameters(paramLabel = "MAILBOX", arity = "0..*", description = NAMES) List<String> names,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        List<String> asked = names == null ? List.of() : names;
        print(json, process.call("cutover-status", Map.of("mailboxes", asked)), CutoverCommand::progress);
        return CommandLine.ExitCode.OK;
    }

    private interface Line {
        void print(PrintWriter out, JsonNode mailbox);
    }

    private void print(boolean json, JsonNode answer, Line line) {
        PrintWriter out = commandLine().getOut();
        if (json) {
            out.println(answer);
            return;
        }
        answer.path("mailboxes").forEach(mailbox -> line.print(out, mailbox));
        out.println(answer.path("mailboxes").size() + " mailboxes");
    }

    private interface Test {
        boolean of(JsonNode mailbox);
    }

    private static int all(JsonNode answer, Test test) {
        for (JsonNode mailbox : answer.path("mailboxes")) {
            if (!test.of(mailbox)) {
                return CommandLine.ExitCode.SOFTWARE;
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private static List<String> begun(JsonNode answer) {
        List<String> begun = new ArrayList<>();
        answer.path("mailboxes").forEach(mailbox -> {
            if (mailbox.path("begun").asBoolean()) {
                begun.add(mailbox.path("id").asText());
            }
        });
        return begun;
    }

    /** @return whether each of them came to its switch */
    private boolean moved(RunningProcess process, List<String> ids) throws InterruptedException {
        while (!ids.isEmpty()) {
            JsonNode answer = process.call("cutover-status", Map.of("mailboxes", ids));
            boolean settled = all(
                            answer,
                            one -> List.of("done", "failed")
                                    .contains(one.path("phase").asText()))
                    == CommandLine.ExitCode.OK;
            if (settled) {
                print(false, answer, CutoverCommand::progress);
                return all(answer, one -> one.path("phase").asText().equals("done")) == CommandLine.ExitCode.OK;
            }
            Thread.sleep(LOOK_AGAIN_MS);
        }
        return true;
    }

    private void plan(PrintWriter out, JsonNode mailbox) {
        out.println(mailbox.path("id").asText() + "  " + mailbox.path("verdict").asText()
                + (mailbox.path("begun").asBoolean() ? ", on its way" : ""));
        mailbox.path("findings")
                .forEach(finding -> out.printf(
                        "    %-8s  %s: %s%n",
                        finding.path("weight").asText(),
                        finding.path("what").asText(),
                        finding.path("detail").asText()));
        if (mailbox.has("consentLink")) {
            out.println("    Hand this link to an administrator of the tenant; it is good for 7 days: "
                    + mailbox.path("consentLink").asText());
        }
    }

    private static void differences(PrintWriter out, JsonNode mailbox) {
        out.println(mailbox.path("id").asText() + "  "
                + (mailbox.has("refused")
                        ? "not compared: " + mailbox.path("refused").asText()
                        : mailbox.path("same").asBoolean() ? "the same" : "differences"));
        mailbox.path("folders").forEach(folder -> {
            out.printf(
                    "    %s: %d by EWS, %d by Graph, %d only by EWS, %d only by Graph, %d would be new, %d compared byte by byte%n",
                    folder.path("folder").asText(),
                    folder.path("byEws").asInt(),
                    folder.path("byGraph").asInt(),
                    folder.path("onlyEwsCount").asInt(),
                    folder.path("onlyGraphCount").asInt(),
                    folder.path("wouldBeNewCount").asInt(),
                    folder.path("compared").asInt());
            List.of("onlyEws", "onlyGraph")
                    .forEach(side -> folder.path(side).forEach(id -> out.println("      " + side + " " + id.asText())));
            folder.path("differing")
                    .forEach(one -> out.println("      differs in " + RunningProcess.joined(one.path("differences"))
                            + ": " + one.path("graphId").asText()));
        });
    }

    private static void rolledBack(PrintWriter out, JsonNode mailbox) {
        String what = mailbox.path("begun").asBoolean()
                ? "on its way back to EWS"
                : mailbox.has("refused")
                        ? "stays on Graph: " + mailbox.path("refused").asText()
                        : "is read through EWS";
        out.println(mailbox.path("id").asText() + "  " + what);
    }

    private static void progress(PrintWriter out, JsonNode mailbox) {
        out.println(
                mailbox.path("id").asText() + "  " + mailbox.path("protocol").asText()
                        + (mailbox.has("phase")
                                ? "  to " + mailbox.path("target").asText() + ": "
                                        + mailbox.path("phase").asText()
                                        + (mailbox.path("automatic").asBoolean() ? " (automatic)" : "")
                                        + ", " + mailbox.path("named").asLong() + " names added"
                                : "  never moved"));
        for (String time : List.of("begunAt", "switchedAt", "settledAt", "reason")) {
            if (mailbox.has(time)) {
                out.println("    " + time + ": " + mailbox.path(time).asText());
            }
        }
        mailbox.path("ambiguous")
                .forEach(twins -> out.println(
                        "    one message for us, not told apart: " + RunningProcess.joined(twins.path("graphIds"))));
    }
}
