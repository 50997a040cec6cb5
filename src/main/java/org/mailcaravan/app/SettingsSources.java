package org.mailcaravan.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Where settings come from, each overriding the ones before it; the built-in defaults come first.
 *
 * @param presets what the way of running decides, for example the demo's sandbox; may hold secrets
 * @param file a properties file in UTF-8
 * @param environment variables; those beginning with {@code MAILCARAVAN_} are settings
 * @param systemProperties {@code -D}; only names of settings are looked at, others belong to other people
 * @param commandLine {@code --set name=value}; never holds secrets
 */
public record SettingsSources(
        Map<String, String> presets,
        Optional<Path> file,
        Map<String, String> environment,
        Map<String, String> systemProperties,
        Map<String, String> commandLine) {
    /** Read if it is there and no other file is named. */
    public static final Path DEFAULT_FILE = Path.of("mailcaravan.properties");

    public SettingsSources {
        presets = Map.copyOf(presets);
        environment = Map.copyOf(environment);
        systemProperties = Map.copyOf(systemProperties);
        commandLine = Map.copyOf(commandLine);
    }

    /**
     * The sources of this process.
     *
     * @param file option {@code --settings}; empty: {@link #DEFAULT_FILE} if it is there
     * @param commandLine options {@code --set}
     */
    public static SettingsSources ofProcess(Optional<Path> file, Map<String, String> commandLine) {
        Optional<Path> found = file.isPresent() || !Files.exists(DEFAULT_FILE) ? file : Optional.of(DEFAULT_FILE);
        return new SettingsSources(Map.of(), found, System.getenv(), texts(System.getProperties()), commandLine);
    }

    /** The presets and nothing else. */
    public static SettingsSources only(Map<String, String> presets) {
        return new SettingsSources(presets, Optional.empty(), Map.of(), Map.of(), Map.of());
    }

    public SettingsSources withPresets(Map<String, String> others) {
        return new SettingsSources(others, file, environment, systemProperties, commandLine);
    }

    /** Prints no values: there are secrets among them. */
    @Override
    public String toString() {
        return "SettingsSources[" + file.map(Path::toString).orElse("no file") + "]";
    }

    private static Map<String, String> texts(Properties properties) {
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, properties::getProperty));
    }
}
