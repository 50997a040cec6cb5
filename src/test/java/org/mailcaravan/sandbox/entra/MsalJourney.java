package org.mailcaravan.sandbox.entra;

import com.microsoft.aad.msal4j.AbstractClientApplicationBase;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.MsalServiceException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;

/**
 * What msal4j needs to speak to the sandbox: TLS, with the sandbox's generated certificate authority trusted by file. The person's part is played by posting the
 * forms of the sign-in and consent pages. msal4j forgets an authority's port when it refreshes, so it goes through {@link StandardPort}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MsalJourney {
    static final String CALLBACK = "http://localhost:8080/0/rest/Office365OAuthAuthenticator/ProcessAuthenticationCode";
    static final Set<String> GRAPH_SCOPES =
            Set.of("https://graph.microsoft.com/User.Read", "https://graph.microsoft.com/Mail.Read");
    static final Set<String> EWS_SCOPES = Set.of("https://outlook.office365.com/EWS.AccessAsUser.All");

    SandboxTenant tenant;
    private StandardPort standardPort;
    private SSLContext tls;
    Browser browser;

    @BeforeAll
    void startTenant(@TempDir Path directory) throws Exception {
        tenant = SandboxTenant.start(SandboxOptions.builder()
                .httpsPort(0)
                .caFile(directory.resolve("ca.pem"))
                .build());
        standardPort =
                StandardPort.leadingTo(tenant.server().httpsUrl().orElseThrow().getPort());
        tls = trusting(tenant.server().caCertificate());
    }

    @AfterAll
    void stopTenant() throws Exception {
        standardPort.close();
        tenant.close();
    }

    @BeforeEach
    void newBrowser() {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        browser = new Browser(client, tenant.server().httpsUrl().orElseThrow());
        tenant.log().reset();
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "sandbox", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** The application under the tenant's own authority. */
    <T extends AbstractClientApplicationBase.Builder<T>> T on(T application) throws Exception {
        return application
                .authority("https://localhost/" + tenant.directory().tenantId() + "/")
                .validateAuthority(false)
                .instanceDiscovery(false)
                .sslSocketFactory(tls.getSocketFactory())
                .proxy(standardPort.proxy());
    }

    String email(int number) {
        return tenant.directory().users().get(number).userPrincipalName();
    }

    static IAuthenticationResult await(CompletableFuture<IAuthenticationResult> answer) throws Exception {
        try {
            return answer.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MsalServiceException refused ? refused : e;
        }
    }

    long tokenCalls(String grant) {
        return tenant.log().byKind().getOrDefault("token:" + grant, 0L);
    }
}
