package org.mailcaravan.app;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mailcaravan.app.SettingType.Refused;
import org.mailcaravan.app.SettingsReader.Given;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.ingest.Polling;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.management.ManagementClient;

/** The settings of this process, checked. Immutable. What each means is said by {@link Setting}; directories are not made here. */
public final class Settings {
    private static final String NOT_YET = "00000000-0000-0000-0000-000000000000";

    private final Map<Setting, Object> values;
    private final List<RegistrationSettings> registrations;
    private final Map<String, String> placeholders;

    private Settings(
            Map<Setting, Object> values, List<RegistrationSettings> registrations, Map<String, String> placeholders) {
        this.values = values;
        this.registrations = registrations;
        this.placeholders = Map.copyOf(placeholders);
    }

    /** @throws SettingsException with every problem there is */
    public static Settings load(SettingsSources sources) {
        List<SettingProblem> problems = new ArrayList<>();
        SettingsReader reader = new SettingsReader(problems);
        Map<String, Given> given = reader.read(sources);
        refuseSwapped(given, reader.names(), problems);
        Settings settings = parse(given, reader.names(), problems);
        new SettingsChecks(settings.values, settings.registrations, problems).run();
        if (!problems.isEmpty()) {
            throw new SettingsException(problems.stream().distinct().toList());
        }
        return settings;
    }

    /**
     * How to reach the running process, for commands: whoever calls one may well not be able to read the process's secrets, so nothing else is looked at.
     *
     * @throws SettingsException with what is wrong about {@code management.*} or the settings file
     * @throws org.mailcaravan.management.ManagementException if the process answers to no command with these settings
     */
    static ManagementClient management(SettingsSources sources) {
        List<SettingProblem> problems = new ArrayList<>();
        SettingsReader reader = new SettingsReader(problems);
        Settings settings = parse(reader.read(sources), reader.names(), problems);
        problems.removeIf(problem ->
                !problem.name().startsWith("management.") && !problem.name().startsWith("the settings file"));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems.stream().distinct().toList());
        }
        return settings.management();
    }

    /**
     * As far as an app registration depends on them: there need be no client id, secret and keys yet.
     *
     * @throws SettingsException with what is wrong about those that matter
     */
    static Settings forRegistration(SettingsSources sources) {
        Map<String, String> presets = Map.of(
                Setting.OAUTH_TENANT.key(), NOT_YET,
                Setting.OAUTH_CLIENT_ID.key(), NOT_YET,
                Setting.OAUTH_CLIENT_SECRET.key(), "not-made-yet");
        List<SettingProblem> problems = new ArrayList<>();
        SettingsReader reader = new SettingsReader(problems);
        Settings settings = parse(reader.read(sources.withPresets(presets)), reader.names(), problems);
        new SettingsChecks(settings.values, settings.registrations, problems).run();
        problems.removeIf(problem -> !problem.name().matches("(oauth|public|mail)\\..*|the settings file.*")
                || problem.name().startsWith(Setting.OAUTH_CLIENT_SECRET.key())
                || problem.name().equals(Setting.OAUTH_TENANT.key())
                        && Optional.of(NOT_YET).equals(settings.find(Setting.OAUTH_TENANT)));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems.stream().distinct().toList());
        }
        return settings;
    }

    /** @throws org.mailcaravan.management.ManagementException if the process answers to no command with these settings */
    ManagementClient management() {
        return ManagementClient.of(managementHost(), managementPort(), managementTokenFile());
    }

    /** What routes may use as {@code {{name}}}: every setting that is given or has a default, and names of their own; never a secret. */
    public Map<String, String> placeholders() {
        return placeholders;
    }

    public String serverHost() {
        return get(Setting.SERVER_HOST);
    }

    public int serverPort() {
        return this.<Integer>get(Setting.SERVER_PORT);
    }

    public String managementHost() {
        return get(Setting.MANAGEMENT_HOST);
    }

    public int managementPort() {
        return this.<Integer>get(Setting.MANAGEMENT_PORT);
    }

    public Path managementTokenFile() {
        return get(Setting.MANAGEMENT_TOKEN_FILE);
    }

    /** Scheme, host and port at most. */
    public URI consoleBaseUrl() {
        return get(Setting.CONSOLE_BASE_URL);
    }

    /** Need not exist. */
    public Path consoleUsersFile() {
        return get(Setting.CONSOLE_USERS_FILE);
    }

    /** Without a slash at the end. */
    public URI publicBaseUrl() {
        return get(Setting.PUBLIC_BASE_URL);
    }

    public String callbackPath() {
        return get(Setting.OAUTH_CALLBACK_PATH);
    }

    /** What must be registered at Entra ID: public base URL and callback path. */
    public URI redirectUri() {
        return WebTypes.redirectUri(publicBaseUrl(), callbackPath());
    }

    /** The app registrations, the first one first. */
    public List<RegistrationSettings> registrations() {
        return registrations;
    }

    /** That of the first app registration, as everything down to the client id. */
    public URI authority() {
        return registrations.get(0).authority();
    }

    /** A GUID, a domain or an alias, lower case. */
    public String tenant() {
        return registrations.get(0).tenant();
    }

    /** A GUID, lower case. */
    public String clientId() {
        return registrations.get(0).clientId();
    }

    /** Empty: those of {@link #tenant()}, which is no alias then. */
    public Set<TenantId> allowedTenants() {
        return registrations.get(0).allowedTenants();
    }

    public boolean cae() {
        return this.<Boolean>get(Setting.OAUTH_CAE);
    }

    public boolean connectOpen() {
        return this.<Boolean>get(Setting.CONNECT_OPEN);
    }

    public Optional<Secret> connectApiToken() {
        return find(Setting.CONNECT_API_TOKEN);
    }

    public URI graphRoot() {
        return get(Setting.GRAPH_ROOT);
    }

    public URI graphResource() {
        return get(Setting.GRAPH_RESOURCE);
    }

    public URI ewsUrl() {
        return get(Setting.EWS_URL);
    }

    public URI ewsResource() {
        return get(Setting.EWS_RESOURCE);
    }

    /** Who is asked where the EWS of a mailbox is; empty: nobody. */
    public Optional<URI> ewsAutodiscover() {
        return get(Setting.EWS_AUTODISCOVER);
    }

    public List<String> ewsAutodiscoverHosts() {
        return get(Setting.EWS_AUTODISCOVER_HOSTS);
    }

    public boolean ewsStreaming() {
        return this.<Boolean>get(Setting.EWS_STREAMING);
    }

    /** When EWS ends for good; empty: never. */
    public Optional<LocalDate> ewsRetiresOn() {
        return get(Setting.EWS_RETIRES_ON);
    }

    /** Whether a mailbox whose EWS was found blocked is moved to Graph without being asked. */
    public boolean automaticCutover() {
        return get(Setting.CUTOVER_AUTOMATIC).equals("on");
    }

    /** Empty: what was granted decides. */
    public Optional<Protocol> mailProtocol() {
        String word = get(Setting.MAIL_PROTOCOL);
        return word.equals("auto") ? Optional.empty() : Optional.of(Protocol.of(word));
    }

    public List<String> mailFolders() {
        return get(Setting.MAIL_FOLDERS);
    }

    /** Whether a newly connected mailbox delivers the mail it already holds. */
    public boolean deliversOldMail() {
        return get(Setting.MAIL_START).equals("all");
    }

    /** Whether routes may change mail in the mailbox. */
    public boolean postActions() {
        return get(Setting.MAIL_POST_ACTIONS).equals("on");
    }

    public Polling polling() {
        return new Polling(
                get(Setting.MAIL_POLL_INTERVAL),
                get(Setting.MAIL_POLL_INTERVAL_IDLE),
                get(Setting.MAIL_POLL_INTERVAL_NOTIFIED));
    }

    /** Where Graph sends change notifications; empty: it is not asked to. On this machine it can do so only if it is the sandbox. */
    public Optional<URI> notificationUrl() {
        boolean reachable = publicBaseUrl().getScheme().equals("https")
                || WebTypes.isLoopback(publicBaseUrl()) && WebTypes.isLoopback(graphRoot());
        return get(Setting.MAIL_NOTIFICATIONS).equals("on") && reachable
                ? Optional.of(URI.create(publicBaseUrl() + this.<String>get(Setting.MAIL_NOTIFICATIONS_PATH)))
                : Optional.empty();
    }

    public long maxBodyBytes() {
        return this.<Long>get(Setting.SERVER_MAX_BODY_SIZE);
    }

    /** {@code mime}, {@code json} or {@code both}. */
    public String mailContent() {
        return get(Setting.MAIL_CONTENT);
    }

    public Duration reconcileInterval() {
        return get(Setting.MAIL_RECONCILE_INTERVAL);
    }

    public int pageSize() {
        return this.<Integer>get(Setting.MAIL_PAGE_SIZE);
    }

    public String databaseUrl() {
        return get(Setting.DATABASE_URL);
    }

    public Optional<String> databaseUser() {
        return find(Setting.DATABASE_USER);
    }

    public Optional<Secret> databasePassword() {
        return find(Setting.DATABASE_PASSWORD);
    }

    /**
     * Reads the key ring from its file or from the setting itself.
     *
     * @throws org.mailcaravan.credential.KeyRingException if it became unreadable since the settings were loaded
     */
    public KeyRing keyRing() {
        return this.<Path>find(Setting.CREDENTIAL_KEY_RING_FILE)
                .map(KeyRing::read)
                .orElseGet(() -> KeyRing.parse(Setting.CREDENTIAL_KEY_RING.key(), get(Setting.CREDENTIAL_KEY_RING)));
    }

    public Path contentDirectory() {
        return get(Setting.CONTENT_DIRECTORY);
    }

    public long contentMinFreeSpaceBytes() {
        return this.<Long>get(Setting.CONTENT_MIN_FREE_SPACE);
    }

    public Duration deliveryRetryFor() {
        return get(Setting.DELIVERY_RETRY_FOR);
    }

    public Optional<Path> routesDirectory() {
        return find(Setting.ROUTES_DIRECTORY);
    }

    public Duration connectTimeout() {
        return get(Setting.HTTP_CONNECT_TIMEOUT);
    }

    public Duration answerTimeout() {
        return get(Setting.HTTP_ANSWER_TIMEOUT);
    }

    /** Prints what routes may see: no secret. */
    @Override
    public String toString() {
        return "Settings" + new TreeMap<>(placeholders);
    }

    private static void refuseSwapped(Map<String, Given> given, SettingNames names, List<SettingProblem> problems) {
        Stream.concat(Stream.of(Setting.FIRST), names.registrations().stream()).forEach(name -> {
            String id = Setting.OAUTH_CLIENT_ID.keyOf(name);
            String secret = Setting.OAUTH_CLIENT_SECRET.keyOf(name);
            if (RegistrationChecks.swapped(text(given, id), text(given, secret))) {
                problems.add(new SettingProblem(
                        id + " and " + secret,
                        "look swapped: the secret is a GUID and the id is none",
                        "Exchange them."));
                given.put(id, new Given("", ""));
                given.put(secret, new Given("", ""));
            }
        });
    }

    private static Optional<String> text(Map<String, Given> given, String key) {
        return Optional.ofNullable(given.get(key)).map(Given::text);
    }

    private static Settings parse(Map<String, Given> given, SettingNames names, List<SettingProblem> problems) {
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        Map<String, String> placeholders = new TreeMap<>();
        given.forEach((key, value) -> {
            if (!names.find(key).map(name -> name.setting().secret()).orElse(false)) {
                placeholders.put(key, value.text());
            }
        });
        for (Setting setting : Setting.values()) {
            Given value = given.getOrDefault(setting.key(), new Given(defaultOf(setting, given), ""));
            parse(setting, setting.key(), value, problems).ifPresent(parsed -> {
                values.put(setting, parsed);
                if (!setting.secret()) {
                    placeholders.put(setting.key(), value.text());
                }
            });
            if (setting.required() && !given.containsKey(setting.key())) {
                problems.add(new SettingProblem(setting.key(), "is missing", "Set it: " + setting.description()));
            }
        }
        List<RegistrationSettings> registrations =
                new RegistrationsReader(given, values, problems).read(names.registrations());
        return new Settings(values, registrations, placeholders);
    }

    /** @param key the setting's name, which may be that of a further app registration */
    static Optional<Object> parse(Setting setting, String key, Given value, List<SettingProblem> problems) {
        if (value.text().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(setting.type().parser().apply(value.text()));
        } catch (Refused e) {
            SettingProblem problem = e.of(key);
            problems.add(new SettingProblem(
                    problem.name(), problem.problem() + " (from " + value.origin() + ")", problem.remedy()));
            return Optional.empty();
        }
    }

    private static String defaultOf(Setting setting, Map<String, Given> given) {
        if (setting == Setting.PUBLIC_BASE_URL) {
            return onThisMachine(Setting.SERVER_PORT, given);
        }
        if (setting == Setting.CONSOLE_BASE_URL) {
            return onThisMachine(Setting.MANAGEMENT_PORT, given);
        }
        Optional<URI> server = ownExchange(given);
        if (server.isPresent() && setting == Setting.EWS_RESOURCE) {
            return "https://" + server.get().getHost();
        }
        if (server.isPresent() && setting == Setting.EWS_RETIRES_ON) {
            return "never";
        }
        return text(given, Setting.CLOUD.key())
                .flatMap(Cloud::of)
                .flatMap(cloud -> cloud.preset(setting))
                .orElse(setting.defaultText().orElse(""));
    }

    /** The address of EWS if it is neither Microsoft's nor this machine's, where the sandbox has Microsoft's names. */
    private static Optional<URI> ownExchange(Map<String, Given> given) {
        try {
            return text(given, Setting.EWS_URL.key())
                    .map(URI::create)
                    .filter(url -> url.getHost() != null && !WebTypes.isLoopback(url) && !Cloud.isMicrosofts(url));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // the setting itself is refused
        }
    }

    private static String onThisMachine(Setting port, Map<String, Given> given) {
        return "http://localhost:"
                + text(given, port.key())
                        .filter(number -> number.matches("[0-9]{1,5}"))
                        .orElse(port.defaultText().orElseThrow());
    }

    @SuppressWarnings("unchecked")
    private <T> T get(Setting setting) {
        return (T) Objects.requireNonNull(values.get(setting), setting.key());
    }

    @SuppressWarnings("unchecked")
    private <T> Optional<T> find(Setting setting) {
        return Optional.ofNullable((T) values.get(setting));
    }
}
