package org.mailcaravan.oauth;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.mailcaravan.http.ClaimsChallenge;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailSourceException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bean {@code microsoftTokens}: lets other routes of this process call Microsoft Graph and EWS as a connected mailbox, by the route {@code microsoft-api}. A token goes
 * to the configured addresses only (S18), and each one that is handed out or refused is a line of the logger {@code org.mailcaravan.audit}. Thread-safe.
 */
public final class MicrosoftTokens {
    /** In: our id of the mailbox (UUID), whose grant is used. */
    public static final String MAILBOX_ID = "CamelM365MailMailboxId";

    private static final Logger AUDIT = LoggerFactory.getLogger("org.mailcaravan.audit");
    private static final String AUTHORIZATION = "Authorization";
    private static final String HANDED_OUT = "mailcaravan.handedOut";
    private static final int UNAUTHORIZED = 401;

    private final AccessTokens tokens;
    private final MailboxDirectory mailboxes;
    private final URI graphRoot;
    private final URI ewsUrl;

    MicrosoftTokens(AccessTokens tokens, MailboxDirectory mailboxes, URI graphRoot, URI ewsUrl) {
        this.tokens = tokens;
        this.mailboxes = mailboxes;
        this.graphRoot = graphRoot;
        this.ewsUrl = ewsUrl;
    }

    private record HandedOut(CredentialId credential, Resource resource, AccessToken token) {}

    /**
     * Sets the header {@code Authorization} for the address in {@code CamelHttpUri}.
     *
     * @throws IllegalArgumentException if there is no such mailbox, or the address is neither EWS nor Graph as configured; the message names the header to correct
     * @throws MailSourceException if there is no token, as {@link AccessTokens#acquire} says
     */
    public void authorize(Exchange exchange) {
        Message message = exchange.getMessage();
        message.removeHeader(AUTHORIZATION);
        message.removeHeader(Exchange.REST_HTTP_URI); // would come before CamelHttpUri
        String mailboxId = message.getHeader(MAILBOX_ID, "", String.class);
        try {
            Resource resource = resource(message.getHeader(Exchange.HTTP_URI, "", String.class));
            Mailbox mailbox = mailbox(mailboxId);
            AccessToken token = tokens.acquire(mailbox.credential(), resource);
            message.setHeader(AUTHORIZATION, "Bearer " + token.value());
            exchange.setProperty(HANDED_OUT, new HandedOut(mailbox.credential(), resource, token));
            audit(exchange, mailbox.id().toString(), resource.name(), "handed out");
        } catch (IllegalArgumentException | MailSourceException e) {
            audit(exchange, mailboxId.matches("[0-9a-fA-F-]{36}") ? mailboxId : "none", "none", "refused");
            throw e;
        }
    }

    /** Takes the header away again, whatever the call's end; a token that was refused (401) is not handed out again. */
    public void forget(Exchange exchange) {
        exchange.getMessage().removeHeader(AUTHORIZATION);
        Object property = exchange.removeProperty(HANDED_OUT);
        if (property instanceof HandedOut out
                && exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof HttpOperationFailedException failure
                && failure.getStatusCode() == UNAUTHORIZED) {
            tokens.invalidate(out.credential(), out.resource(), out.token(), claims(failure));
        }
    }

    private static Optional<String> claims(HttpOperationFailedException failure) {
        Map<String, List<String>> headers =
                Optional.ofNullable(failure.getResponseHeaders()).orElse(Map.of()).entrySet().stream()
                        .filter(header -> header.getKey().equalsIgnoreCase("WWW-Authenticate"))
                        .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue())));
        return ClaimsChallenge.of(HttpHeaders.of(headers, (name, value) -> true));
    }

    private Mailbox mailbox(String id) {
        return Optional.of(id)
                .filter(text -> text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"))
                .map(MailboxId::of)
                .flatMap(mailboxes::find)
                .orElseThrow(() -> new IllegalArgumentException(
                        "No connected mailbox for a token: set the header " + MAILBOX_ID + " to the id of one."));
    }

    private Resource resource(String address) {
        URI target = parsed(address);
        if (sameOrigin(target, ewsUrl) && ewsUrl.getPath().equalsIgnoreCase(target.getPath())) {
            return Resource.EXCHANGE;
        }
        if (sameOrigin(target, graphRoot)) {
            return Resource.GRAPH;
        }
        throw elsewhere();
    }

    private URI parsed(String address) {
        try {
            return URI.create(address);
        } catch (IllegalArgumentException e) {
            throw elsewhere(); // the parser's message quotes the address
        }
    }

    private IllegalArgumentException elsewhere() {
        return new IllegalArgumentException("A token goes to Microsoft only: set the header " + Exchange.HTTP_URI
                + " to " + ewsUrl + " or to an address at " + graphRoot.resolve("/") + ".");
    }

    private static boolean sameOrigin(URI one, URI configured) {
        return configured.getScheme().equalsIgnoreCase(one.getScheme())
                && configured.getHost().equalsIgnoreCase(one.getHost())
                && port(configured) == port(one)
                && one.getRawUserInfo() == null;
    }

    private static int port(URI address) {
        return address.getPort() >= 0 ? address.getPort() : "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
    }

    private static void audit(Exchange exchange, String mailbox, String resource, String result) {
        AUDIT.info(
                "who=route {} what=token mailbox={} resource={} result={}",
                exchange.getFromRouteId(),
                mailbox,
                resource,
                result);
    }
}
