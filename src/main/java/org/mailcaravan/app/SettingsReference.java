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

    private SettingsReference() {}

    static String markdown() {
        return HEAD + table("Required", true) + "\n" + table("Optional", false);
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
