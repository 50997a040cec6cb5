package org.mailcaravan.ews;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.FolderListing;
import org.mailcaravan.mailbox.MailFolder;
import org.mailcaravan.mailbox.MailPage;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.RequestCounter;
import org.mailcaravan.mailbox.SyncCursor;
import org.mailcaravan.mailbox.WantedMessage;
import org.mailcaravan.oauth.AccessTokens;

/**
 * Reads mailboxes through Exchange Web Services, its owner's, a delegate's or the application's: {@code GetFolder} and
 * {@code FindFolder}, {@code SyncFolderItems}, {@code FindItem} now and then, and {@code GetItem} with MIME in batches. One request per mailbox at a time and
 * caller; MIME is never held in memory. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/exchange/client-developer/exchange-web-services/mailbox-synchronization-and-ews-in-exchange">Mailbox
 *     synchronization and EWS</a>
 */
public final class EwsMailSource implements MailSource {
    /** The address of Exchange Online's global cloud. */
    public static final String DEFAULT_URL = "https://outlook.office365.com/EWS/Exchange.asmx";

    private final EwsClient client;
    private final Duration answerTimeout;
    private final MailboxMemory memory;
    private final EwsFolders folders;
    private final EwsListing listing;
    private final boolean mailHeaders;

    /**
     * @param ewsUrl where EWS is, for example {@link #DEFAULT_URL}; the only place bearer tokens are sent to. Plain http is accepted on loopback only
     * @param tokens gives tokens for {@code Resource.EXCHANGE}
     * @param http not closed by this class
     * @param answerTimeout total deadline of a request, the body included; a download gets one second more per 512 KB that were listed
     * @param clock for HTTP dates and for the age of what was learned
     * @throws IllegalArgumentException if the address or the deadline cannot work; the message names the remedy
     */
    public EwsMailSource(URI ewsUrl, AccessTokens tokens, HttpGateway http, Duration answerTimeout, Clock clock) {
        this(ewsUrl, tokens, http, answerTimeout, clock, RequestCounter.NONE);
    }

    /**
     * As the other.
     *
     * @param counter learns of every request
     */
    public EwsMailSource(
            URI ewsUrl,
            AccessTokens tokens,
            HttpGateway http,
            Duration answerTimeout,
            Clock clock,
            RequestCounter counter) {
        this(
                new EwsClient(
                        EwsAddresses.always(EwsAddresses.checked(ewsUrl, "ewsUrl")), tokens, http, clock, counter),
                answerTimeout,
                clock);
    }

    /** @param client shared with the producers, so that all requests to a mailbox pass one gate */
    EwsMailSource(EwsClient client, Duration answerTimeout, Clock clock) {
        this(client, answerTimeout, new MailboxMemory(clock), false);
    }

    private EwsMailSource(EwsClient client, Duration answerTimeout, MailboxMemory memory, boolean mailHeaders) {
        if (answerTimeout.isZero() || answerTimeout.isNegative()) {
            throw new IllegalArgumentException("answerTimeout must be longer than zero, for example 90s");
        }
        this.client = client;
        this.answerTimeout = answerTimeout;
        this.memory = memory;
        this.folders = new EwsFolders(client, answerTimeout);
        this.listing = new EwsListing(client, answerTimeout, this::fetchPage);
        this.mailHeaders = mailHeaders;
    }

    /** Reads the headers of the mails too, into their metadata, and shares everything else. */
    EwsMailSource withMailHeaders() {
        return new EwsMailSource(client, answerTimeout, memory, true);
    }

    EwsClient client() {
        return client;
    }

    @Override
    public Protocol protocol() {
        return Protocol.EWS;
    }

    /** {@inheritDoc} One GetFolder for the inbox, ids only. */
    @Override
    public void probe(Mailbox candidate, AccessToken token) {
        List<String> inbox = List.of("inbox");
        try {
            client.call(
                    candidate,
                    EwsRequest.getFolder(candidate, inbox),
                    token,
                    answerTimeout,
                    new FolderReader(candidate.access(), inbox));
        } catch (RefusedException e) {
            throw e.refusal().toException(candidate.access());
        }
    }

    /** {@inheritDoc} One GetFolder for what is named and one FindFolder if an entry goes down into the tree, remembered for an hour. */
    @Override
    public List<MailFolder> fetchFolders(Mailbox mailbox) {
        return memory.folders(mailbox).orElseGet(() -> lookUp(mailbox));
    }

    private List<MailFolder> lookUp(Mailbox mailbox) {
        try {
            List<MailFolder> found = folders.fetch(mailbox);
            memory.remember(mailbox, found);
            return found;
        } catch (RefusedException e) {
            throw e.refusal().toException(mailbox.access());
        }
    }

    @Override
    public Optional<FolderListing> listing() {
        return Optional.of(listing);
    }

    /** {@inheritDoc} The cursor is the SyncState. Deletions and read marks are left out. */
    @Override
    public MailPage fetchPage(Mailbox mailbox, MailFolder folder, Optional<SyncCursor> cursor) {
        EwsRequest request = EwsRequest.syncFolderItems(mailbox, folder.id(), cursor.map(SyncCursor::value));
        try {
            return client.call(mailbox, request, answerTimeout, new ChangesReader());
        } catch (RefusedException e) {
            if (e.refusal().kind() == EwsRefusal.Kind.FOLDER_GONE) {
                memory.forgetFolders(mailbox);
            }
            throw e.refusal().toException(mailbox.access());
        }
    }

    /** {@inheritDoc} GetItem in batches whose size follows what the mailbox can take. */
    @Override
    public void fetchContent(Mailbox mailbox, List<WantedMessage> messages, ContentReceiver receiver) {
        new ContentFetch(client, mailbox, memory.batchSize(mailbox), answerTimeout, receiver)
                .withMailHeaders(mailHeaders)
                .run(messages);
    }
}
