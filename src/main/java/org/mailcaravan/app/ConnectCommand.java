package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "connect",
        mixinStandardHelpOptions = true,
        description = {
            "Has the running process connect mailboxes.",
            "With an address: makes a link by which that person connects one mailbox, and prints it."
        })
final class ConnectCommand implements Callable<Integer> {
    private static final Duration LEAST_WAIT = Duration.ofSeconds(1);

    @Mixin
    private RunningProcess process = new RunningProcess();

    @Parameters(
            paramLabel = "ADDRESS",
            arity = "0..*",
            description = "The account that is to sign in; with --app-only mailboxes by address or object id.")
    private List<String> names = List.of();

    @ArgGroup
    private Way way = new Way();

    /** At most one of them. */
    private static final class Way {
        @Option(
                names = "--device",
                paramLabel = "REGISTRATION",
                description = "Prints a code to sign in with on another device, and waits until that is done.")
        private @Nullable String device;

        @Option(
                names = "--app-only",
                paramLabel = "REGISTRATION",
                description = "Connects mailboxes that the application reads as itself (default: the setting"
                        + " oauth.REGISTRATION.mailboxes).")
        private @Nullable String appOnly;

        @Option(
                names = "--admin-consent",
                paramLabel = "REGISTRATION",
                description = "Prints a link by which an administrator consents for everybody.")
        private @Nullable String adminConsent;
    }

    @Option(
            names = "--mailbox",
            paramLabel = "NAME",
            description = "A shared mailbox that the person reads: address, object id, or both with a blank between.")
    private @Nullable String mailbox;

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
    public Integer call() throws InterruptedException {
        if (way.appOnly != null) {
            return connectApplication(way.appOnly);
        }
        if (way.device != null) {
            return connectDevice(way.device);
        }
        return way.adminConsent != null ? linkForAdministrator(way.adminConsent) : linkForPerson();
    }

    private int linkForPerson() {
        if (names.size() != 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Name one ADDRESS, or choose --device, --app-only or --admin-consent");
        }
        Map<String, Object> input = input("userLogin", names.get(0));
        put(input, "mailServerId", mailServerId);
        out().println(process.call("ticket", input).path("link").asText());
        err().println("Hand this link to " + names.get(0) + ". It is good for 7 days and for one mailbox.");
        return 0;
    }

    private int linkForAdministrator(String registration) {
        out().println(process.call("admin-consent", input("registration", registration))
                .path("link")
                .asText());
        err().println("Hand this link to an administrator of the tenant. It is good for 7 days.");
        return 0;
    }

    private int connectApplication(String registration) {
        Map<String, Object> input = input("registration", registration);
        input.put("mailboxes", names);
        JsonNode results = process.call("connect-application", input).path("mailboxes");
        boolean all = true;
        for (JsonNode one : results) {
            all &= told(one.path("name").asText() + ": ", one);
        }
        return all ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private int connectDevice(String registration) throws InterruptedException {
        JsonNode state = process.call("device-begin", input("registration", registration));
        out().println(state.path("message").asText());
        out().flush();
        Map<String, String> id = Map.of("id", state.path("id").asText());
        while (state.has("nextPoll")) {
            Duration wait = Duration.between(
                    Instant.now(), Instant.parse(state.path("nextPoll").asText()));
            Thread.sleep(Math.max(wait.toMillis(), LEAST_WAIT.toMillis()));
            state = process.call("device-poll", id);
        }
        return told("", state) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /** Whether it was connected. */
    private boolean told(String before, JsonNode result) {
        if (result.has("refused")) {
            err().println(before + result.path("refused").asText() + " "
                    + result.path("remedy").asText());
            return false;
        }
        out().println(before + "connected over " + result.path("protocol").asText() + ", mailbox "
                + result.path("mailbox").asText());
        return true;
    }

    private Map<String, Object> input(String name, String value) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put(name, value);
        put(input, "mailbox", mailbox);
        put(input, "protocol", protocol);
        return input;
    }

    private static void put(Map<String, Object> input, String name, @Nullable String value) {
        if (value != null) {
            input.put(name, value);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
