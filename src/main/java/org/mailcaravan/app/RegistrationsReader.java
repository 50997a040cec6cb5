package org.mailcaravan.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.app.SettingsReader.Given;

/** The app registrations from what was given. A further one has from the first what is the same for most: the tenant and the sign-in service. */
final class RegistrationsReader {
    private final Map<String, Given> given;
    private final Map<Setting, Object> first;
    private final List<SettingProblem> problems;

    /** @param first the parsed settings, which are those of the first registration too */
    RegistrationsReader(Map<String, Given> given, Map<Setting, Object> first, List<SettingProblem> problems) {
        this.given = given;
        this.first = first;
        this.problems = problems;
    }

    List<RegistrationSettings> read(List<String> further) {
        List<RegistrationSettings> all = new ArrayList<>();
        all.add(registration(Setting.FIRST, first));
        further.forEach(name -> all.add(registration(name, values(name))));
        return List.copyOf(all);
    }

    private Map<Setting, Object> values(String name) {
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (setting.ofRegistration()) {
                value(name, setting).ifPresent(value -> values.put(setting, value));
            }
        }
        return values;
    }

    private Optional<Object> value(String name, Setting setting) {
        String key = setting.keyOf(name);
        if (given.containsKey(key)) {
            return Settings.parse(setting, key, given.get(key), problems);
        }
        if (inherited(name, setting)) {
            return Optional.ofNullable(first.get(setting));
        }
        if (setting.required()) {
            problems.add(new SettingProblem(key, "is missing", "Set it: " + setting.description()));
        }
        return setting.defaultText().map(setting.type().parser());
    }

    // what belongs together comes from the same place: a tenant of its own has no allow-list of another
    private boolean inherited(String name, Setting setting) {
        return switch (setting) {
            case OAUTH_TENANT, OAUTH_FEDERATED_AUDIENCE -> true;
            case OAUTH_ALLOWED_TENANTS -> !given.containsKey(Setting.OAUTH_TENANT.keyOf(name));
            case OAUTH_AUTHORITY -> true;
            case OAUTH_METADATA_URL -> !given.containsKey(Setting.OAUTH_AUTHORITY.keyOf(name));
            default -> false;
        };
    }

    private RegistrationSettings registration(String name, Map<Setting, Object> values) {
        Set<Setting> own = EnumSet.noneOf(Setting.class);
        Map<Setting, Path> files = new EnumMap<>(Setting.class);
        Arrays.stream(Setting.values())
                .filter(setting -> setting.ofRegistration() && given.containsKey(setting.keyOf(name)))
                .forEach(setting -> {
                    own.add(setting);
                    given.get(setting.keyOf(name)).file().ifPresent(file -> files.put(setting, file));
                });
        return new RegistrationSettings(name, values, own, files);
    }
}
