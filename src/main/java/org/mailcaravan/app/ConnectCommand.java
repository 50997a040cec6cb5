package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
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
        name = "connect",
        mixinStandardHelpOptions = true,
        description = "Has the running process make a link by which one person connects one mailbox, and prints it.")
final class ConnectCommand implements Callable<Integer> {
    @Mixin
    private RunningProcess process = new RunningProcess();

    @Parameters(paramLabel = "ADDRESS", description = "The account that is to sign in; no other can use the link.")
    private String address = "";

    @Option(
            names = "--mail-server-id",
            paramLabel = "ID",
            description = "Means one of several app registrations (default: the first one for people).")
    private @Nullable String mailServerId;

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            description = "auto, graph or ews (default: the setting mail.protocol).")
    private @Nullable String protocol;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Map<String, String> input = new LinkedHashMap<>();
        input.put("userLogin", address);
        if (mailServerId != null) {
            input.put("mailServerId", mailServerId);
        }
        if (protocol != null) {
            input.put("protocol", protocol);
        }
        JsonNode answer = process.call("ticket", input);
        spec.commandLine().getOut().println(answer.path("link").asText());
        spec.commandLine()
                .getErr()
                .println("Hand this link to " + address + ". It is good for 7 days and for one mailbox.");
        return 0;
    }
}
