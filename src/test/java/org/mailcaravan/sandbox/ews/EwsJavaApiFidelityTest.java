package org.mailcaravan.sandbox.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import microsoft.exchange.webservices.data.core.PropertySet;
import microsoft.exchange.webservices.data.core.enumeration.misc.ConnectingIdType;
import microsoft.exchange.webservices.data.core.enumeration.misc.IdFormat;
import microsoft.exchange.webservices.data.core.enumeration.misc.error.ServiceError;
import microsoft.exchange.webservices.data.core.enumeration.notification.EventType;
import microsoft.exchange.webservices.data.core.enumeration.property.BasePropertySet;
import microsoft.exchange.webservices.data.core.enumeration.property.Importance;
import microsoft.exchange.webservices.data.core.enumeration.property.MapiPropertyType;
import microsoft.exchange.webservices.data.core.enumeration.property.WellKnownFolderName;
import microsoft.exchange.webservices.data.core.enumeration.service.ConflictResolutionMode;
import microsoft.exchange.webservices.data.core.enumeration.service.DeleteMode;
import microsoft.exchange.webservices.data.core.enumeration.service.SyncFolderItemsScope;
import microsoft.exchange.webservices.data.core.enumeration.sync.ChangeType;
import microsoft.exchange.webservices.data.core.exception.service.remote.ServiceResponseException;
import microsoft.exchange.webservices.data.core.response.GetItemResponse;
import microsoft.exchange.webservices.data.core.service.folder.Folder;
import microsoft.exchange.webservices.data.core.service.item.EmailMessage;
import microsoft.exchange.webservices.data.core.service.item.Item;
import microsoft.exchange.webservices.data.core.service.schema.EmailMessageSchema;
import microsoft.exchange.webservices.data.core.service.schema.ItemSchema;
import microsoft.exchange.webservices.data.misc.ImpersonatedUserId;
import microsoft.exchange.webservices.data.misc.id.AlternateId;
import microsoft.exchange.webservices.data.notification.ItemEvent;
import microsoft.exchange.webservices.data.notification.StreamingSubscription;
import microsoft.exchange.webservices.data.notification.StreamingSubscriptionConnection;
import microsoft.exchange.webservices.data.property.complex.FileAttachment;
import microsoft.exchange.webservices.data.property.complex.FolderId;
import microsoft.exchange.webservices.data.property.complex.ItemAttachment;
import microsoft.exchange.webservices.data.property.complex.ItemId;
import microsoft.exchange.webservices.data.property.complex.Mailbox;
import microsoft.exchange.webservices.data.property.definition.ExtendedPropertyDefinition;
import microsoft.exchange.webservices.data.search.FindItemsResults;
import microsoft.exchange.webservices.data.search.FolderView;
import microsoft.exchange.webservices.data.search.ItemView;
import microsoft.exchange.webservices.data.sync.ChangeCollection;
import microsoft.exchange.webservices.data.sync.FolderChange;
import microsoft.exchange.webservices.data.sync.ItemChange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.mail.FilePart;
import org.mailcaravan.sandbox.mail.MailAddress;
import org.mailcaravan.sandbox.mail.MailDraft;
import org.mailcaravan.sandbox.mail.Payload;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;
import org.mailcaravan.sandbox.mail.SeedMail;
import org.mailcaravan.sandbox.mail.SeedOptions;

/** Microsoft's EWS client for Java, which knows nothing of this project, works against the sandbox over TLS. */
class EwsJavaApiFidelityTest {
    private static final FolderId INBOX = new FolderId(WellKnownFolderName.Inbox);
    private static final int MESSAGES = 60;

    @TempDir
    static Path directory;

    private static EwsTenant sandbox;
    private static SandboxMailbox mailbox;
    private TrustingExchangeService service;

    @BeforeAll
    static void start() throws Exception {
        sandbox = EwsTenant.startTls(directory.resolve("ca.pem"));
        mailbox = sandbox.newMailbox();
        SeedMail.fill(mailbox, SeedOptions.of(1, MESSAGES, EwsTenant.NOW).withoutBigMessage());
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @BeforeEach
    void connect() throws Exception {
        service = serviceOf(mailbox);
    }

    private static TrustingExchangeService serviceOf(SandboxMailbox owner) throws Exception {
        return service(sandbox.token(owner));
    }

    private static TrustingExchangeService service(String token) throws Exception {
        return TrustingExchangeService.connect(
                sandbox.tenant.server().httpsUrl().orElseThrow(),
                sandbox.tenant.server().caCertificate(),
                token);
    }

    @Test
    void inboxIsBoundWithItsCounts() throws Exception {
        Folder inbox = Folder.bind(service, WellKnownFolderName.Inbox);

        assertThat(inbox.getDisplayName()).isEqualTo("Inbox");
        assertThat(inbox.getTotalCount()).isEqualTo(MESSAGES);
        assertThat(inbox.getId().getUniqueId())
                .isEqualTo(mailbox.wellKnownFolder("inbox").ewsId());
        assertThat(service.getServerInfo().getMajorVersion()).isEqualTo(15);
    }

    @Test
    void foldersAndItemsAreFound() throws Exception {
        assertThat(service.findFolders(WellKnownFolderName.MsgFolderRoot, new FolderView(50))
                        .getFolders())
                .extracting(Folder::getDisplayName)
                .contains("Inbox", "Sent Items", "Deleted Items");

        FindItemsResults<Item> found = service.findItems(WellKnownFolderName.Inbox, new ItemView(25));
        assertThat(found.getItems()).hasSize(25);
        assertThat(found.getTotalCount()).isEqualTo(MESSAGES);
        assertThat(found.isMoreAvailable()).isTrue();
    }

    @Test
    void folderIsSynchronizedInPagesAndItsMimeIsRead() throws Exception {
        List<ItemId> ids = new ArrayList<>();
        int pages = 0;
        String state = null;
        ChangeCollection<ItemChange> page;
        do {
            page = service.syncFolderItems(
                    INBOX, PropertySet.IdOnly, Collections.emptyList(), 25, SyncFolderItemsScope.NormalItems, state);
            for (ItemChange change : page) {
                ids.add(change.getItemId());
            }
            assertThat(page).allMatch(change -> change.getChangeType() == ChangeType.Create);
            state = page.getSyncState();
            pages++;
        } while (page.getMoreChangesAvailable());

        assertThat(pages).isEqualTo(3);
        assertThat(ids.stream().map(ItemId::getUniqueId))
                .containsExactlyElementsOf(mailbox.messages(mailbox.wellKnownFolder("inbox")).stream()
                        .map(SandboxMessage::itemId)
                        .toList());
        assertMimeOf(ids);
    }

    private void assertMimeOf(List<ItemId> ids) throws Exception {
        for (GetItemResponse response : service.bindToItems(
                ids, new PropertySet(BasePropertySet.IdOnly, ItemSchema.MimeContent, ItemSchema.ItemClass))) {
            assertThat(response.getErrorCode()).isEqualTo(ServiceError.NoError);
            Item item = response.getItem();
            String mime = new String(item.getMimeContent().getContent(), StandardCharsets.ISO_8859_1);
            long number = mailbox.findMessage(item.getId().getUniqueId())
                    .orElseThrow()
                    .number();
            assertThat(mime).startsWith("X-Sandbox-Message: " + number + "\r\n");
        }
    }

    @Test
    void propertiesOfAMessageAreThoseOfTheModel() throws Exception {
        SandboxMessage message = mailbox.messages().stream()
                .filter(candidate -> candidate.messageClass().equals("IPM.Note")
                        && candidate.internetMessageId().isPresent())
                .findFirst()
                .orElseThrow();
        ExtendedPropertyDefinition searchKey = new ExtendedPropertyDefinition(0x300B, MapiPropertyType.Binary);
        PropertySet wanted = new PropertySet(BasePropertySet.FirstClassProperties);
        wanted.add(searchKey);

        EmailMessage read = EmailMessage.bind(service, new ItemId(message.itemId()), wanted);

        assertThat(read.getSubject()).isEqualTo(message.subject());
        assertThat(read.getFrom().getAddress()).isEqualTo(message.from().address());
        assertThat(read.getInternetMessageId())
                .isEqualTo(message.internetMessageId().orElseThrow());
        assertThat(read.getDateTimeReceived().toInstant()).isEqualTo(message.received());
        assertThat((long) read.getSize()).isEqualTo(message.size());
        assertThat(read.getHasAttachments()).isEqualTo(message.hasAttachments());
        assertThat(read.getIsRead()).isFalse();
        assertThat((byte[]) read.getExtendedProperties().getItems().get(0).getValue())
                .isEqualTo(message.searchKey());
        assertThat(read.getSchema()).isInstanceOf(EmailMessageSchema.class);
    }

    @Test
    void laterChangesAreSynchronized() throws Exception {
        SandboxMailbox own = sandbox.newMailbox();
        TrustingExchangeService ownService = serviceOf(own);
        SandboxMessage read = sandbox.deliver(own, "read later");
        SandboxMessage moved = sandbox.deliver(own, "moved later");
        String state = sync(ownService, null).getSyncState();

        own.setRead(read.number(), true);
        own.move(moved.number(), own.wellKnownFolder("archive"));
        sandbox.deliver(own, "new");
        ChangeCollection<ItemChange> changes = sync(ownService, state);

        List<ChangeType> kinds = new ArrayList<>();
        changes.forEach(change -> kinds.add(change.getChangeType()));
        assertThat(kinds).containsExactlyInAnyOrder(ChangeType.ReadFlagChange, ChangeType.Delete, ChangeType.Create);
        assertThatThrownBy(() -> Item.bind(ownService, new ItemId(moved.itemId())))
                .hasMessageContaining("not found in the store");
    }

    @Test
    void applicationImpersonatesAMailbox() throws Exception {
        TrustingExchangeService application = service(sandbox.tenant
                .authority()
                .appOnlyToken(
                        sandbox.tenant.directory().appOnlyRegistration(),
                        Permission.EXCHANGE,
                        Set.of(Permission.FULL_ACCESS_AS_APP)));
        application.setImpersonatedUserId(
                new ImpersonatedUserId(ConnectingIdType.SmtpAddress, mailbox.userPrincipalName()));

        assertThat(Folder.bind(application, WellKnownFolderName.Inbox).getId().getUniqueId())
                .isEqualTo(mailbox.wellKnownFolder("inbox").ewsId());
        assertThat(application.findItems(INBOX, new ItemView(10)).getItems()).hasSize(10);

        application.setImpersonatedUserId(
                new ImpersonatedUserId(ConnectingIdType.SmtpAddress, "nobody@caravan.example"));
        assertThatThrownBy(() -> Folder.bind(application, WellKnownFolderName.Inbox))
                .hasMessageContaining("The SMTP address has no mailbox associated with it.");
    }

    @Test
    void delegateNamesTheMailboxOfAnother() throws Exception {
        SandboxMailbox delegate = sandbox.newMailbox();
        FolderId inbox = new FolderId(WellKnownFolderName.Inbox, new Mailbox(mailbox.userPrincipalName()));
        assertThatThrownBy(() -> Folder.bind(serviceOf(delegate), inbox))
                .isInstanceOfSatisfying(
                        ServiceResponseException.class,
                        refused -> assertThat(refused.getErrorCode()).isEqualTo(ServiceError.ErrorAccessDenied));

        sandbox.tenant
                .directory()
                .setDelegate(mailbox.ownerId().toString(), delegate.ownerId().toString(), true);
        TrustingExchangeService service = serviceOf(delegate);
        Item first = service.findItems(inbox, new ItemView(1)).getItems().get(0);

        assertThat(Item.bind(service, first.getId()).getDateTimeReceived().toInstant())
                .isEqualTo(mailbox.findMessage(first.getId().getUniqueId())
                        .orElseThrow()
                        .received());
    }

    private static ChangeCollection<ItemChange> sync(TrustingExchangeService service, String state) throws Exception {
        return service.syncFolderItems(
                INBOX, PropertySet.IdOnly, Collections.emptyList(), 512, SyncFolderItemsScope.NormalItems, state);
    }

    @Test
    void everyWellKnownFolderOfTheSandboxIsBound() throws Exception {
        List<WellKnownFolderName> names = Arrays.asList(
                WellKnownFolderName.MsgFolderRoot,
                WellKnownFolderName.Drafts,
                WellKnownFolderName.SentItems,
                WellKnownFolderName.DeletedItems,
                WellKnownFolderName.JunkEmail);

        List<String> bound = new ArrayList<>();
        for (WellKnownFolderName name : names) {
            bound.add(Folder.bind(service, name).getDisplayName());
        }

        assertThat(bound.stream().collect(Collectors.joining(", ")))
                .isEqualTo("Top of Information Store, Drafts, Sent Items, Deleted Items, Junk Email");
    }

    @Test
    void attachmentsOfAllKindsAreLoaded() throws Exception {
        SandboxMailbox own = sandbox.newMailbox();
        byte[] inner = "From: eve@elsewhere.example\r\nSubject: Inner\r\nContent-Type: text/plain\r\n\r\nwords\r\n"
                .getBytes(StandardCharsets.UTF_8);
        SandboxMessage message = own.deliver(
                own.wellKnownFolder("inbox"),
                MailDraft.from(new MailAddress("Ada", "ada@elsewhere.example"), EwsTenant.NOW, Optional.empty())
                        .with(FilePart.file("a.txt", "text/plain", Payload.of("bytes"), false, Optional.empty()))
                        .with(FilePart.message("Inner", inner)));

        Item item = Item.bind(
                serviceOf(own),
                new ItemId(message.itemId()),
                new PropertySet(BasePropertySet.IdOnly, ItemSchema.Attachments));
        FileAttachment file = (FileAttachment) item.getAttachments().getItems().get(0);
        ItemAttachment attached =
                (ItemAttachment) item.getAttachments().getItems().get(1);
        file.load();
        attached.load(ItemSchema.MimeContent);

        assertThat(file.getName()).isEqualTo("a.txt");
        assertThat(file.getContent()).isEqualTo("bytes".getBytes(StandardCharsets.UTF_8));
        assertThat(attached.getItem().getSubject()).isEqualTo("Inner");
        assertThat(attached.getItem().getMimeContent().getContent()).isEqualTo(inner);
    }

    @Test
    void messageIsMarkedMovedCopiedAndDeleted() throws Exception {
        SandboxMailbox own = sandbox.newMailbox();
        TrustingExchangeService ownService = serviceOf(own);
        SandboxMessage message = sandbox.deliver(own, "to be changed");
        EmailMessage bound = EmailMessage.bind(ownService, new ItemId(message.itemId()));

        bound.setIsRead(true);
        bound.getCategories().add("Red");
        bound.setImportance(Importance.High);
        bound.update(ConflictResolutionMode.AutoResolve);
        Item moved = bound.move(new FolderId(WellKnownFolderName.JunkEmail));
        Item copied = moved.copy(new FolderId(WellKnownFolderName.Drafts));
        copied.delete(DeleteMode.HardDelete);
        moved.delete(DeleteMode.MoveToDeletedItems);

        SandboxMessage now = own.findMessage(message.number()).orElseThrow();
        assertThat(own.messages()).containsExactly(now);
        assertThat(now.isRead()).isTrue();
        assertThat(now.marks().categories()).containsExactly("Red");
        assertThat(now.importance()).isEqualTo(org.mailcaravan.sandbox.mail.Importance.HIGH);
        assertThat(now.folder()).isEqualTo(own.wellKnownFolder("deleteditems"));
    }

    @Test
    void hierarchyIsSynchronizedAndFoldersAreMade() throws Exception {
        SandboxMailbox own = sandbox.newMailbox();
        TrustingExchangeService ownService = serviceOf(own);
        FolderId root = new FolderId(WellKnownFolderName.MsgFolderRoot);
        String state = ownService
                .syncFolderHierarchy(root, PropertySet.FirstClassProperties, null)
                .getSyncState();

        Folder made = new Folder(ownService);
        made.setDisplayName("Made by the library");
        made.save(WellKnownFolderName.Inbox);
        made.setDisplayName("Renamed by the library");
        made.update();
        ChangeCollection<FolderChange> changes =
                ownService.syncFolderHierarchy(root, PropertySet.FirstClassProperties, state);
        made.delete(DeleteMode.HardDelete);
        ChangeCollection<FolderChange> last =
                ownService.syncFolderHierarchy(root, PropertySet.IdOnly, changes.getSyncState());

        assertThat(changes.getCount()).isEqualTo(1);
        assertThat(changes.getChangeAtIndex(0).getChangeType()).isEqualTo(ChangeType.Create);
        assertThat(changes.getChangeAtIndex(0).getFolder().getDisplayName()).isEqualTo("Renamed by the library");
        assertThat(last.getChangeAtIndex(0).getChangeType()).isEqualTo(ChangeType.Delete);
        assertThat(last.getChangeAtIndex(0).getFolderId().getUniqueId())
                .isEqualTo(made.getId().getUniqueId());
    }

    @Test
    void idsAreConverted() throws Exception {
        SandboxMessage message = mailbox.messages().get(0);

        AlternateId hex = (AlternateId) service.convertId(
                new AlternateId(IdFormat.EwsId, message.itemId(), mailbox.userPrincipalName()), IdFormat.HexEntryId);
        AlternateId back = (AlternateId) service.convertId(hex, IdFormat.EwsId);

        assertThat(hex.getUniqueId()).matches("[0-9A-F]+");
        assertThat(back.getUniqueId()).isEqualTo(message.itemId());
    }

    @Test
    void notificationsAreStreamedUntilTheConnectionIsClosed() throws Exception {
        SandboxMailbox own = sandbox.newMailbox();
        TrustingExchangeService ownService = serviceOf(own);
        ownService.getHttpHeaders().put("X-PreferServerAffinity", "true");
        StreamingSubscription subscription =
                ownService.subscribeToStreamingNotifications(List.of(INBOX), EventType.NewMail, EventType.Moved);
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        StreamingSubscriptionConnection connection = new StreamingSubscriptionConnection(ownService, 30);
        connection.addSubscription(subscription);
        connection.addOnNotificationEvent((sender, event) ->
                event.getEvents().forEach(one -> heard.add(one.getEventType() + " " + ((ItemEvent) one).getItemId())));
        connection.addOnDisconnect((sender, event) -> heard.add("disconnected"));
        connection.open();

        SandboxMessage message = sandbox.deliver(own, "streamed");
        awaitHeard(heard, "NewMail " + message.itemId());
        SandboxMessage moved =
                own.move(message.number(), own.wellKnownFolder("archive")).orElseThrow();
        awaitHeard(heard, "Moved " + moved.itemId());
        ControlCall.post(
                sandbox.tenant, "ews/streaming/drop", "{\"how\": \"close\", \"mailbox\": \"" + own.ownerId() + "\"}");
        awaitHeard(heard, "disconnected");
        assertThat(heard).hasSize(3);
        subscription.unsubscribe();
    }

    /** One after the other: the library loses an envelope that comes together with the one before it. */
    private static void awaitHeard(Queue<String> heard, String expected) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> heard.contains(expected));
    }
}
