package org.mailcaravan.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that needs settings. */
final class SettingsOptions {
    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description = "Settings (default: mailcaravan.properties, if it is there).")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "One setting; may be repeated. Never secrets: others can read them.")
    private Map<String, String> set = new LinkedHashMap<>();

    void set(String name, String value) {
        set.put(name, value);
    }

    SettingsSources sources() {
        return SettingsSources.ofProcess(Optional.ofNullable(file), set);
    }
}
