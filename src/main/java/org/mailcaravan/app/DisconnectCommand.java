package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "disconnect",
        mixinStandardHelpOptions = true,
        description = "Has the running process read a mailbox no longer and erase its secrets.")
final class DisconnectCommand implements Callable<Integer> {
    @Mixin
    private RunningProcess process = new RunningProcess();

    @Parameters(paramLabel = "MAILBOX", description = "The mailbox's id; the command mailboxes lists them.")
    private String mailbox = "";

    @Option(
            names = "--purge",
            description = "Also delete what was taken from it, delivered or not (default: keep and deliver it).")
    private boolean purge;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        JsonNode answer = process.call("disconnect", Map.of("mailbox", mailbox, "purge", purge));
        spec.commandLine()
                .getOut()
                .println(
                        answer.path("credentialErased").asBoolean()
                                ? "Disconnected; its secrets are erased."
                                : "Disconnected; its secrets stay, another mailbox is read with them.");
        spec.commandLine().getOut().println(answer.path("stillToRevoke").asText());
        return 0;
    }
}
