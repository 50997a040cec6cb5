package org.mailcaravan.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

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
            "For real:    'mailcaravan key-ring FILE', then 'mailcaravan run --settings FILE'. All settings: docs/settings.md"
        },
        subcommands = {DemoCommand.class, RunCommand.class, SandboxCommand.class, KeyRingCommand.class})
public final class Application {
    private Application() {}

    public static void main(String... arguments) {
        System.exit(execute(arguments));
    }

    /** @return the exit code: 0 done, 1 failed with the reason on standard error, 2 wrong usage */
    static int execute(String... arguments) {
        return new CommandLine(new Application())
                .setExecutionExceptionHandler(Application::failed)
                .execute(arguments);
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
