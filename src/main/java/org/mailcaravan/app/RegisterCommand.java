package org.mailcaravan.app;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.oauth.AppRegistration;
import org.mailcaravan.oauth.ClientMode;
import org.mailcaravan.oauth.OAuthSettings;
import org.mailcaravan.registration.AzureCliScript;
import org.mailcaravan.registration.PowerShellScript;
import org.mailcaravan.registration.RegistrationManifest;
import org.mailcaravan.registration.RegistrationPlan;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "register",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the app registration these settings need at Entra ID (docs/app-registration.md).",
            "Works before there are a client ID and a secret. Changes nothing."
        })
final class RegisterCommand implements Callable<Integer> {
    enum Format {
        MANIFEST(RegistrationManifest::print),
        AZURE_CLI(AzureCliScript::print),
        POWERSHELL(PowerShellScript::print);

        private final Function<RegistrationPlan, String> printer;

        Format(Function<RegistrationPlan, String> printer) {
            this.printer = printer;
        }

        /** By the word people write: {@code azure-cli}. */
        static Format of(String word) {
            return Arrays.stream(values())
                    .filter(format -> format.name()
                            .toLowerCase(Locale.ROOT)
                            .replace('_', '-')
                            .equals(word))
                    .findFirst()
                    .orElseThrow(
                            () -> new CommandLine.TypeConversionException("write manifest, azure-cli or powershell"));
        }
    }

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--print", required = true, description = "Print it; nothing else is done.")
    private boolean print;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "manifest",
            description = "manifest, azure-cli or powershell (default: ${DEFAULT-VALUE}).")
    private Format format = Format.MANIFEST;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "delegated, app-only or device (default: every registration of the settings).")
    private @Nullable String mode;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "Mailcaravan",
            description = "What people read on the consent page (default: ${DEFAULT-VALUE}).")
    private String name = "Mailcaravan";

    @Option(names = "--shared", description = "Also ask for Mail.Read.Shared: mailboxes read through delegates.")
    private boolean shared;

    @Option(names = "--rbac", description = "app-only: ask for no permission; grant single mailboxes in Exchange.")
    private boolean rbac;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        OAuthSettings settings =
                SettingsToOAuth.translate(Settings.forRegistration(options.sources()), Clock.systemUTC());
        if (mode != null) {
            mode();
        }
        RegistrationPlan.Choice choice = new RegistrationPlan.Choice(name, shared, rbac);
        OAuthSettings wanted = wanted(settings);
        wanted.registrations().stream()
                .filter(app -> mode == null || app.mode().word().equals(mode))
                .map(app -> RegistrationPlan.of(wanted, app, choice))
                .forEach(plan -> spec.commandLine().getOut().println(format.printer.apply(plan)));
        return CommandLine.ExitCode.OK;
    }

    /** With a registration of the mode that was asked for, should the settings have none yet. */
    private OAuthSettings wanted(OAuthSettings settings) {
        if (mode == null
                || settings.registrations().stream()
                        .anyMatch(app -> app.mode().word().equals(mode))) {
            return settings;
        }
        AppRegistration first = settings.registrations().get(0);
        List<AppRegistration> all = new ArrayList<>(settings.registrations());
        all.add(new AppRegistration(
                mode(),
                ClientMode.of(mode()).orElseThrow(),
                first.authority(),
                first.tenant(),
                "not-registered-yet",
                first.authentication(),
                first.allowedTenants(),
                Set.of()));
        return new OAuthSettings(
                all,
                settings.address(),
                settings.resources(),
                settings.mailbox(),
                settings.connectOpen(),
                settings.apiToken(),
                settings.cae());
    }

    private String mode() {
        return ClientMode.of(String.valueOf(mode))
                .orElseThrow(() -> new CommandLine.ParameterException(
                        spec.commandLine(), "Invalid value for option '--mode': write delegated, app-only or device"))
                .word();
    }
}
