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
import java.util.stream.Stream;

/** Puts the sources on top of each other. Notes what is wrong and goes on, so that all problems are told at once. */
final class SettingsReader {
    /** A text and who said it; its {@code toString} is not meant to be seen. */
    record Given(String text, String origin, Optional<Path> file) {
        Given(String text, String origin) {
            this(text, origin, Optional.empty());
        }

        @Override
        public String toString() {
            return "Given[" + origin + "]";
        }
    }

    private static final String TOKEN_FILE_VARIABLE = "AZURE_FEDERATED_TOKEN_FILE";
    private static final long MAX_SECRET_BYTES = 64 * 1024;

    private final List<SettingProblem> problems;
    private final Map<String, Given> given = new TreeMap<>();
    private SettingNames names = new SettingNames(List.of());

    SettingsReader(List<SettingProblem> problems) {
        this.problems = problems;
    }

    /** What was given, by name; secrets from files are read, blank texts count as not given. */
    Map<String, Given> read(SettingsSources sources) {
        Map<String, String> file = sources.file().map(this::file).orElse(Map.of());
        names = new SettingNames(registrations(sources, file));
        layer(sources.presets(), "", "preset");
        layer(file, "", sources.file().map(Path::toString).orElse(""));
        environment(sources.environment());
        commandLine(known(sources.systemProperties()), "-D");
        commandLine(sources.commandLine(), "--set");
        readSecretFiles();
        tokenFileOfPlatform(sources.environment());
        return given;
    }

    /** Workload identity on Azure: the platform says in the environment where the token is. */
    private void tokenFileOfPlatform(Map<String, String> environment) {
        String file = environment.getOrDefault(TOKEN_FILE_VARIABLE, "");
        if (file.isBlank()) {
            return;
        }
        Stream.concat(Stream.of(Setting.FIRST), names.registrations().stream())
                .filter(name -> Optional.ofNullable(given.get(Setting.OAUTH_CLIENT_AUTHENTICATION.keyOf(name)))
                        .filter(chosen -> chosen.text().equals("federated"))
                        .isPresent())
                .forEach(name -> given.putIfAbsent(
                        Setting.OAUTH_FEDERATED_TOKEN_FILE.keyOf(name), new Given(file, TOKEN_FILE_VARIABLE)));
    }

    /** The names that what was given goes by; known after reading. */
    SettingNames names() {
        return names;
    }

    /** The names of registrations decide which names of settings there are, so they come first. Wrong ones are told with the setting. */
    private static List<String> registrations(SettingsSources sources, Map<String, String> file) {
        String key = Setting.OAUTH_REGISTRATIONS.key();
        return Stream.of(
                        sources.commandLine().get(key),
                        sources.systemProperties().get(key),
                        sources.environment().get(Setting.OAUTH_REGISTRATIONS.variable()),
                        file.get(key),
                        sources.presets().get(key))
                .filter(text -> text != null && !text.isBlank())
                .findFirst()
                .map(text -> SettingTypes.list(text, name -> name).stream()
                        .filter(SettingTypes::isRegistration)
                        .toList())
                .orElse(List.of());
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
        if (names.find(key).isPresent() || key.startsWith(SettingNames.ROUTE_PREFIX)) {
            return false;
        }
        problems.add(new SettingProblem(key, "is no setting", names.remedyForKey(key)));
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
        names.find(key).ifPresent(name -> {
            given.remove(name.key());
            name.fileKey().ifPresent(given::remove);
        });
        given.put(key, value);
    }

    private Optional<String> fileKey(String key) {
        return names.find(key).filter(name -> name.key().equals(key)).flatMap(SettingName::fileKey);
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
            names.keyOfVariable(variable)
                    .ifPresentOrElse(
                            key -> texts.put(key, text),
                            () -> problems.add(new SettingProblem(
                                    "the environment variable " + variable,
                                    "is no setting",
                                    names.remedyForVariable(variable))));
        });
        layer(texts, SettingNames.VARIABLE_PREFIX, "");
    }

    private Map<String, String> known(Map<String, String> properties) {
        Map<String, String> known = new TreeMap<>(properties);
        known.keySet().removeIf(key -> names.find(key).isEmpty());
        return known;
    }

    /** List S30: whoever may list processes sees arguments. */
    private void commandLine(Map<String, String> texts, String option) {
        Map<String, String> accepted = new TreeMap<>(texts);
        accepted.keySet().removeIf(key -> refuseSecret(key, option));
        layer(accepted, "", option);
    }

    private boolean refuseSecret(String key, String option) {
        Optional<SettingName> secret = names.find(key)
                .filter(name -> name.setting().secret() && name.key().equals(key));
        secret.ifPresent(name -> problems.add(new SettingProblem(
                key,
                "is a secret and was given by " + option + ", where others can read it in the list of processes",
                "Give it by " + name.fileKey().orElse("credential.key-ring-file")
                        + " or by the environment variable " + Setting.variable(key)
                        + ", and change it: it may have been seen.")));
        return secret.isPresent();
    }

    private void readSecretFiles() {
        for (SettingName name : names.all()) {
            name.fileKey().map(given::remove).ifPresent(file -> secretFrom(file.text(), name));
        }
    }

    private void secretFrom(String file, SettingName name) {
        String problem = "names a file that cannot be read";
        try {
            Path path = Path.of(file);
            if (Files.size(path) <= MAX_SECRET_BYTES) {
                String secret = Files.readString(path).replaceAll("[\r\n]+$", "");
                given.put(name.key(), new Given(secret, file, Optional.of(path)));
                problem = secret.isBlank() ? "names an empty file" : "";
            } else {
                problem = "names a file of more than " + MAX_SECRET_BYTES + " bytes";
            }
        } catch (IOException | IllegalArgumentException e) {
            // told below, without the content
        }
        if (!problem.isEmpty()) {
            given.put(name.key(), new Given("", file));
            problems.add(new SettingProblem(
                    name.fileKey().orElseThrow(),
                    problem + ": " + SettingTypes.quote(file),
                    "Name a readable text file that holds the secret only."));
        }
    }
}
