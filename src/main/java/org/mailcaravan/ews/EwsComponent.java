package org.mailcaravan.ews;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.NullUnmarked;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.ingest.MailIntake;
import org.mailcaravan.mailbox.RequestCounter;
import org.mailcaravan.oauth.AccessTokens;

/** The Camel component {@code ews}: mail of Exchange Online and of Exchange servers, read through Exchange Web Services. */
@NullUnmarked // Camel sets the options after construction
@Component("ews")
public final class EwsComponent extends DefaultComponent {
    @Metadata(
            defaultValue = EwsMailSource.DEFAULT_URL,
            description =
                    "Address of Exchange Web Services, the only place access tokens are sent to. Must be https, plain http on loopback only")
    private String ewsUrl = EwsMailSource.DEFAULT_URL;

    @Metadata(
            defaultValue = "90000",
            javaType = "java.time.Duration",
            description =
                    "Total deadline of a request, the body included. A download gets one second more per 512 KB that were listed")
    private long answerTimeout = 90_000;

    @Metadata(label = "security", autowired = true, description = "Gives the access tokens. Found in the registry.")
    private AccessTokens accessTokens;

    @Metadata(label = "advanced", autowired = true, description = "The HTTP client. Found in the registry.")
    private HttpGateway httpGateway;

    @Metadata(
            label = "consumer,advanced",
            autowired = true,
            description = "Where consumers register. Found in the registry.")
    private MailIntake mailIntake;

    @Metadata(label = "advanced", autowired = true, description = "The clock; the system's by default.")
    private Clock clock = Clock.systemUTC();

    private EwsMailSource mailSource;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        EwsEndpoint endpoint = new EwsEndpoint(uri, this);
        int slash = remaining.indexOf('/');
        endpoint.setOperation(slash < 0 ? remaining : remaining.substring(0, slash));
        endpoint.setMailbox(slash < 0 ? "" : remaining.substring(slash + 1));
        setProperties(endpoint, parameters);
        return endpoint;
    }

    /**
     * The source behind the consumers; the same at each call, made from the options as they are at the first.
     *
     * @throws IllegalArgumentException if an option cannot work, or if there is no token source or HTTP client; the message names the remedy
     */
    public synchronized EwsMailSource mailSource() {
        if (mailSource == null) {
            require(accessTokens, "accessTokens", AccessTokens.class);
            require(httpGateway, "httpGateway", HttpGateway.class);
            mailSource = new EwsMailSource(
                    address(), accessTokens, httpGateway, Duration.ofMillis(answerTimeout), clock, counter());
        }
        return mailSource;
    }

    /** If the registry holds one, it learns what mailboxes cost. */
    private RequestCounter counter() {
        RequestCounter counter = getCamelContext().getRegistry().findSingleByType(RequestCounter.class);
        return counter == null ? RequestCounter.NONE : counter;
    }

    private URI address() {
        try {
            return new URI(ewsUrl.trim());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "ewsUrl must be an absolute https address such as " + EwsMailSource.DEFAULT_URL, e);
        }
    }

    MailIntake requireIntake() {
        return require(mailIntake, "mailIntake", MailIntake.class);
    }

    private static <T> T require(T value, String option, Class<T> type) {
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

    public long getAnswerTimeout() {
        return answerTimeout;
    }

    public void setAnswerTimeout(long answerTimeout) {
        this.answerTimeout = answerTimeout;
    }

    public AccessTokens getAccessTokens() {
        return accessTokens;
    }

    public void setAccessTokens(AccessTokens accessTokens) {
        this.accessTokens = accessTokens;
    }

    public HttpGateway getHttpGateway() {
        return httpGateway;
    }

    public void setHttpGateway(HttpGateway httpGateway) {
        this.httpGateway = httpGateway;
    }

    public MailIntake getMailIntake() {
        return mailIntake;
    }

    public void setMailIntake(MailIntake mailIntake) {
        this.mailIntake = mailIntake;
    }

    public Clock getClock() {
        return clock;
    }

    public void setClock(Clock clock) {
        this.clock = clock;
    }
}
