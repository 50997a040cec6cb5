package org.mailcaravan.app;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.oauth.ClientAuthentication;
import org.mailcaravan.oauth.ClientCertificate;
import org.mailcaravan.oauth.ClientMode;
import org.mailcaravan.oauth.ClientSecret;
import org.mailcaravan.oauth.ClientSecretFile;
import org.mailcaravan.oauth.FederatedCredential;
import org.mailcaravan.oauth.MailboxName;
import org.mailcaravan.oauth.ProofSource;
import org.mailcaravan.oauth.PublicClient;

/** The settings of one app registration; see {@link Setting#ofRegistration()}. Immutable. */
public final class RegistrationSettings {
    /** What a registration can prove itself with; the words of {@code oauth.client-authentication}. */
    enum Proof {
        SECRET("secret", EnumSet.of(Setting.OAUTH_CLIENT_SECRET)),
        CERTIFICATE("certificate", EnumSet.of(Setting.OAUTH_CLIENT_CERTIFICATE_FILE, Setting.OAUTH_CLIENT_KEY)),
        FEDERATED("federated", EnumSet.of(Setting.OAUTH_FEDERATED_TOKEN_FILE));

        private final String word;
        private final Set<Setting> settings;

        Proof(String word, Set<Setting> settings) {
            this.word = word;
            this.settings = settings;
        }

        String word() {
            return word;
        }

        /** What must be given for it. */
        Set<Setting> settings() {
            return settings;
        }
    }

    private final String name;
    private final Map<Setting, Object> values;
    private final Set<Setting> given;
    private final Map<Setting, Path> files;

    /**
     * @param values each of its type; what was refused is left out
     * @param given what was given for this registration, refused or not
     * @param files where secrets stand that were given as files
     */
    RegistrationSettings(String name, Map<Setting, Object> values, Set<Setting> given, Map<Setting, Path> files) {
        this.name = name;
        this.values = new EnumMap<>(values);
        this.given = Set.copyOf(given);
        this.files = Map.copyOf(files);
    }

    /** {@code default} for the first. */
    public String name() {
        return name;
    }

    public ClientMode mode() {
        return ClientMode.of(this.<String>get(Setting.OAUTH_MODE)).orElseThrow();
    }

    /** A GUID, a domain or an alias, lower case. */
    public String tenant() {
        return get(Setting.OAUTH_TENANT);
    }

    /** A GUID, lower case. */
    public String clientId() {
        return get(Setting.OAUTH_CLIENT_ID);
    }

    /** The sign-in service; if it is not Entra ID, scheme and host of {@link #metadataUrl()}. */
    public URI authority() {
        return metadataUrl()
                .map(address -> URI.create(address.getScheme() + "://" + address.getRawAuthority()))
                .orElseGet(() -> get(Setting.OAUTH_AUTHORITY));
    }

    /** Where a sign-in service that is not Entra ID describes itself. */
    public Optional<URI> metadataUrl() {
        return find(Setting.OAUTH_METADATA_URL);
    }

    /** Empty: those of {@link #tenant()}, which is no alias then. */
    public Set<TenantId> allowedTenants() {
        return this.<Set<TenantId>>find(Setting.OAUTH_ALLOWED_TENANTS).orElse(Set.of());
    }

    /** The values of {@code mailServerId} that mean this one, besides its name. */
    public Set<String> mailServerIds() {
        return this.<Set<String>>find(Setting.OAUTH_MAIL_SERVER_IDS).orElse(Set.of());
    }

    /** The mailboxes that it reads as itself. */
    public Set<MailboxName> mailboxes() {
        return this.<Set<MailboxName>>find(Setting.OAUTH_MAILBOXES).orElse(Set.of());
    }

    /** How it proves to be itself; nothing is read before it is used. */
    public ClientAuthentication authentication(Clock clock) {
        if (mode() == ClientMode.DEVICE) {
            return new PublicClient();
        }
        if (has(Proof.CERTIFICATE)) {
            return certificate(clock);
        }
        return has(Proof.FEDERATED)
                ? new FederatedCredential(
                        ProofSource.file(
                                key(Setting.OAUTH_FEDERATED_TOKEN_FILE), get(Setting.OAUTH_FEDERATED_TOKEN_FILE)),
                        get(Setting.OAUTH_FEDERATED_AUDIENCE),
                        clock)
                : secret();
    }

    ClientCertificate certificate(Clock clock) {
        return new ClientCertificate(
                ProofSource.file(
                        key(Setting.OAUTH_CLIENT_CERTIFICATE_FILE), get(Setting.OAUTH_CLIENT_CERTIFICATE_FILE)),
                source(Setting.OAUTH_CLIENT_KEY),
                clock);
    }

    private ClientAuthentication secret() {
        ClientAuthentication secret = files.containsKey(Setting.OAUTH_CLIENT_SECRET)
                ? new ClientSecretFile(source(Setting.OAUTH_CLIENT_SECRET))
                : new ClientSecret(get(Setting.OAUTH_CLIENT_SECRET));
        return this.<LocalDate>find(Setting.OAUTH_CLIENT_SECRET_EXPIRES)
                .map(day -> secret.endingAt(day.atStartOfDay().toInstant(ZoneOffset.UTC)))
                .orElse(secret);
    }

    private ProofSource source(Setting secret) {
        return fromFile(secret)
                .map(file -> ProofSource.file(key(secret) + "-file", file))
                .orElseGet(() -> ProofSource.text(key(secret), this.<Secret>get(secret)));
    }

    boolean has(Proof proof) {
        return proof.settings().stream().anyMatch(given::contains);
    }

    boolean given(Setting setting) {
        return given.contains(setting);
    }

    /** The file a secret was read from. */
    Optional<Path> fromFile(Setting secret) {
        return Optional.ofNullable(files.get(secret));
    }

    /** The setting's name for this registration. */
    String key(Setting setting) {
        return setting.keyOf(name);
    }

    @SuppressWarnings("unchecked")
    <T> Optional<T> find(Setting setting) {
        return Optional.ofNullable((T) values.get(setting));
    }

    @SuppressWarnings("unchecked")
    private <T> T get(Setting setting) {
        return (T) Objects.requireNonNull(values.get(setting), () -> key(setting));
    }

    /** Prints the name only: there is a secret among the values. */
    @Override
    public String toString() {
        return "RegistrationSettings[" + name + "]";
    }
}
