package org.mailcaravan.app;

import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.app.RegistrationSettings.Proof;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.oauth.ClientMode;
import org.mailcaravan.oauth.ClientProofException;

/** What the settings of one app registration must be together: each is of its type already, or left out because it was refused. */
final class RegistrationChecks {
    private static final String SECRET_REMEDY =
            "Enter the secret's Value: under Certificates & secrets make a new client secret and copy the column Value, which"
                    + " is shown once.";
    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final int MOST_SECRETS = 2;

    private final RegistrationSettings registration;
    private final List<SettingProblem> problems;

    RegistrationChecks(RegistrationSettings registration, List<SettingProblem> problems) {
        this.registration = registration;
        this.problems = problems;
    }

    /** Whether id and secret stand in each other's place; then neither is looked at further. */
    static boolean swapped(Optional<String> clientId, Optional<String> secret) {
        return secret.filter(SettingTypes::isGuid).isPresent()
                && clientId.filter(id -> !SettingTypes.isGuid(id)).isPresent();
    }

    void run() {
        tenants();
        metadata();
        if (deviceMode()) {
            noProof();
        } else {
            oneProof();
        }
        clientSecret();
        mailboxes();
    }

    private boolean is(ClientMode mode) {
        return registration.<String>find(Setting.OAUTH_MODE).equals(Optional.of(mode.word()));
    }

    private boolean deviceMode() {
        return is(ClientMode.DEVICE);
    }

    private void tenants() {
        Optional<String> tenant = registration.find(Setting.OAUTH_TENANT);
        if (tenant.isPresent() && tenant.equals(registration.<String>find(Setting.OAUTH_CLIENT_ID))) {
            refuse(
                    Setting.OAUTH_TENANT,
                    "is the same as " + key(Setting.OAUTH_CLIENT_ID),
                    "The overview shows two ids: Application (client) ID and Directory (tenant) ID. Copy the second.");
        }
        if (tenant.filter(SettingTypes::isAlias).isEmpty()) {
            return;
        }
        if (is(ClientMode.APP_ONLY)) {
            refuse(
                    Setting.OAUTH_TENANT,
                    "names no single organisation although " + key(Setting.OAUTH_MODE) + " is app-only",
                    "Write the Directory (tenant) ID whose mailboxes are read; for another organisation name another app"
                            + " registration.");
        } else if (registration
                .<Set<?>>find(Setting.OAUTH_ALLOWED_TENANTS)
                .filter(ids -> !ids.isEmpty())
                .isEmpty()) {
            refuse(
                    Setting.OAUTH_ALLOWED_TENANTS,
                    "is missing although " + key(Setting.OAUTH_TENANT) + " lets people of any organisation sign in",
                    "List the Directory (tenant) IDs whose people may connect.");
        }
    }

    private void metadata() {
        Optional<URI> address = registration.find(Setting.OAUTH_METADATA_URL);
        if (address.isEmpty()) {
            return;
        }
        if (!address.get().toString().endsWith(DISCOVERY)) {
            refuse(Setting.OAUTH_METADATA_URL, "does not end with " + DISCOVERY, "Write the whole address.");
        } else if (registration.given(Setting.OAUTH_AUTHORITY)) {
            refuse(
                    Setting.OAUTH_METADATA_URL,
                    "is given and " + key(Setting.OAUTH_AUTHORITY) + " too",
                    "Keep one of them: the authority for Entra ID, the metadata address for any other service.");
        }
        if (registration
                .<String>find(Setting.OAUTH_TENANT)
                .filter(tenant -> !SettingTypes.isGuid(tenant) && !SettingTypes.isAlias(tenant))
                .isPresent()) {
            refuse(
                    Setting.OAUTH_TENANT,
                    "is a domain, which only Entra ID resolves",
                    "Write the GUID that ID tokens have in their claim tid.");
        }
    }

    private void noProof() {
        Arrays.stream(Proof.values())
                .flatMap(proof -> proof.settings().stream())
                .filter(registration::given)
                .forEach(setting -> refuse(
                        setting,
                        "is given although " + key(Setting.OAUTH_MODE) + " is device",
                        "Leave it out: Entra ID refuses a public client that proves itself (AADSTS700025)."));
    }

    private void oneProof() {
        List<Proof> given =
                Arrays.stream(Proof.values()).filter(registration::has).toList();
        Optional<String> wanted = registration.find(Setting.OAUTH_CLIENT_AUTHENTICATION);
        if (given.size() > 1) {
            problems.add(new SettingProblem(
                    names(given),
                    "are given together",
                    "Keep one of them: an app registration proves itself in one way."));
        } else if (given.isEmpty()) {
            missing(wanted.orElse(Proof.SECRET.word()));
        } else if (wanted.filter(word -> !word.equals(given.get(0).word())).isPresent()) {
            refuse(
                    Setting.OAUTH_CLIENT_AUTHENTICATION,
                    "is " + wanted.get() + " although " + names(given) + " is given",
                    "Leave it out, or give what it needs.");
        } else if (given.get(0) == Proof.CERTIFICATE) {
            certificate();
        }
    }

    private String names(List<Proof> given) {
        return given.stream()
                .flatMap(proof -> proof.settings().stream())
                .filter(registration::given)
                .map(this::key)
                .collect(Collectors.joining(" and "));
    }

    private void missing(String wanted) {
        if (wanted.equals(Proof.FEDERATED.word())) {
            refuse(
                    Setting.OAUTH_FEDERATED_TOKEN_FILE,
                    "is missing, and the environment variable AZURE_FEDERATED_TOKEN_FILE too",
                    "Name the file with the token that your platform writes.");
        } else {
            Setting setting = wanted.equals(Proof.CERTIFICATE.word())
                    ? Setting.OAUTH_CLIENT_CERTIFICATE_FILE
                    : Setting.OAUTH_CLIENT_SECRET;
            refuse(
                    setting,
                    "is missing",
                    "Set it: " + setting.description()
                            + " Other ways: a client secret, a certificate with its key, or a"
                            + " federated token file.");
        }
    }

    private void certificate() {
        for (Setting setting : Proof.CERTIFICATE.settings()) {
            if (!registration.given(setting)) {
                refuse(setting, "is missing", "Certificate and private key go together. " + setting.description());
                return;
            }
        }
        if (registration.find(Setting.OAUTH_CLIENT_CERTIFICATE_FILE).isPresent()
                && registration.find(Setting.OAUTH_CLIENT_KEY).isPresent()) {
            try {
                registration.certificate(Clock.systemUTC()).check();
            } catch (ClientProofException e) {
                problems.add(new SettingProblem(e.setting(), e.problem(), e.remedy()));
            }
        }
    }

    private void clientSecret() {
        if (registration.given(Setting.OAUTH_CLIENT_SECRET_EXPIRES) && !registration.has(Proof.SECRET)) {
            refuse(
                    Setting.OAUTH_CLIENT_SECRET_EXPIRES,
                    "is given without a client secret",
                    "Leave it out: a certificate says itself when it ends.");
        }
        Optional<String> secret =
                registration.<Secret>find(Setting.OAUTH_CLIENT_SECRET).map(Secret::value);
        boolean file = registration.fromFile(Setting.OAUTH_CLIENT_SECRET).isPresent();
        List<String> secrets = file
                ? secret.stream()
                        .flatMap(String::lines)
                        .filter(line -> !line.isBlank())
                        .toList()
                : secret.stream().toList();
        if (secrets.size() > MOST_SECRETS) {
            refuse(
                    Setting.OAUTH_CLIENT_SECRET,
                    "has " + secrets.size() + " lines",
                    "Write the secret only; while it is exchanged, the new and the former one on a line each.");
            return;
        }
        secrets.forEach(this::clientSecret);
    }

    private void clientSecret(String secret) {
        String id = registration.<String>find(Setting.OAUTH_CLIENT_ID).orElse("");
        if (secret.toLowerCase(Locale.ROOT).equals(id)) {
            refuse(Setting.OAUTH_CLIENT_SECRET, "holds the client id", SECRET_REMEDY);
        } else if (SettingTypes.isGuid(secret)) {
            refuse(
                    Setting.OAUTH_CLIENT_SECRET,
                    "is a GUID: that is the Secret ID or another id, not the secret's value",
                    SECRET_REMEDY);
        } else if (secret.strip().matches("(?s).*\\s.*")) {
            refuse(Setting.OAUTH_CLIENT_SECRET, "has a blank or a line break inside", SECRET_REMEDY);
        }
    }

    private void mailboxes() {
        if (registration.given(Setting.OAUTH_MAILBOXES) && !is(ClientMode.APP_ONLY)) {
            refuse(
                    Setting.OAUTH_MAILBOXES,
                    "is given although " + key(Setting.OAUTH_MODE) + " is not app-only",
                    "Leave it out: in the other modes each mailbox is connected by its owner.");
        }
    }

    private String key(Setting setting) {
        return registration.key(setting);
    }

    private void refuse(Setting setting, String problem, String remedy) {
        problems.add(new SettingProblem(key(setting), problem, remedy));
    }
}
