package org.mailcaravan.graph;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.component.ReachHealthCheck;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.ingest.MailIntake;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.oauth.AccessTokens;

/**
 * The Camel component {@code microsoft-graph}: mail of the connected mailboxes whose protocol is {@code graph}. Takes {@link AccessTokens},
 * {@link HttpGateway}, {@link MailIntake} and {@link MailboxDirectory} from the registry; options hold for all its endpoints, because they share one {@link GraphMailSource}.
 */
@Component(GraphComponent.SCHEME)
public final class GraphComponent extends HealthCheckComponent {
    static final String SCHEME = "microsoft-graph";

    @Metadata(
            defaultValue = GraphSettings.DEFAULT_ROOT,
            description = "Version root of Microsoft Graph, the only place access tokens are sent to. Another one for a"
                    + " national cloud or the sandbox; https, or http on loopback.")
    private String graphRoot = GraphSettings.DEFAULT_ROOT;

    @Metadata(
            defaultValue = "100",
            description = "How many messages to ask for per page of a folder, 1 to 1000. Graph may answer fewer.")
    private int pageSize = 100;

    @Metadata(
            defaultValue = "60s",
            javaType = "java.time.Duration",
            description = "How long a request may take from connecting to the last byte of its answer.")
    private Duration answerTimeout = Duration.ofSeconds(60);

    @Metadata(
            defaultValue = "5m",
            javaType = "java.time.Duration",
            description = "How long the download of one message may take from connecting to its last byte.")
    private Duration contentTimeout = Duration.ofMinutes(5);

    @Metadata(
            defaultValue = "268435456",
            description = "The largest message that is read, in bytes of MIME. A larger one is recorded as failed.")
    private long maxMessageBytes = 256L * 1024 * 1024;

    @Metadata(
            defaultValue = "mime",
            enums = "mime,json,both",
            description = "What of a message is read: its raw MIME, the message as JSON with body and attachments (most"
                    + " messages then cost no request of their own), or both.")
    private String content = "mime";

    @Metadata(
            defaultValue = "1000",
            label = "advanced",
            description = "A folder of at most so many messages is read from its beginning by its changes; a larger one"
                    + " is begun at its newest messages, and what it held before is listed.")
    private int smallFolder = GraphSettings.DEFAULT_SMALL_FOLDER;

    @Metadata(autowired = true, description = "Feeds the access tokens of the connected mailboxes.")
    private @Nullable AccessTokens accessTokens;

    @Metadata(autowired = true, label = "advanced", description = "The HTTP client.")
    private @Nullable HttpGateway httpGateway;

    @Metadata(
            autowired = true,
            label = "consumer",
            description = "Schedules the reading of mailboxes and hands messages over.")
    private @Nullable MailIntake mailIntake;

    @Metadata(autowired = true, label = "producer", description = "Finds the mailbox that a producer works for.")
    private @Nullable MailboxDirectory mailboxDirectory;

    @Metadata(autowired = true, label = "advanced", description = "The clock; the system's by default.")
    private Clock clock = Clock.systemUTC();

    private @Nullable GraphMailSource mailSource;
    private Invocation.Pause pause = time -> Thread.sleep(time.toMillis());

    /**
     * The source that all endpoints share, made at the first call from the options as they are then.
     *
     * @throws IllegalArgumentException if an option is out of range
     * @throws IllegalStateException if there are no access tokens or no HTTP client
     */
    public synchronized GraphMailSource mailSource() {
        GraphMailSource source = mailSource;
        if (source == null) {
            GraphSettings settings = new GraphSettings(
                    root(),
                    pageSize,
                    answerTimeout,
                    contentTimeout,
                    maxMessageBytes,
                    smallFolder,
                    MessageContent.of(content));
            source = new GraphMailSource(
                    settings, bound("accessTokens", accessTokens), bound("httpGateway", httpGateway), clock, meters());
            mailSource = source;
        }
        return source;
    }

    private GraphMeters meters() {
        MeterRegistry registry = getCamelContext().getRegistry().findSingleByType(MeterRegistry.class);
        return registry == null ? GraphMeters.none() : new GraphMeters(registry);
    }

    private URI root() {
        try {
            return URI.create(graphRoot);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "graphRoot is no address; expected one such as " + GraphSettings.DEFAULT_ROOT, e);
        }
    }

    ReachHealthCheck.Reach reach() {
        return new ReachHealthCheck.Reach(
                "graphRoot", graphRoot, () -> mailSource().reach().trouble());
    }

    MailIntake intake() {
        return bound("mailIntake", mailIntake);
    }

    MailboxDirectory directory() {
        return bound("mailboxDirectory", mailboxDirectory);
    }

    Invocation.Pause pause() {
        return pause;
    }

    /** For tests: how a producer waits. */
    void setPause(Invocation.Pause pause) {
        this.pause = pause;
    }

    private static <T> T bound(String option, @Nullable T bean) {
        if (bean == null) {
            throw new IllegalStateException("the component " + SCHEME + " needs its option " + option
                    + ": bind exactly one bean of that type in the registry, or set the option");
        }
        return bean;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        String[] parts = remaining.split("/", -1);
        if (parts.length != 2 || parts[1].isBlank()) {
            throw new IllegalArgumentException(
                    uri + ": expected " + SCHEME + ":operation/mailbox, for example " + SCHEME + ":messages/*");
        }
        GraphEndpoint endpoint = new GraphEndpoint(uri, this);
        endpoint.setOperation(operation(parts[0]));
        endpoint.setMailbox(parts[1]);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    private static GraphOperation operation(String name) {
        return Arrays.stream(GraphOperation.values())
                .filter(operation -> operation.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no operation " + name + "; there are " + Arrays.toString(GraphOperation.values())));
    }

    public String getGraphRoot() {
        return graphRoot;
    }

    public void setGraphRoot(String graphRoot) {
        this.graphRoot = graphRoot;
    }

    public int getPageSize() {
        return pageSize;
    }

    public void setPageSize(int pageSize) {
        this.pageSize = pageSize;
    }

    public Duration getAnswerTimeout() {
        return answerTimeout;
    }

    public void setAnswerTimeout(Duration answerTimeout) {
        this.answerTimeout = answerTimeout;
    }

    public Duration getContentTimeout() {
        return contentTimeout;
    }

    public void setContentTimeout(Duration contentTimeout) {
        this.contentTimeout = contentTimeout;
    }

    public long getMaxMessageBytes() {
        return maxMessageBytes;
    }

    public void setMaxMessageBytes(long maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    public String getContent() {
        return content;
    }

    public void setContent(String content) {
        this.content = content;
    }

    public int getSmallFolder() {
        return smallFolder;
    }

    public void setSmallFolder(int smallFolder) {
        this.smallFolder = smallFolder;
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
