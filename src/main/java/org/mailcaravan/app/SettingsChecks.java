package org.mailcaravan.app;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.app.SettingType.Refused;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.credential.KeyRingException;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.database.Database;
import org.mailcaravan.database.DatabaseStartException;

/** What settings must be together: each is of its type already, or left out because it was refused. */
final class SettingsChecks {
    private static final int API_TOKEN_LENGTH = 16;
    private static final String SECRET_REMEDY =
            "Enter the secret's Value: under Certificates & secrets make a new client secret and copy the column Value, which"
                    + " is shown once.";

    private final Map<Setting, Object> values;
    private final List<SettingProblem> problems;

    SettingsChecks(Map<Setting, Object> values, List<SettingProblem> problems) {
        this.values = new EnumMap<>(values);
        this.problems = problems;
    }

    /** Whether id and secret stand in each other's place; then neither is looked at further. */
    static boolean swapped(Optional<String> clientId, Optional<String> secret) {
        return secret.filter(SettingTypes::isGuid).isPresent()
                && clientId.filter(id -> !SettingTypes.isGuid(id)).isPresent();
    }

    void run() {
        clientSecret();
        tenants();
        ports();
        redirectUri();
        apiToken();
        keyRing();
        database();
        directories();
    }

    private void clientSecret() {
        Optional<String> secret = this.<Secret>find(Setting.OAUTH_CLIENT_SECRET).map(Secret::value);
        if (secret.isEmpty()) {
            return;
        }
        String id = this.<String>find(Setting.OAUTH_CLIENT_ID).orElse("");
        if (secret.get().toLowerCase(Locale.ROOT).equals(id)) {
            refuse(Setting.OAUTH_CLIENT_SECRET, "holds the client id", SECRET_REMEDY);
        } else if (SettingTypes.isGuid(secret.get())) {
            refuse(
                    Setting.OAUTH_CLIENT_SECRET,
                    "is a GUID: that is the Secret ID or another id, not the secret's value",
                    SECRET_REMEDY);
        } else if (secret.get().matches("(?s).*\\s.*")) {
            refuse(Setting.OAUTH_CLIENT_SECRET, "has a blank or a line break inside", SECRET_REMEDY);
        }
    }

    private void tenants() {
        Optional<String> tenant = find(Setting.OAUTH_TENANT);
        if (tenant.isPresent() && tenant.equals(find(Setting.OAUTH_CLIENT_ID))) {
            refuse(
                    Setting.OAUTH_TENANT,
                    "is the same as oauth.client-id",
                    "The overview shows two ids: Application (client) ID and Directory (tenant) ID. Copy the second.");
        }
        Optional<Set<?>> allowed = find(Setting.OAUTH_ALLOWED_TENANTS);
        if (tenant.filter(SettingTypes::isAlias).isPresent()
                && allowed.filter(ids -> !ids.isEmpty()).isEmpty()) {
            refuse(
                    Setting.OAUTH_ALLOWED_TENANTS,
                    "is missing although oauth.tenant lets people of any organisation sign in",
                    "List the Directory (tenant) IDs whose people may connect.");
        }
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
                WebTypes.redirectUri(base.get(), path.get());
            } catch (Refused e) {
                problems.add(e.of(Setting.OAUTH_CALLBACK_PATH.key()));
            }
        }
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
        problems.add(new SettingProblem(setting.key(), problem, remedy));
    }

    @SuppressWarnings("unchecked")
    private <T> Optional<T> find(Setting setting) {
        return Optional.ofNullable((T) values.get(setting));
    }
}
