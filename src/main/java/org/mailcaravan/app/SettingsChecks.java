package org.mailcaravan.app;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.app.SettingType.Refused;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.credential.KeyRingException;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.database.Database;
import org.mailcaravan.database.DatabaseStartException;

/** What settings must be together: each is of its type already, or left out because it was refused. */
final class SettingsChecks {
    private static final int API_TOKEN_LENGTH = 16;
    private final Map<Setting, Object> values;
    private final List<RegistrationSettings> registrations;
    private final List<SettingProblem> problems;

    SettingsChecks(
            Map<Setting, Object> values, List<RegistrationSettings> registrations, List<SettingProblem> problems) {
        this.values = new EnumMap<>(values);
        this.registrations = registrations;
        this.problems = problems;
    }

    void run() {
        registrations.forEach(registration -> new RegistrationChecks(registration, problems).run());
        distinctRegistrations();
        clouds();
        ports();
        redirectUri();
        notificationsPath();
        apiToken();
        keyRing();
        database();
        directories();
    }

    private void distinctRegistrations() {
        Set<String> clientIds = new HashSet<>();
        Set<String> mailServerIds = new HashSet<>();
        for (RegistrationSettings registration : registrations) {
            registration
                    .<String>find(Setting.OAUTH_CLIENT_ID)
                    .filter(id -> !clientIds.add(id))
                    .ifPresent(id -> refuse(
                            registration.key(Setting.OAUTH_CLIENT_ID),
                            "is that of another app registration",
                            "Register an application for each: one registration serves one mode."));
            Stream.concat(Stream.of(registration.name()), registration.mailServerIds().stream())
                    .distinct()
                    .filter(id -> !mailServerIds.add(id))
                    .forEach(id -> refuse(
                            registration.key(Setting.OAUTH_MAIL_SERVER_IDS),
                            "has " + SettingTypes.quote(id) + ", which means another app registration already",
                            "Let each id mean one."));
        }
    }

    /** A token of one cloud is refused by all others. What is in none of Microsoft's clouds goes with any. */
    private void clouds() {
        Set<Cloud> possible = EnumSet.allOf(Cloud.class);
        for (RegistrationSettings registration : registrations) {
            if (registration.find(Setting.OAUTH_AUTHORITY).isPresent()) {
                narrow(possible, registration.key(Setting.OAUTH_AUTHORITY), registration.authority());
            }
        }
        for (Setting setting :
                List.of(Setting.GRAPH_ROOT, Setting.GRAPH_RESOURCE, Setting.EWS_URL, Setting.EWS_RESOURCE)) {
            this.<URI>find(setting).ifPresent(address -> narrow(possible, setting.key(), address));
        }
    }

    private void narrow(Set<Cloud> possible, String key, URI address) {
        Set<Cloud> here = Cloud.holding(address);
        if (possible.stream().anyMatch(here::contains)) {
            possible.retainAll(here);
        } else {
            refuse(
                    key,
                    "is in the cloud " + words(here) + " and what is set before it in " + words(possible),
                    "Choose one by the setting cloud, and leave out the addresses that it decides.");
        }
    }

    private static String words(Set<Cloud> clouds) {
        return clouds.stream().map(Cloud::word).collect(Collectors.joining(" or "));
    }

    private void ports() {
        if (find(Setting.SERVER_PORT).isPresent() && find(Setting.SERVER_PORT).equals(find(Setting.MANAGEMENT_PORT))) {
            refuse(Setting.MANAGEMENT_PORT, "is the same as server.port", "Give each its own port.");
        }
    }

    private void redirectUri() {
        Optional<URI> base = find(Setting.PUBLIC_BASE_URL);
        Optional<String> path = find(Setting.OAUTH_CALLBACK_PATH);
        if (base.isPresent() && path.isPresent()) {
            try {
                WebTypes.redirectUri(base.get(), path.get() + longestSuffix());
            } catch (Refused e) {
                problems.add(e.of(Setting.OAUTH_CALLBACK_PATH.key()));
            }
        }
    }

    /** What is below the callback belongs to it: each further app registration appends its name. */
    private void notificationsPath() {
        Optional<String> path = find(Setting.MAIL_NOTIFICATIONS_PATH);
        Optional<String> callback = find(Setting.OAUTH_CALLBACK_PATH);
        if (path.isPresent() && callback.isPresent() && path.get().startsWith(callback.get())) {
            refuse(
                    Setting.MAIL_NOTIFICATIONS_PATH,
                    "begins like oauth.callback-path",
                    "Choose another path, such as /graph/notifications.");
        }
    }

    /** Each further app registration appends its name. */
    private String longestSuffix() {
        return registrations.stream()
                .skip(1)
                .map(registration -> "/" + registration.name())
                .max(Comparator.comparingInt(String::length))
                .orElse("");
    }

    private void apiToken() {
        this.<Secret>find(Setting.CONNECT_API_TOKEN)
                .filter(token -> token.value().length() < API_TOKEN_LENGTH)
                .ifPresent(token -> refuse(
                        Setting.CONNECT_API_TOKEN,
                        "is too short to be safe",
                        "Use " + API_TOKEN_LENGTH + " characters at least, for example from: openssl rand -hex 32."));
    }

    private void keyRing() {
        Optional<Path> file = find(Setting.CREDENTIAL_KEY_RING_FILE);
        Optional<Secret> json = find(Setting.CREDENTIAL_KEY_RING);
        if (file.isPresent() == json.isPresent()) {
            refuse(
                    Setting.CREDENTIAL_KEY_RING_FILE,
                    file.isPresent() ? "is given and credential.key-ring too" : "is missing",
                    file.isPresent()
                            ? "Keep one of them."
                            : "Credentials are never kept unencrypted: make a key ring with the command keys new, and name its"
                                    + " file here.");
            return;
        }
        try {
            file.ifPresent(KeyRing::read);
            json.ifPresent(text -> KeyRing.parse(Setting.CREDENTIAL_KEY_RING.key(), text));
        } catch (KeyRingException e) {
            refuse(
                    file.isPresent() ? Setting.CREDENTIAL_KEY_RING_FILE : Setting.CREDENTIAL_KEY_RING,
                    "cannot be used",
                    e.getMessage());
        }
    }

    private void database() {
        this.<String>find(Setting.DATABASE_URL).ifPresent(url -> {
            try {
                Database.checkUrl(url);
            } catch (DatabaseStartException e) {
                refuse(Setting.DATABASE_URL, "cannot be used", e.getMessage());
            }
        });
    }

    private void directories() {
        writable(Setting.CONTENT_DIRECTORY);
        writable(Setting.SINK_FILES_DIRECTORY);
        this.<Path>find(Setting.MANAGEMENT_TOKEN_FILE)
                .filter(Files::isDirectory)
                .ifPresent(file -> refuse(
                        Setting.MANAGEMENT_TOKEN_FILE,
                        "names a directory: " + file,
                        "Name a file, which is made at each start."));
        this.<Path>find(Setting.CONSOLE_USERS_FILE)
                .filter(Files::isDirectory)
                .ifPresent(file -> refuse(
                        Setting.CONSOLE_USERS_FILE,
                        "names a directory: " + file,
                        "Name a file, which the command console add-user makes."));
        this.<Path>find(Setting.ROUTES_DIRECTORY)
                .filter(directory -> !Files.isDirectory(directory) || !Files.isReadable(directory))
                .ifPresent(directory -> refuse(
                        Setting.ROUTES_DIRECTORY,
                        "names no readable directory: " + directory,
                        "Name an existing one, or leave it out."));
    }

    /** The directory need not exist, but then it must be possible to make it. */
    private void writable(Setting setting) {
        this.<Path>find(setting).ifPresent(directory -> {
            Path existing = directory.toAbsolutePath();
            while (existing.getParent() != null && Files.notExists(existing)) {
                existing = existing.getParent();
            }
            if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
                refuse(
                        setting,
                        "is " + directory + ", which cannot be written to because of " + existing,
                        "Name a directory this process may write to.");
            }
        });
    }

    private void refuse(Setting setting, String problem, String remedy) {
        refuse(setting.key(), problem, remedy);
    }

    private void refuse(String key, String problem, String remedy) {
        problems.add(new SettingProblem(key, problem, remedy));
    }

    @SuppressWarnings("unchecked")
    private <T> Optional<T> find(Setting setting) {
        return Optional.ofNullable((T) values.get(setting));
    }
}
