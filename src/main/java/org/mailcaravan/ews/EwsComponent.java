package org.mailcaravan.ews;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.component.ReachHealthCheck;
import org.mailcaravan.component.ReadChoice;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.ingest.MailIntake;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.RequestCounter;
import org.mailcaravan.oauth.AccessTokens;

/**
 * The Camel component {@code ews}: mail of the connected mailboxes whose protocol is {@code ews}, in Exchange Online and on Exchange servers. Takes
 * {@link AccessTokens}, {@link HttpGateway}, {@link MailIntake} and {@link MailboxDirectory} from the registry; options hold for all its endpoints, because they
 * share one client and one {@link EwsMailSource}.
 */
@Component(EwsComponent.SCHEME)
public final class EwsComponent extends HealthCheckComponent {
    static final String SCHEME = "ews";
    private static final String OFF = "off";
    private static final String EXCHANGE_ONLINE = "outlook.office365.com";

    @Metadata(
            defaultValue = EwsMailSource.DEFAULT_URL,
            description =
                    "Address of Exchange Web Services, the only place access tokens are sent to, unless autodiscover finds"
                            + " another one for a mailbox. Must be https, plain http on loopback only.")
    private String ewsUrl = EwsMailSource.DEFAULT_URL;

    @Metadata(
            defaultValue = OFF,
            description = "The server that is asked by Autodiscover v2 where the EWS of each mailbox is, for example"
                    + " https://outlook.office365.com; off: it is at ewsUrl for all.")
    private String autodiscover = OFF;

    @Metadata(
            defaultValue = EXCHANGE_ONLINE,
            description =
                    "The hosts that Autodiscover may name or redirect to, comma separated, with their port unless it is 443, beside"
                            + " the one that is asked and that of ewsUrl: access tokens go there.")
    private String autodiscoverHosts = EXCHANGE_ONLINE;

    @Metadata(
            defaultValue = "90000",
            javaType = "java.time.Duration",
            description =
                    "Total deadline of a request, the body included. A download gets one second more per 512 KB that were listed")
    private long answerTimeout = 90_000;

    @Metadata(
            label = "producer",
            defaultValue = "5m",
            javaType = "java.time.Duration",
            description =
                    "How long the download of one message or attachment by a producer may take from connecting to its last byte.")
    private Duration contentTimeout = Duration.ofMinutes(5);

    @Metadata(label = "security", autowired = true, description = "Gives the access tokens. Found in the registry.")
    private @Nullable AccessTokens accessTokens;

    @Metadata(label = "advanced", autowired = true, description = "The HTTP client. Found in the registry.")
    private @Nullable HttpGateway httpGateway;

    @Metadata(
            label = "consumer,advanced",
            autowired = true,
            description = "Where consumers register. Found in the registry.")
    private @Nullable MailIntake mailIntake;

    @Metadata(autowired = true, label = "producer", description = "Finds the mailbox that a producer works for.")
    private @Nullable MailboxDirectory mailboxDirectory;

    @Metadata(label = "advanced", autowired = true, description = "The clock; the system's by default.")
    private Clock clock = Clock.systemUTC();

    private @Nullable EwsClient client;
    private @Nullable EwsMailSource mailSource;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        String[] parts = remaining.split("/", -1);
        if (parts.length != 2 || parts[1].isBlank()) {
            throw new IllegalArgumentException(
                    uri + ": expected " + SCHEME + ":operation/mailbox, for example " + SCHEME + ":messages/*");
        }
        EwsEndpoint endpoint = new EwsEndpoint(uri, this);
        endpoint.setOperation(operation(parts[0]));
        endpoint.setMailbox(parts[1]);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    private static EwsOperation operation(String name) {
        return Arrays.stream(EwsOperation.values())
                .filter(operation -> operation.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no operation " + name + "; there are " + Arrays.toString(EwsOperation.values())));
    }

    /**
     * The source behind the consumers; the same at each call, made from the options as they are at the first.
     *
     * @throws IllegalArgumentException if an option cannot work, or if there is no token source or HTTP client; the message names the remedy
     */
    public synchronized EwsMailSource mailSource() {
        EwsMailSource source = mailSource;
        if (source == null) {
            source = new EwsMailSource(client(), Duration.ofMillis(answerTimeout), clock);
            mailSource = source;
        }
        return source;
    }

    private synchronized EwsClient client() {
        EwsClient made = client;
        if (made == null) {
            AccessTokens tokens = require(accessTokens, "accessTokens", AccessTokens.class);
            HttpGateway http = require(httpGateway, "httpGateway", HttpGateway.class);
            made = new EwsClient(addresses(http), tokens, http, clock, counter());
            client = made;
        }
        return made;
    }

    /** If the registry holds one, it learns what mailboxes cost. */
    private RequestCounter counter() {
        RequestCounter counter = getCamelContext().getRegistry().findSingleByType(RequestCounter.class);
        return counter == null ? RequestCounter.NONE : counter;
    }

    private EwsAddresses addresses(HttpGateway http) {
        URI url = EwsAddresses.checked(address("ewsUrl", ewsUrl), "ewsUrl");
        return autodiscover.equals(OFF)
                ? EwsAddresses.always(url)
                : new Autodiscover(address("autodiscover", autodiscover), hosts(url), http, clock);
    }

    private Set<String> hosts(URI url) {
        Set<String> hosts = new TreeSet<>();
        ReadChoice.split(autodiscoverHosts).forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
        hosts.add(Autodiscover.site(url));
        return hosts;
    }

    private static URI address(String option, String value) {
        try {
            return new URI(value.trim());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    option + " must be an absolute https address such as " + EwsMailSource.DEFAULT_URL, e);
        }
    }

    /** How the producer talks to the mailbox: through the gate that the consumer uses too. */
    EwsWire wire(Mailbox mailbox, EwsOperation operation) {
        return new EwsWire(client(), mailbox, operation, Duration.ofMillis(answerTimeout), contentTimeout);
    }

    ReachHealthCheck.Reach reach() {
        return new ReachHealthCheck.Reach(
                "ewsUrl", ewsUrl, () -> client().reach().trouble());
    }

    MailIntake intake() {
        return require(mailIntake, "mailIntake", MailIntake.class);
    }

    MailboxDirectory directory() {
        return require(mailboxDirectory, "mailboxDirectory", MailboxDirectory.class);
    }

    private static <T> T require(@Nullable T value, String option, Class<T> type) {
        if (value == null) {
            throw new IllegalArgumentException("component ews needs its option " + option + ": bind one "
                    + type.getSimpleName() + " in the registry, or set the option");
        }
        return value;
    }

    public String getEwsUrl() {
        return ewsUrl;
    }

    public void setEwsUrl(String ewsUrl) {
        this.ewsUrl = ewsUrl;
    }

    public String getAutodiscover() {
        return autodiscover;
    }

    public void setAutodiscover(String autodiscover) {
        this.autodiscover = autodiscover;
    }

    public String getAutodiscoverHosts() {
        return autodiscoverHosts;
    }

    public void setAutodiscoverHosts(String autodiscoverHosts) {
        this.autodiscoverHosts = autodiscoverHosts;
    }

    public long getAnswerTimeout() {
        return answerTimeout;
    }

    public void setAnswerTimeout(long answerTimeout) {
        this.answerTimeout = answerTimeout;
    }

    public Duration getContentTimeout() {
        return contentTimeout;
    }

    public void setContentTimeout(Duration contentTimeout) {
        this.contentTimeout = contentTimeout;
    }

    public @Nullable AccessTokens getAccessTokens() {
        return accessTokens;
    }

    public void setAccessTokens(AccessTokens accessTokens) {
        this.accessTokens = accessTokens;
    }

    public @Nullable HttpGateway getHttpGateway() {
        return httpGateway;
    }

    public void setHttpGateway(HttpGateway httpGateway) {
        this.httpGateway = httpGateway;
    }

    public @Nullable MailIntake getMailIntake() {
        return mailIntake;
    }

    public void setMailIntake(MailIntake mailIntake) {
        this.mailIntake = mailIntake;
    }

    public @Nullable MailboxDirectory getMailboxDirectory() {
        return mailboxDirectory;
    }

    public void setMailboxDirectory(MailboxDirectory mailboxDirectory) {
        this.mailboxDirectory = mailboxDirectory;
    }

    public Clock getClock() {
        return clock;
    }

    public void setClock(Clock clock) {
        this.clock = clock;
    }
}
