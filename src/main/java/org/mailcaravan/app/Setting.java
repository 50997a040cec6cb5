package org.mailcaravan.app;

import static org.mailcaravan.app.SettingTypes.duration;
import static org.mailcaravan.app.SettingTypes.number;
import static org.mailcaravan.app.SettingTypes.words;

import java.util.Locale;
import java.util.Optional;

/** Every setting there is: the one list that loading, checking and {@code docs/settings.md} go by. */
public enum Setting {
    CLOUD(
            "cloud",
            words("global", "gcc-high", "dod", "china"),
            "global",
            "Microsoft's cloud: decides the defaults of `oauth.authority`, `oauth.federated-audience`, `graph.root`,"
                    + " `graph.resource`, `ews.url`, `ews.resource` and `ews.autodiscover-hosts`. The EWS host of `dod` is not documented by Microsoft:"
                    + " compare it with yours."),
    OAUTH_TENANT(
            "oauth.tenant",
            SettingTypes.TENANT,
            Need.REQUIRED,
            "",
            "Whose sign-in page is shown: the Directory (tenant) ID from the app registration's overview."),
    OAUTH_CLIENT_ID(
            "oauth.client-id",
            SettingTypes.GUID,
            Need.REQUIRED,
            "",
            "The Application (client) ID from the app registration's overview."),
    OAUTH_MODE(
            "oauth.mode",
            words("delegated", "app-only", "device"),
            "delegated",
            "For whom the app registration asks: people in a browser, itself (an administrator consented), or people on another"
                    + " device. One registration serves one mode."),
    OAUTH_CLIENT_SECRET(
            "oauth.client-secret",
            SettingTypes.SECRET,
            "",
            "The client secret: the column Value under Certificates & secrets, shown once when it is made. Not the Secret ID. The"
                    + " file is read before each use; it may hold two secrets on two lines while one takes the place of the"
                    + " other."),
    OAUTH_CLIENT_SECRET_EXPIRES(
            "oauth.client-secret-expires",
            SettingTypes.DATE,
            "",
            "When the client secret ends, from the column Expires: warnings come 30, 14, 7 and 1 days before."),
    OAUTH_CLIENT_CERTIFICATE_FILE(
            "oauth.client-certificate-file",
            SettingTypes.PATH,
            "",
            "Instead of a secret, and better: the certificate in PEM, as uploaded under Certificates & secrets. Read before each"
                    + " use; may hold two certificates while one takes the place of the other."),
    OAUTH_CLIENT_KEY(
            "oauth.client-key",
            SettingTypes.SECRET,
            "",
            "The certificate's private RSA key in PEM (PKCS#8, no password). A file is for its owner only; it may be that of the"
                    + " certificate."),
    OAUTH_FEDERATED_TOKEN_FILE(
            "oauth.federated-token-file",
            SettingTypes.PATH,
            "",
            "Instead of a secret: the file with a token that another issuer writes, for example Kubernetes (workload identity)."
                    + " Read before each use."),
    OAUTH_FEDERATED_AUDIENCE(
            "oauth.federated-audience",
            SettingTypes.TEXT,
            "api://AzureADTokenExchange",
            "The audience that token must have."),
    OAUTH_CLIENT_AUTHENTICATION(
            "oauth.client-authentication",
            words("secret", "certificate", "federated"),
            "",
            "What the app registration proves itself with; needed only for `federated` without a file: then the environment"
                    + " variable `AZURE_FEDERATED_TOKEN_FILE` names it."),
    OAUTH_ALLOWED_TENANTS(
            "oauth.allowed-tenants",
            SettingTypes.TENANT_IDS,
            "",
            "Whose accounts may connect. If not given, those of `oauth.tenant`; needed if that is `organizations`, `common` or"
                    + " `consumers`."),
    OAUTH_MAIL_SERVER_IDS(
            "oauth.mail-server-ids",
            SettingTypes.MAIL_SERVER_IDS,
            "",
            "The values of `mailServerId` that mean this app registration, besides its name."),
    OAUTH_MAILBOXES(
            "oauth.mailboxes",
            SettingTypes.MAILBOXES,
            "",
            "The mailboxes that an app registration of mode `app-only` reads."),
    OAUTH_CAE(
            "oauth.cae",
            SettingTypes.BOOLEAN,
            "false",
            "Whether to say that we answer claims challenges (Continuous Access Evaluation): tokens live longer, and Microsoft may end"
                    + " them at once."),
    OAUTH_AUTHORITY("oauth.authority", WebTypes.ENDPOINT, "https://login.microsoftonline.com", "The sign-in service."),
    OAUTH_METADATA_URL(
            "oauth.metadata-url",
            WebTypes.ENDPOINT,
            "",
            "Instead of `oauth.authority`, for a sign-in service that is not Entra ID: where it describes itself; ends with"
                    + " `/.well-known/openid-configuration`. Its ID tokens must have the claims `tid` and `oid`."),
    OAUTH_REGISTRATIONS(
            "oauth.registrations", SettingTypes.REGISTRATIONS, "", "Names of further app registrations; see below."),
    OAUTH_CALLBACK_PATH(
            "oauth.callback-path",
            WebTypes.CALLBACK_PATH,
            "/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode",
            "Where the sign-in service sends people back to. With `public.base-url` it must equal a redirect URI of the app"
                    + " registration, upper and lower case included."),
    PUBLIC_BASE_URL(
            "public.base-url",
            WebTypes.BASE_URL,
            "",
            "Where browsers reach us, through all proxies. If not given, `http://localhost:` and `server.port`."),
    CREDENTIAL_KEY_RING_FILE(
            "credential.key-ring-file",
            SettingTypes.PATH,
            "",
            "The file with the keys that credentials are encrypted with; only its owner may read it. This or"
                    + " `credential.key-ring` is required. Keep a backup: without it every mailbox must be connected again."),
    CREDENTIAL_KEY_RING(
            "credential.key-ring",
            SettingTypes.SECRET,
            "",
            "The content of such a file, for platforms that hand secrets over in environment variables."),
    SERVER_HOST(
            "server.host",
            WebTypes.HOST,
            "127.0.0.1",
            "The address to listen on for browsers; `0.0.0.0` for every address."),
    SERVER_PORT("server.port", WebTypes.PORT, "8080", "The port to listen on for browsers."),
    SERVER_MAX_BODY_SIZE(
            "server.max-body-size",
            SettingTypes.SIZE,
            "1MB",
            "The largest body of a request that is read; larger ones are refused with 413."),
    MANAGEMENT_HOST(
            "management.host",
            WebTypes.HOST,
            "127.0.0.1",
            "The address to listen on for health checks and the console."),
    MANAGEMENT_PORT(
            "management.port",
            WebTypes.PORT,
            "8090",
            "The port to listen on for health checks, for the console and, from this machine only, for commands."),
    MANAGEMENT_TOKEN_FILE(
            "management.token-file",
            SettingTypes.PATH,
            "./data/management.token",
            "Where the running process leaves the token that commands show it; only its owner may read it. Each replica needs its"
                    + " own file."),
    CONSOLE_BASE_URL(
            "console.base-url",
            WebTypes.CONSOLE_URL,
            "",
            "Where browsers reach the console, through all proxies; it answers to this name and to names of this machine only. If"
                    + " not given, `http://localhost:` and `management.port`."),
    CONSOLE_USERS_FILE(
            "console.users-file",
            SettingTypes.PATH,
            "./data/console-users.properties",
            "Who may log in to the console: names and password hashes, made by the command `console add-user`; only its owner may"
                    + " read it. Without this file nobody can log in. It is followed, so changes need no restart."),
    CONNECT_OPEN(
            "connect.open",
            SettingTypes.BOOLEAN,
            "false",
            "Whether anyone of the allowed tenants may connect their own mailbox on the page `/connect`."),
    CONNECT_API_TOKEN(
            "connect.api-token",
            SettingTypes.SECRET,
            "",
            "What a caller must show to get a ticket for a mailbox owner, 16 characters at least. If not given, tickets are off."),
    MAIL_PROTOCOL(
            "mail.protocol",
            words("auto", "graph", "ews"),
            "auto",
            "How a newly connected mailbox is read; `auto`: by Graph if `Mail.Read` was granted, else by EWS."),
    MAIL_FOLDERS(
            "mail.folders",
            SettingTypes.FOLDERS,
            "inbox",
            "The folders a newly connected mailbox is read from. By Graph: well-known names (`inbox`), paths of display names (`inbox/Projects/2026`), trees"
                    + " (`inbox/**`), ids, or `*` for all but drafts, outbox, junk and deleted mail; by EWS the same, except for search folders."),
    MAIL_START(
            "mail.start",
            words("now", "all"),
            "now",
            "What a newly connected mailbox delivers: mail from now on, or all it holds."),
    MAIL_POST_ACTIONS(
            "mail.post-actions",
            words("off", "on"),
            "off",
            "Whether routes may change mail in the mailbox once it is delivered: mark, move, delete (`mail-delivery:settled`). `on` asks"
                    + " for `Mail.ReadWrite` instead of `Mail.Read`; mailboxes that were connected before must be connected"
                    + " again."),
    MAIL_POLL_INTERVAL(
            "mail.poll-interval",
            duration("1s", "1d"),
            "60s",
            "How long to wait between two looks into a mailbox that had new mail lately."),
    MAIL_POLL_INTERVAL_IDLE(
            "mail.poll-interval-idle",
            duration("1s", "1d"),
            "5m",
            "The longest time between two looks into a mailbox whose changes are not announced: the longer it is quiet, the less"
                    + " often it is looked into. Never shorter than `mail.poll-interval`."),
    MAIL_POLL_INTERVAL_NOTIFIED(
            "mail.poll-interval-notified",
            duration("1s", "1d"),
            "15m",
            "The same for a mailbox whose changes are announced: an announcement may be lost."),
    MAIL_NOTIFICATIONS(
            "mail.notifications",
            words("on", "off"),
            "on",
            "Whether Microsoft Graph is asked to announce changes, which makes mail arrive within seconds. Needs a `public.base-url`"
                    + " that Microsoft can reach; without it mailboxes are polled."),
    MAIL_NOTIFICATIONS_PATH(
            "mail.notifications-path",
            WebTypes.CALLBACK_PATH,
            "/graph/notifications",
            "Where Graph sends change notifications, below `public.base-url`. One that nobody guesses keeps strangers away:"
                    + " `/graph/notifications-` and some random letters."),
    MAIL_CONTENT(
            "mail.content",
            words("mime", "json", "both"),
            "mime",
            "What of a message is read by Graph: its raw MIME, the message as JSON with body and attachments (far fewer requests), or both. By EWS it is always MIME."),
    MAIL_RECONCILE_INTERVAL(
            "mail.reconcile-interval",
            duration("1m", "7d"),
            "1d",
            "How often, at least, the ids in each folder are compared with the ledger: this finds what the changes miss, and costs a request per 1,000 messages."),
    MAIL_PAGE_SIZE("mail.page-size", number(1, 1000), "100", "How many messages to list in one request."),
    GRAPH_ROOT(
            "graph.root", WebTypes.ENDPOINT, "https://graph.microsoft.com/v1.0", "Microsoft Graph with its version."),
    GRAPH_RESOURCE("graph.resource", WebTypes.ENDPOINT, "https://graph.microsoft.com", "Graph's name in scopes."),
    EWS_URL(
            "ews.url",
            WebTypes.ENDPOINT,
            "https://outlook.office365.com/EWS/Exchange.asmx",
            "Exchange Web Services, of Exchange Online or of an Exchange server that takes tokens of Entra ID (hybrid modern"
                    + " authentication)."),
    EWS_RESOURCE(
            "ews.resource",
            WebTypes.ENDPOINT,
            "https://outlook.office365.com",
            "Exchange's name in scopes. With the `ews.url` of a server of your own: by default `https://` and its host, as"
                    + " hybrid modern authentication registers it."),
    EWS_STREAMING(
            "ews.streaming",
            SettingTypes.BOOLEAN,
            "true",
            "Whether mailboxes read through EWS are subscribed to streaming notifications, so that mail arrives within seconds; it needs no address that can be"
                    + " reached from outside. `false`: they are polled."),
    EWS_RETIRES_ON(
            "ews.retires-on",
            SettingTypes.DATE_OR_NEVER,
            "2027-04-01",
            "When EWS ends there for good: Microsoft's date for Exchange Online. With the `ews.url` of a server of your own:"
                    + " by default `never`."),
    EWS_AUTODISCOVER(
            "ews.autodiscover",
            WebTypes.ENDPOINT_OR_OFF,
            "off",
            "The server that is asked where the EWS of each mailbox is (Autodiscover v2), for example"
                    + " `https://outlook.office365.com`; `off`: at `ews.url`. Tokens are for `ews.resource` all the same."),
    EWS_AUTODISCOVER_HOSTS(
            "ews.autodiscover-hosts",
            WebTypes.HOSTS,
            "outlook.office365.com",
            "The hosts that Autodiscover may name or redirect to, beside the one that is asked and that of `ews.url`: access"
                    + " tokens go there."),
    CUTOVER_AUTOMATIC(
            "cutover.automatic",
            words("on", "off"),
            "on",
            "Whether a mailbox whose EWS was found blocked is moved to Graph without being asked, if Graph lets it be read with all its"
                    + " folders. See docs/ews-to-graph.md."),
    DATABASE_URL(
            "database.url",
            SettingTypes.TEXT,
            "jdbc:h2:file:./data/mailcaravan;WRITE_DELAY=0",
            "An H2 file (with `WRITE_DELAY=0`: without it a crash loses mail) or `jdbc:postgresql://host:5432/database`."),
    DATABASE_USER("database.user", SettingTypes.TEXT, "", "The database user."),
    DATABASE_PASSWORD("database.password", SettingTypes.SECRET, "", "The database user's password."),
    CONTENT_DIRECTORY(
            "content.directory",
            SettingTypes.PATH,
            "./data/content",
            "Where messages wait until they are delivered; for replicas a place they share."),
    CONTENT_MIN_FREE_SPACE(
            "content.min-free-space",
            SettingTypes.SIZE,
            "1GB",
            "Reading mail pauses when less than this is free there."),
    DELIVERY_RETRY_FOR(
            "delivery.retry-for", duration("1m", "365d"), "7d", "How long a delivery is tried before it is parked."),
    SINK_FILES_DIRECTORY("sink.files.directory", SettingTypes.PATH, "./inbox", "Where the file sink writes messages."),
    ROUTES_DIRECTORY(
            "routes.directory",
            SettingTypes.PATH,
            "",
            "More routes (`*.camel.yaml`); a file of the same name replaces a bundled one."),
    HTTP_CONNECT_TIMEOUT(
            "http.connect-timeout", duration("100ms", "5m"), "10s", "How long to wait for a connection to Microsoft."),
    HTTP_ANSWER_TIMEOUT(
            "http.answer-timeout", duration("1s", "1h"), "120s", "How long to wait for an answer from Microsoft.");

    /** The name of the app registration that is configured without a name. */
    static final String FIRST = "default";

    private static final String OAUTH = "oauth.";

    private enum Need {
        REQUIRED,
        OPTIONAL
    }

    private final String key;
    private final SettingType type;
    private final Need need;
    private final String defaultText;
    private final String description;

    Setting(String key, SettingType type, String defaultText, String description) {
        this(key, type, Need.OPTIONAL, defaultText, description);
    }

    Setting(String key, SettingType type, Need need, String defaultText, String description) {
        this.key = key;
        this.type = type;
        this.need = need;
        this.defaultText = defaultText;
        this.description = description;
    }

    /** The name in files and on the command line, for example {@code server.port}. */
    public String key() {
        return key;
    }

    public Optional<String> defaultText() {
        return defaultText.isEmpty() ? Optional.empty() : Optional.of(defaultText);
    }

    /** Whether each app registration has it: {@code oauth.tenant} of the first, {@code oauth.partner.tenant} of the one named partner. */
    boolean ofRegistration() {
        return key.startsWith(OAUTH) && this != OAUTH_CALLBACK_PATH && this != OAUTH_CAE && this != OAUTH_REGISTRATIONS;
    }

    /** Its name for an app registration. */
    String keyOf(String registration) {
        return registration.equals(FIRST) ? key : OAUTH + registration + "." + key.substring(OAUTH.length());
    }

    /** What it is for; Markdown. */
    public String description() {
        return description;
    }

    public boolean secret() {
        return type.secret();
    }

    public boolean required() {
        return need == Need.REQUIRED;
    }

    /** The environment variable, for example {@code MAILCARAVAN_SERVER_PORT}. */
    public String variable() {
        return variable(key);
    }

    /** The setting that names a file with this secret, if there may be one: every secret but the key ring, which has a file of its own kind. */
    Optional<String> fileKey() {
        return secret() && this != CREDENTIAL_KEY_RING ? Optional.of(key + "-file") : Optional.empty();
    }

    SettingType type() {
        return type;
    }

    static String variable(String key) {
        return "MAILCARAVAN_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
