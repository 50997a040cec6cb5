package org.mailcaravan.app;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program. */
@Command(
        name = "mailcaravan",
        mixinStandardHelpOptions = true,
        versionProvider = Application.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "Carries Microsoft 365 mail into your integration platform.",
        description = {
            "",
            "People connect their mailboxes once, in a browser; their mail is read through Microsoft Graph or EWS and delivered to any Camel route.",
            ""
        },
        footer = {
            "",
            "First time?  'mailcaravan demo' shows everything with a sandbox tenant: no account, nothing to set up.",
            "For real:    'mailcaravan keys new FILE', then 'mailcaravan run --settings FILE'. All settings: docs/settings.md"
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:not done, the reason is on standard error; or doctor found something that fails, and its lines say what",
            "2:wrong usage"
        },
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            SandboxCommand.class,
            KeysCommand.class,
            ConsoleCommand.class,
            ConnectCommand.class,
            CutoverCommand.class,
            DisconnectCommand.class,
            DoctorCommand.class,
            EwsCommand.class,
            MailboxesCommand.class,
            RegisterCommand.class
        })
public final class Application implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    private Application() {}

    public static void main(String... arguments) {
        System.exit(execute(arguments));
    }

    /** @return the exit code: 0 done, 1 failed with the reason on standard error, 2 wrong usage */
    static int execute(String... arguments) {
        return execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments);
    }

    static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new Application())
                .setOut(out)
                .registerConverter(RegisterCommand.Format.class, RegisterCommand.Format::of)
                .setErr(err)
                .setParameterExceptionHandler(Application::misused)
                .setExecutionExceptionHandler(Application::failed)
                .execute(arguments);
    }

    /** Without a command: what there is, and the exit code of wrong usage. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    private static int misused(CommandLine.ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        boolean unknown = e instanceof CommandLine.UnmatchedArgumentException;
        command.getErr().println(unknown ? unknown((CommandLine.UnmatchedArgumentException) e) : e.getMessage() + ".");
        command.getErr().println("Run '" + name + " --help' to see what there is.");
        return CommandLine.ExitCode.USAGE;
    }

    private static String unknown(CommandLine.UnmatchedArgumentException e) {
        CommandLine command = e.getCommandLine();
        String first = e.getUnmatched().get(0);
        boolean group = !command.getSubcommands().isEmpty();
        String kind = first.startsWith("-") ? "option" : group ? "command" : "argument";
        String known = group && kind.equals("command")
                ? " Commands: " + String.join(", ", command.getSubcommands().keySet()) + "."
                : "";
        return "There is no " + kind + " " + SettingTypes.quote(first) + "." + known;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult result) {
        command.getErr().println(reason(e));
        if (Boolean.getBoolean("mailcaravan.stacktrace")) {
            e.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String reason(Throwable e) {
        Throwable told = e;
        while (told.getMessage() == null && told.getCause() != null) {
            told = told.getCause();
        }
        return told.getMessage() == null ? told.toString() : told.getMessage();
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Application.class.getPackage().getImplementationVersion();
            return new String[] {"mailcaravan " + (version == null ? "development" : version)};
        }
    }
}
