package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.graph.core.content.BatchRequestContent;
import com.microsoft.graph.core.content.BatchResponseContent;
import com.microsoft.graph.core.models.UploadResult;
import com.microsoft.graph.core.requests.BaseGraphRequestAdapter;
import com.microsoft.graph.core.requests.GraphClientFactory;
import com.microsoft.graph.core.tasks.LargeFileUploadTask;
import com.microsoft.graph.core.tasks.PageIterator;
import com.microsoft.graph.models.Attachment;
import com.microsoft.graph.models.AttachmentItem;
import com.microsoft.graph.models.AttachmentType;
import com.microsoft.graph.models.BodyType;
import com.microsoft.graph.models.EmailAddress;
import com.microsoft.graph.models.FileAttachment;
import com.microsoft.graph.models.Importance;
import com.microsoft.graph.models.ItemBody;
import com.microsoft.graph.models.MailFolder;
import com.microsoft.graph.models.MailFolderCollectionResponse;
import com.microsoft.graph.models.Message;
import com.microsoft.graph.models.MessageCollectionResponse;
import com.microsoft.graph.models.Recipient;
import com.microsoft.graph.models.UploadSession;
import com.microsoft.graph.models.User;
import com.microsoft.graph.models.odataerrors.ODataError;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.graph.users.item.mailfolders.MailFoldersRequestBuilder;
import com.microsoft.graph.users.item.mailfolders.item.messages.delta.DeltaGetResponse;
import com.microsoft.graph.users.item.mailfolders.item.messages.delta.DeltaRequestBuilder;
import com.microsoft.graph.users.item.messages.item.attachments.createuploadsession.CreateUploadSessionPostRequestBody;
import com.microsoft.graph.users.item.messages.item.copy.CopyPostRequestBody;
import com.microsoft.graph.users.item.messages.item.move.MovePostRequestBody;
import com.microsoft.graph.users.item.sendmail.SendMailPostRequestBody;
import com.microsoft.kiota.authentication.AnonymousAuthenticationProvider;
import com.microsoft.kiota.authentication.AuthenticationProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.mail.MailAttachment;
import org.mailcaravan.sandbox.mail.SandboxFolder;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** Microsoft's own client, unchanged, reads the sandbox over TLS with all of delta's quirks on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraphSdkFidelityTest {
    private static final int SEEDED = 30;
    private static final Pattern MARKER = Pattern.compile("^X-Sandbox-Message: (\\d+)\\r\\n", Pattern.MULTILINE);

    private GraphFixture sandbox;
    private GraphServiceClient graph;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        SandboxOptions options = SandboxOptions.builder()
                .httpsPort(0)
                .caFile(folder.resolve("ca.pem"))
                .messages(2 * SEEDED)
                .build();
        sandbox = new GraphFixture(GraphSettings.defaults(), options);
        graph = client(sandbox.token());
    }

    @AfterAll
    void close() {
        sandbox.close();
    }

    @Test
    void readsThePersonBehindTheToken() {
        User me = graph.me().get();

        assertThat(me.getId()).isEqualTo(sandbox.user.objectId());
        assertThat(me.getMail()).isEqualTo(sandbox.user.userPrincipalName());
        assertThat(me.getDisplayName()).isEqualTo(sandbox.user.displayName());
    }

    @Test
    void walksMailFoldersOverSeveralPages() {
        SandboxFolder root = sandbox.mailbox.wellKnownFolder("msgfolderroot");
        for (int number = 1; number <= 6; number++) {
            sandbox.mailbox.addFolder(root, "Project " + number);
        }

        List<MailFolder> folders = mailFolders();

        assertThat(folders)
                .extracting(MailFolder::getDisplayName)
                .hasSize(12)
                .contains("Inbox", "Archive", "Project 1", "Project 6");
        assertThat(folders)
                .filteredOn(folder -> Objects.equals(folder.getDisplayName(), "Inbox"))
                .extracting(MailFolder::getId)
                .containsExactly(sandbox.mailbox.wellKnownFolder("inbox").restId());
    }

    @Test
    void walksDeltaToItsEndReadsEveryMimeAndHearsOfNewMail() throws IOException {
        Round first = round(inboxDelta());
        for (Message message : first.present()) {
            assertThat(marker(message.getId())).isEqualTo(number(message.getId()));
        }
        assertThat(sandbox.tenant.log().bytesByKind().get("graph:message/$value"))
                .as("the 25 MB message is among them")
                .isGreaterThan(25_000_000);
        SandboxMessage fresh = sandbox.deliver("Fresh mail");
        Round second = round(inboxDelta().withUrl(first.deltaLink()));

        assertThat(first.pages()).isGreaterThanOrEqualTo(4);
        assertThat(first.ids()).hasSizeGreaterThanOrEqualTo(SEEDED).contains(idsOfSeededMail());
        assertThat(second.ids()).contains(fresh.immutableId()).hasSizeLessThanOrEqualTo(2);
        assertThat(second.present())
                .filteredOn(message -> Objects.equals(message.getId(), fresh.immutableId()))
                .extracting(Message::getSubject)
                .containsExactly("Fresh mail");
        assertThat(marker(fresh.immutableId())).isEqualTo(fresh.number());
    }

    @Test
    void understandsRefusals() throws Exception {
        GraphServiceClient stranger = client("not-a-token");

        assertThatThrownBy(() -> stranger.me().get())
                .isInstanceOfSatisfying(
                        ODataError.class,
                        error -> assertThat(error.getError().getCode()).isEqualTo("InvalidAuthenticationToken"));
        assertThatThrownBy(
                        () -> graph.me().messages().byMessageId("AAMkNoSuchId=").get())
                .isInstanceOfSatisfying(ODataError.class, error -> {
                    assertThat(error.getResponseStatusCode()).isEqualTo(400);
                    assertThat(error.getError().getCode()).isEqualTo("ErrorInvalidIdMalformed");
                });
    }

    @Test
    void readsAnothersMailboxForAnApplicationAndForADelegate() throws Exception {
        SandboxUser ada = sandbox.tenant
                .directory()
                .findUser("ada.sorensen@caravan.example")
                .orElseThrow();
        String application = sandbox.tenant
                .authority()
                .appOnlyToken(
                        sandbox.tenant.directory().appOnlyRegistration(),
                        Permission.GRAPH,
                        Set.of(Permission.MAIL_READ_ROLE));

        for (String token : List.of(application, sandbox.token(ada, Permission.MAIL_READ_SHARED))) {
            var messages = client(token)
                    .users()
                    .byUserId(sandbox.user.objectId())
                    .messages()
                    .get(request -> request.queryParameters.top = 1000);
            assertThat(messages.getValue())
                    .extracting(Message::getId)
                    .containsExactlyInAnyOrderElementsOf(sandbox.mailbox.messages().stream()
                            .map(SandboxMessage::restId)
                            .toList());
        }
    }

    @Test
    void understandsThatAnApplicationHasNoMeAndWhatItMayNotRead() throws Exception {
        GraphServiceClient application = client(sandbox.tenant
                .authority()
                .appOnlyToken(sandbox.tenant.directory().appOnlyRegistration(), Permission.GRAPH, Set.of()));

        assertThatThrownBy(() -> application.me().messages().get())
                .isInstanceOfSatisfying(
                        ODataError.class,
                        error -> assertThat(error.getResponseStatusCode()).isEqualTo(400));
        assertThatThrownBy(() -> application
                        .users()
                        .byUserId(sandbox.user.objectId())
                        .messages()
                        .get())
                .isInstanceOfSatisfying(
                        ODataError.class,
                        error -> assertThat(error.getError().getCode()).isEqualTo("ErrorAccessDenied"));
    }

    @Test
    void changesMovesCopiesAndDeletesMessages() throws Exception {
        SandboxMessage parcel = sandbox.deliver("Parcel");
        var messages = client(sandbox.writer()).me().messages();
        Message patch = new Message();
        patch.setIsRead(true);
        patch.setCategories(List.of("Red"));
        patch.setImportance(Importance.High);
        MovePostRequestBody move = new MovePostRequestBody();
        move.setDestinationId("archive");
        CopyPostRequestBody copy = new CopyPostRequestBody();
        copy.setDestinationId("junkemail");

        Message patched = messages.byMessageId(parcel.restId()).patch(patch);
        Message moved = messages.byMessageId(parcel.restId()).move().post(move);
        Message copied = messages.byMessageId(moved.getId()).copy().post(copy);
        messages.byMessageId(moved.getId()).delete();

        assertThat(patched.getIsRead()).isTrue();
        assertThat(patched.getCategories()).containsExactly("Red");
        assertThat(patched.getImportance()).isEqualTo(Importance.High);
        assertThat(moved.getId()).isNotEqualTo(parcel.restId());
        assertThat(copied.getSubject()).isEqualTo("Parcel");
        assertThat(number(copied.getId())).isNotEqualTo(parcel.number());
        assertThat(sandbox.mailbox.findMessage(parcel.number()).orElseThrow().folder())
                .isEqualTo(sandbox.mailbox.wellKnownFolder("deleteditems"));
    }

    @Test
    void sendsMailWithAnAttachment() throws Exception {
        EmailAddress address = new EmailAddress();
        address.setAddress("kenji.mori@caravan.example");
        Recipient recipient = new Recipient();
        recipient.setEmailAddress(address);
        FileAttachment file = new FileAttachment();
        file.setName("note.txt");
        file.setContentType("text/plain");
        file.setContentBytes("Hello".getBytes(StandardCharsets.UTF_8));
        ItemBody body = new ItemBody();
        body.setContentType(BodyType.Text);
        body.setContent("See attachment");
        Message message = new Message();
        message.setSubject("Sent by the SDK");
        message.setToRecipients(List.of(recipient));
        message.setBody(body);
        message.setAttachments(List.of(file));
        SendMailPostRequestBody send = new SendMailPostRequestBody();
        send.setMessage(message);

        GraphServiceClient writer = client(sandbox.writer());
        writer.me().sendMail().post(send);

        SandboxMailbox kenji = sandbox.part
                .mailboxes()
                .findByAddress("kenji.mori@caravan.example")
                .orElseThrow();
        SandboxMessage sent = sandbox.mailbox
                .messages(sandbox.mailbox.wellKnownFolder("sentitems"))
                .get(0);
        assertThat(kenji.messages(kenji.wellKnownFolder("inbox")))
                .extracting(SandboxMessage::subject)
                .contains("Sent by the SDK");
        List<Attachment> attachments = writer.me()
                .messages()
                .byMessageId(sent.restId())
                .attachments()
                .get()
                .getValue();
        assertThat(attachments).singleElement().isInstanceOfSatisfying(FileAttachment.class, read -> {
            assertThat(read.getName()).isEqualTo("note.txt");
            assertThat(read.getContentBytes()).isEqualTo("Hello".getBytes(StandardCharsets.UTF_8));
        });
    }

    @Test
    void batchesRequests() throws Exception {
        SandboxMessage message = sandbox.deliver("In a batch");
        BatchRequestContent batch = new BatchRequestContent(graph);
        String found = batch.addBatchRequestStep(
                graph.me().messages().byMessageId(message.restId()).toGetRequestInformation());
        String missing = batch.addBatchRequestStep(
                graph.me().messages().byMessageId("AAMkNoSuchId=").toGetRequestInformation());

        BatchResponseContent answers = graph.getBatchRequestBuilder().post(batch, null);

        assertThat(answers.getResponsesStatusCode()).containsEntry(found, 200).containsEntry(missing, 400);
        assertThat(answers.getResponseById(found, Message::createFromDiscriminatorValue)
                        .getSubject())
                .isEqualTo("In a batch");
    }

    @Test
    void iteratesOverPages() throws Exception {
        List<String> ids = new ArrayList<>();
        new PageIterator.Builder<Message, MessageCollectionResponse>()
                .client(graph)
                .collectionPage(graph.me().messages().get(request -> request.queryParameters.top = 7))
                .collectionPageFactory(MessageCollectionResponse::createFromDiscriminatorValue)
                .processPageItemCallback(message -> ids.add(message.getId()))
                .build()
                .iterate();

        assertThat(ids)
                .containsExactlyInAnyOrderElementsOf(sandbox.mailbox.messages().stream()
                        .map(SandboxMessage::restId)
                        .toList());
    }

    @Test
    void uploadsALargeFileInSlices() throws Exception {
        byte[] bytes = new byte[3 * 1024 * 1024 + 17];
        Arrays.fill(bytes, (byte) 'x');
        GraphServiceClient writer = client(sandbox.writer());
        Message draft = writer.me().messages().post(new Message());
        AttachmentItem item = new AttachmentItem();
        item.setAttachmentType(AttachmentType.File);
        item.setName("large.bin");
        item.setSize((long) bytes.length);
        CreateUploadSessionPostRequestBody wanted = new CreateUploadSessionPostRequestBody();
        wanted.setAttachmentItem(item);
        UploadSession session = writer.me()
                .messages()
                .byMessageId(draft.getId())
                .attachments()
                .createUploadSession()
                .post(wanted);

        UploadResult<FileAttachment> result = new LargeFileUploadTask<FileAttachment>(
                        adapter(new AnonymousAuthenticationProvider()),
                        session,
                        new ByteArrayInputStream(bytes),
                        bytes.length,
                        320L * 1024 * 4,
                        FileAttachment::createFromDiscriminatorValue)
                .upload();

        assertThat(result.isUploadSuccessful()).isTrue();
        assertThat(result.location.toString()).contains("/Attachments('");
        assertThat(sandbox.mailbox.findMessage(draft.getId()).orElseThrow().attachments())
                .extracting(MailAttachment::size)
                .containsExactly((long) bytes.length);
        assertThat(sandbox.tenant.log().byKind()).containsEntry("graph:upload", 3L);
    }

    /** All rows of one delta round. */
    private record Round(int pages, List<Message> rows, String deltaLink) {
        List<Message> present() {
            return rows.stream()
                    .filter(row -> !row.getAdditionalData().containsKey("@removed"))
                    .toList();
        }

        List<String> ids() {
            return present().stream().map(Message::getId).distinct().toList();
        }
    }

    private DeltaRequestBuilder inboxDelta() {
        return graph.me().mailFolders().byMailFolderId("inbox").messages().delta();
    }

    private Round round(DeltaRequestBuilder start) {
        List<Message> rows = new ArrayList<>();
        int pages = 1;
        DeltaGetResponse page = page(start);
        rows.addAll(page.getValue());
        while (page.getOdataNextLink() != null) {
            page = page(start.withUrl(page.getOdataNextLink()));
            rows.addAll(page.getValue());
            pages++;
        }
        return new Round(pages, rows, Objects.requireNonNull(page.getOdataDeltaLink()));
    }

    private static DeltaGetResponse page(DeltaRequestBuilder request) {
        return Objects.requireNonNull(request.get(config -> config.headers.add("Prefer", "IdType=\"ImmutableId\"")));
    }

    private List<MailFolder> mailFolders() {
        MailFoldersRequestBuilder start = graph.me().mailFolders();
        List<MailFolder> all = new ArrayList<>();
        Optional<MailFolderCollectionResponse> page = Optional.ofNullable(start.get());
        while (page.isPresent()) {
            all.addAll(page.get().getValue());
            page = Optional.ofNullable(page.get().getOdataNextLink())
                    .map(link -> start.withUrl(link).get());
        }
        return all;
    }

    private long number(String id) {
        return sandbox.mailbox.findMessage(id).orElseThrow().number();
    }

    private String[] idsOfSeededMail() {
        return sandbox.mailbox.messages().stream()
                .limit(SEEDED)
                .map(SandboxMessage::immutableId)
                .toArray(String[]::new);
    }

    /** The message's number as its MIME names it. */
    private long marker(String id) throws IOException {
        try (InputStream mime = graph.me().messages().byMessageId(id).content().get()) {
            String text = new String(mime.readAllBytes(), StandardCharsets.ISO_8859_1);
            Matcher marker = MARKER.matcher(text.substring(0, text.indexOf("\r\n\r\n") + 2));
            assertThat(marker.find()).isTrue();
            return Long.parseLong(marker.group(1));
        }
    }

    private GraphServiceClient client(String token) throws GeneralSecurityException, IOException {
        return new GraphServiceClient(
                adapter((request, context) -> request.headers.add("Authorization", "Bearer " + token)));
    }

    private BaseGraphRequestAdapter adapter(AuthenticationProvider authentication)
            throws GeneralSecurityException, IOException {
        X509TrustManager trust = trustOnly(sandbox.tenant.server().caCertificate());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {trust}, null);
        OkHttpClient http = GraphClientFactory.create(GraphServiceClient.getGraphClientOptions())
                .sslSocketFactory(tls.getSocketFactory(), trust)
                .build();
        String root = sandbox.tenant.server().httpsUrl().orElseThrow() + GraphHandler.PREFIX;
        return new BaseGraphRequestAdapter(authentication, root, http);
    }

    private static X509TrustManager trustOnly(Path pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream certificate = Files.newInputStream(pem)) {
            store.setCertificateEntry(
                    "sandbox", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }
}
