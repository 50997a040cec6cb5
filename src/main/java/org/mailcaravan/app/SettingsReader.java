package org.mailcaravan.app;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** Puts the sources on top of each other. Notes what is wrong and goes on, so that all problems are told at once. */
final class SettingsReader {
    /** A text and who said it; its {@code toString} is not meant to be seen. */
    record Given(String text, String origin) {
        @Override
        public String toString() {
            return "Given[" + origin + "]";
        }
    }

    private static final long MAX_SECRET_BYTES = 64 * 1024;

    private final List<SettingProblem> problems;
    private final Map<String, Given> given = new TreeMap<>();

    SettingsReader(List<SettingProblem> problems) {
        this.problems = problems;
    }

    /** What was given, by name; secrets from files are read, blank texts count as not given. */
    Map<String, Given> read(SettingsSources sources) {
        layer(sources.presets(), "", "preset");
        sources.file().ifPresent(file -> layer(file(file), "", file.toString()));
        environment(sources.environment());
        commandLine(known(sources.systemProperties()), "-D");
        commandLine(sources.commandLine(), "--set");
        readSecretFiles();
        return given;
    }

    private void layer(Map<String, String> texts, String variable, String origin) {
        Map<String, String> accepted = new TreeMap<>(texts);
        accepted.values().removeIf(String::isBlank);
        accepted.keySet().removeIf(this::unknown);
        accepted.keySet().forEach(key -> refuseTwice(key, accepted));
        accepted.forEach(
                (key, text) -> put(key, new Given(text.strip(), variable.isEmpty() ? origin : Setting.variable(key))));
    }

    private boolean unknown(String key) {
        if (SettingNames.setting(key).isPresent() || key.startsWith(SettingNames.ROUTE_PREFIX)) {
            return false;
        }
        problems.add(new SettingProblem(key, "is no setting", SettingNames.remedyForKey(key)));
        return true;
    }

    /** A source that says both must decide; a later source overrides either way of saying it. */
    private void refuseTwice(String key, Map<String, String> accepted) {
        fileKey(key)
                .filter(accepted::containsKey)
                .ifPresent(fileKey -> problems.add(
                        new SettingProblem(key, "is given twice, also as " + fileKey, "Keep one of them.")));
    }

    private void put(String key, Given value) {
        SettingNames.setting(key).ifPresent(setting -> {
            given.remove(setting.key());
            setting.fileKey().ifPresent(given::remove);
        });
        given.put(key, value);
    }

    private static Optional<String> fileKey(String key) {
        return SettingNames.setting(key)
                .filter(setting -> setting.key().equals(key))
                .flatMap(Setting::fileKey);
    }

    private Map<String, String> file(Path file) {
        Map<String, String> texts = new LinkedHashMap<>();
        try {
            String content = Files.readString(file);
            new Properties() {
                @Override
                public synchronized Object put(Object key, Object value) {
                    if (texts.put((String) key, (String) value) != null) {
                        problems.add(new SettingProblem((String) key, "stands twice in " + file, "Keep one of them."));
                    }
                    return value;
                }
            }.load(new StringReader(content.startsWith("\uFEFF") ? content.substring(1) : content));
        } catch (NoSuchFileException e) {
            refuseFile(file, "does not exist");
        } catch (CharacterCodingException | IllegalArgumentException e) {
            refuseFile(file, "is no properties file in UTF-8");
        } catch (IOException e) {
            refuseFile(file, "cannot be read");
        }
        return texts;
    }

    private void refuseFile(Path file, String problem) {
        problems.add(new SettingProblem(
                "the settings file " + file,
                problem,
                "Name a readable file of lines like server.port=8080 by --settings."));
    }

    private void environment(Map<String, String> environment) {
        Map<String, String> texts = new TreeMap<>();
        environment.forEach((variable, text) -> {
            if (!variable.startsWith(SettingNames.VARIABLE_PREFIX) || SettingNames.isFromKubernetes(variable, text)) {
                return;
            }
            SettingNames.keyOfVariable(variable)
                    .ifPresentOrElse(
                            key -> texts.put(key, text),
                            () -> problems.add(new SettingProblem(
                                    "the environment variable " + variable,
                                    "is no setting",
                                    SettingNames.remedyForVariable(variable))));
        });
        layer(texts, SettingNames.VARIABLE_PREFIX, "");
    }

    private static Map<String, String> known(Map<String, String> properties) {
        Map<String, String> known = new TreeMap<>(properties);
        known.keySet().removeIf(key -> SettingNames.setting(key).isEmpty());
        return known;
    }

    /** List S30: whoever may list processes sees arguments. */
    private void commandLine(Map<String, String> texts, String option) {
        Map<String, String> accepted = new TreeMap<>(texts);
        accepted.keySet().removeIf(key -> refuseSecret(key, option));
        layer(accepted, "", option);
    }

    private boolean refuseSecret(String key, String option) {
        Optional<Setting> secret = SettingNames.setting(key)
                .filter(setting -> setting.secret() && setting.key().equals(key));
        secret.ifPresent(setting -> problems.add(new SettingProblem(
                key,
                "is a secret and was given by " + option + ", where others can read it in the list of processes",
                "Give it by " + setting.fileKey().orElse("credential.key-ring-file")
                        + " or by the environment variable " + setting.variable()
                        + ", and change it: it may have been seen.")));
        return secret.isPresent();
    }

    private void readSecretFiles() {
        for (Setting setting : Setting.values()) {
            setting.fileKey().map(given::remove).ifPresent(file -> secretFrom(file.text(), setting));
        }
    }

    private void secretFrom(String file, Setting setting) {
        String problem = "names a file that cannot be read";
        try {
            Path path = Path.of(file);
            if (Files.size(path) <= MAX_SECRET_BYTES) {
                String secret = Files.readString(path).replaceAll("[\r\n]+$", "");
                given.put(setting.key(), new Given(secret, file));
                problem = secret.isBlank() ? "names an empty file" : "";
            } else {
                problem = "names a file of more than " + MAX_SECRET_BYTES + " bytes";
            }
        } catch (IOException | IllegalArgumentException e) {
            // told below, without the content
        }
        if (!problem.isEmpty()) {
            given.put(setting.key(), new Given("", file));
            problems.add(new SettingProblem(
                    setting.fileKey().orElseThrow(),
                    problem + ": " + SettingTypes.quote(file),
                    "Name a readable text file that holds the secret only."));
        }
    }
}
