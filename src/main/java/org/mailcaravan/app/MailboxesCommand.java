package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "mailboxes",
        mixinStandardHelpOptions = true,
        description = "Asks the running process for the connected mailboxes and how reading them goes.")
final class MailboxesCommand implements Callable<Integer> {
    @Mixin
    private RunningProcess process = new RunningProcess();

    @Option(names = "--addresses", description = "Show addresses as well as ids.")
    private boolean addresses;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        JsonNode answer = process.call("mailboxes", Map.of("addresses", addresses));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(answer);
            return 0;
        }
        answer.path("mailboxes").forEach(mailbox -> print(out, mailbox));
        out.println(answer.path("mailboxes").size() + " mailboxes");
        return 0;
    }

    private static void print(PrintWriter out, JsonNode mailbox) {
        out.println(mailbox.path("id").asText()
                + "  " + mailbox.path("protocol").asText()
                + "  " + mailbox.path("access").asText()
                + "  " + mailbox.path("state").asText()
                + " since " + mailbox.path("since").asText()
                + (mailbox.has("address") ? "  " + mailbox.path("address").asText() : ""));
        if (mailbox.has("announcedUntil")) {
            out.println("    changes announced until "
                    + mailbox.path("announcedUntil").asText());
        }
        if (mailbox.has("notAnnounced")) {
            out.println(
                    "    changes not announced: " + mailbox.path("notAnnounced").asText());
        }
        if (mailbox.has("warning")) {
            out.println("    " + mailbox.path("warning").asText());
        }
        if (mailbox.has("reason")) {
            out.println("    " + mailbox.path("reason").asText());
        }
    }
}
