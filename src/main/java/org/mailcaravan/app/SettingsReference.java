package org.mailcaravan.app;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes {@code docs/settings.md} from the list of settings, so that the page cannot be wrong. */
final class SettingsReference {
    private static final String HEAD = """
            # Settings

            <!-- Generated from org.mailcaravan.app.Setting. To write it anew: mvn test -Dtest=SettingsReferenceTest -Dsettings.write -->

            Each of these overrides the ones before it:

            1. the defaults below,
            2. a properties file in UTF-8: `--settings FILE`, else `mailcaravan.properties` in the working directory if it is there,
            3. environment variables: `MAILCARAVAN_`, then the name in upper case with `_` for `.` and `-`
               (`server.port` is `MAILCARAVAN_SERVER_PORT`),
            4. `-Dname=value` and `--set name=value`.

            A secret may be given by `<name>-file` instead: a file that holds the secret only, a line break at its end does not count.
            Secrets are refused on the command line, where others can read them. An empty value counts as not given. Relative paths
            start at the working directory. Unknown names are refused.

            Routes use settings as placeholders, for example `{{sink.files.directory}}`; secrets are not among them. Names of your own
            begin with `route.`; give them in the file or by `--set`.

            """;

    private static final String REGISTRATIONS = """
            ## Several app registrations

            The settings above that begin with `oauth.` are those of the first app registration; its name is `default`. One
            registration serves one mode, so there may be further ones: `oauth.registrations=partner,reader` names them, and each has
            settings of its own with its name in between: `oauth.partner.client-id`, or `MAILCARAVAN_OAUTH_PARTNER_CLIENT_ID` in the
            environment. The redirect URI of a further one ends with `/` and its name.

            They have their own: %s.

            If not given, a further one has the `tenant` of the first (with its `allowed-tenants`), its `authority` or `metadata-url`,
            and its `federated-audience`.

            Each proves itself in exactly one way: by `client-secret`, by `client-certificate-file` with `client-key`, or by
            `federated-token-file`; in the mode `device` by none. These files are read before each use, so what is exchanged needs no
            restart.

            ```properties
            oauth.tenant=66666666-7777-4888-9999-aaaaaaaaaaaa
            oauth.client-id=11111111-2222-4333-8444-555555555555
            oauth.client-secret-file=/run/secrets/client-secret
            oauth.registrations=reader
            oauth.reader.mode=app-only
            oauth.reader.client-id=22222222-2222-4333-8444-555555555555
            oauth.reader.client-certificate-file=/run/secrets/reader.pem
            oauth.reader.client-key-file=/run/secrets/reader.pem
            oauth.reader.mailboxes=office@example.org,sales@example.org
            ```
            """;

    private SettingsReference() {}

    private static String ofRegistration() {
        return Arrays.stream(Setting.values())
                .filter(Setting::ofRegistration)
                .map(setting -> "`" + setting.key().substring("oauth.".length()) + "`")
                .collect(Collectors.joining(", "));
    }

    static String markdown() {
        return HEAD + table("Required", true) + "\n" + table("Optional", false) + "\n"
                + REGISTRATIONS.formatted(ofRegistration());
    }

    private static String table(String title, boolean required) {
        return Arrays.stream(Setting.values())
                .filter(setting -> setting.required() == required)
                .map(SettingsReference::row)
                .collect(Collectors.joining(
                        "", "## " + title + "\n\n| Name | Default | Type | What it is for |\n|---|---|---|---|\n", ""));
    }

    private static String row(Setting setting) {
        String names = "`" + setting.key() + "`"
                + setting.fileKey().map(key -> " or `" + key + "`").orElse("");
        String defaultText = setting.defaultText().map(text -> "`" + text + "`").orElse("");
        return "| %s | %s | %s | %s |\n"
                .formatted(names, defaultText, setting.type().label(), setting.description());
    }
}
