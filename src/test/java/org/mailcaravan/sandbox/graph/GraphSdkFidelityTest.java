package org.mailcaravan.sandbox.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.graph.core.requests.BaseGraphRequestAdapter;
import com.microsoft.graph.core.requests.GraphClientFactory;
import com.microsoft.graph.models.MailFolder;
import com.microsoft.graph.models.MailFolderCollectionResponse;
import com.microsoft.graph.models.Message;
import com.microsoft.graph.models.User;
import com.microsoft.graph.models.odataerrors.ODataError;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.graph.users.item.mailfolders.MailFoldersRequestBuilder;
import com.microsoft.graph.users.item.mailfolders.item.messages.delta.DeltaGetResponse;
import com.microsoft.graph.users.item.mailfolders.item.messages.delta.DeltaRequestBuilder;
import com.microsoft.kiota.authentication.AuthenticationProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
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
import org.mailcaravan.sandbox.mail.SandboxFolder;
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
        AuthenticationProvider bearer = (request, context) -> request.headers.add("Authorization", "Bearer " + token);
        X509TrustManager trust = trustOnly(sandbox.tenant.server().caCertificate());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {trust}, null);
        OkHttpClient http = GraphClientFactory.create(GraphServiceClient.getGraphClientOptions())
                .sslSocketFactory(tls.getSocketFactory(), trust)
                .build();
        String root = sandbox.tenant.server().httpsUrl().orElseThrow() + GraphHandler.PREFIX;
        return new GraphServiceClient(new BaseGraphRequestAdapter(bearer, root, http));
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
