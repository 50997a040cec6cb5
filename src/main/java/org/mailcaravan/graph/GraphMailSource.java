package org.mailcaravan.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ConsentRequiredException;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxBlockedException;
import org.mailcaravan.mailbox.MalformedAnswerException;
import org.mailcaravan.mailbox.MessageNames;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.oauth.AccessTokens;

/**
 * Reads a mailbox through Microsoft Graph v1.0, with its owner's token as {@code /me}, with a delegate's or the application's as {@code /users/{objectId}}: folders by their well-known names, changes by
 * {@code messages/delta} under immutable ids, content as MIME by {@code $value}. Cursors are Graph's links, byte for byte. Thread-safe; at most four requests
 * per mailbox at once.
 *
 * <p>1,000 new messages cost 1,000 downloads, one page per {@code pageSize} messages and the last one, and one look-up per folder and hour.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/message-delta">message: delta</a>
 * @see <a href="https://learn.microsoft.com/graph/outlook-get-mime-message">Get MIME content of a message</a>
 */
public final class GraphMailSource implements MailSource {
    /** The event's vocabulary. {@code isRead} is left out: read marks are no changes then. {@code $top} is never sent: it caps the round. */
    static final String SELECT = "$select=id,subject,from,sender,toRecipients,ccRecipients,bccRecipients,replyTo,"
            + "receivedDateTime,sentDateTime,createdDateTime,lastModifiedDateTime,internetMessageId,conversationId,"
            + "parentFolderId,hasAttachments,importance,categories,isDraft,flag,inferenceClassification,changeKey";
    /** With the body and what else the message as JSON has beyond the event. */
    static final String SELECT_WHOLE = SELECT + ",body,uniqueBody,bodyPreview,internetMessageHeaders,conversationIndex,"
            + "isReadReceiptRequested,isDeliveryReceiptRequested,webLink";

    private static final RandomGenerator JITTER =
            () -> ThreadLocalRandom.current().nextLong();

    private final GraphSettings settings;
    private final GraphClient client;
    private final Clock clock;
    private final MailboxMemory.Shelf memories;
    private final GraphFolders folders;
    private final GraphChanges changes;
    private final GraphListing listing;
    private final GraphNames names;

    /**
     * @param settings where Graph is and how long it may take
     * @param tokens feeds tokens for {@link org.mailcaravan.oauth.Resource#GRAPH}
     * @param http shared with others, not closed here
     * @param clock for Retry-After dates and the age of remembered folder ids
     */
    public GraphMailSource(GraphSettings settings, AccessTokens tokens, HttpGateway http, Clock clock) {
        this(settings, tokens, http, clock, GraphMeters.none());
    }

    GraphMailSource(GraphSettings settings, AccessTokens tokens, HttpGateway http, Clock clock, GraphMeters meters) {
        this(
                settings,
                new GraphClient(tokens, http, clock, JITTER, meters),
                clock,
                new MailboxMemory.Shelf(() -> new MailboxGate(clock, JITTER, meters)));
        meters.watch(memories);
    }

    private GraphMailSource(GraphSettings settings, GraphClient client, Clock clock, MailboxMemory.Shelf memories) {
        this.settings = settings;
        this.client = client;
        this.clock = clock;
        this.memories = memories;
        GraphPages pages = new GraphPages(client, settings);
        this.folders = new GraphFolders(client, settings);
        this.changes = new GraphChanges(pages, memories);
        this.listing = new GraphListing(pages, changes, memories);
        this.names = new GraphNames(client, pages, settings, memories);
    }

    /** Reads otherwise, and shares everything else: gates, memories, and whether Graph answers. */
    GraphMailSource with(ReadOptions options) {
        return options.needsNoSource() ? this : new GraphMailSource(settings.with(options), client, clock, memories);
    }

    @Override
    public Protocol protocol() {
        return Protocol.GRAPH;
    }

    @Override
    public void probe(Mailbox candidate, AccessToken token) {
        MailboxMemory memory = memories.of(candidate.id());
        try {
            GraphClient.Call call = json(folder(candidate, "inbox", "?$select=id"));
            client.call(candidate, token, memory.gate(), call, GraphMailSource::object);
        } catch (GraphRefusal refusal) {
            throw refusal.forMailbox();
        } catch (IOException e) {
            throw GraphClient.unavailable(e);
        }
    }

    /**
     * Looks an account up in the directory; for others than the token's own this needs {@code User.ReadBasic.All}.
     *
     * @param user user principal name or object id
     * @param access by whose right, for the remedy
     * @throws ConsentRequiredException if the token may not look people up
     * @throws MailboxBlockedException if there is no such account
     */
    public GraphUser fetchUser(String user, Access access, AccessToken token) {
        URI target = URI.create(
                settings.root() + "/users/" + GraphLinks.segment(user) + "?$select=id,mail,userPrincipalName");
        try {
            return client.call(access, token, memories.newGate(), json(target), answer -> user(object(answer)));
        } catch (GraphRefusal refusal) {
            if (refusal.status() == 403) {
                throw new ConsentRequiredException(
                        refusal.getMessage(),
                        "The application may not look people up: name the object id of the mailbox beside its address, or let an administrator consent to "
                                + "User.ReadBasic.All of Microsoft Graph.");
            }
            if (refusal.status() == 404) {
                throw new MailboxBlockedException(
                        refusal.getMessage(), "There is no account of this name in the directory: check the address.");
            }
            throw refusal.forMailbox();
        } catch (IOException e) {
            throw GraphClient.unavailable(e);
        }
    }

    private static GraphUser user(ObjectNode json) {
        String address = json.path("mail").asText("");
        String login = json.path("userPrincipalName").asText("");
        try {
            String id = json.path("id").asText("");
            if (!id.matches("[A-Za-z0-9-]{1,64}")) {
                throw new MalformedAnswerException("Graph: an account without an id.");
            }
            return new GraphUser(id, new MailboxAddress(address.isBlank() || address.equals("null") ? login : address));
        } catch (IllegalArgumentException e) {
            throw new MalformedAnswerException("Graph: an account without an address.");
        }
    }

    @Override
    public List<MailFolder> fetchFolders(Mailbox mailbox) {
        MailboxMemory memory = memories.of(mailbox.id());
        return memory.folders(mailbox.folders(), clock.instant())
                .orElseGet(() -> memory.keep(mailbox.folders(), folders.fetch(mailbox, memory), clock.instant()));
    }

    @Override
    public MailPage fetchPage(Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor) {
        return cursor.isPresent() ? changes.resume(mailbox, folder, cursor.get()) : changes.begin(mailbox, folder, "");
    }

    @Override
    public Optional<FolderListing> listing() {
        return Optional.of(listing);
    }

    @Override
    public Optional<MessageNames> names() {
        return Optional.of(names);
    }

    @Override
    public void fetchContent(Mailbox mailbox, List<WantedMessage> messages, ContentReceiver receiver) {
        MailboxMemory memory = memories.of(mailbox.id());
        GraphMessages wire = new GraphMessages(client, links(mailbox), settings, mailbox, memory.gate());
        new ContentFetch(wire, receiver, messages).run();
    }

    private GraphClient.Call json(URI target) {
        return GraphClient.Call.json(target, settings.answerTimeout());
    }

    /** How operations talk to the mailbox: through the same gate. */
    MailboxWire wire(Mailbox mailbox, GraphOperation operation) {
        return new MailboxWire(
                client,
                links(mailbox),
                settings,
                mailbox,
                memories.of(mailbox.id()).gate(),
                operation);
    }

    HostReach reach() {
        return client.reach(settings.root().getHost());
    }

    /** @see GraphClient#replaceToken */
    void replaceToken(Mailbox mailbox) {
        client.replaceToken(mailbox);
    }

    private GraphLinks links(Mailbox mailbox) {
        return new GraphLinks(settings.root(), mailbox);
    }

    private URI folder(Mailbox mailbox, String idOrName, String rest) {
        return links(mailbox).own("/mailFolders/" + GraphLinks.segment(idOrName) + rest);
    }

    static ObjectNode object(HttpGateway.Answer answer) throws IOException {
        GraphClient.checkJson(answer);
        return GraphJson.readObject(answer.body());
    }
}
