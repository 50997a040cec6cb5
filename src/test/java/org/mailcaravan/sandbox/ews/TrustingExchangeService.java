package org.mailcaravan.sandbox.ews;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import microsoft.exchange.webservices.data.core.ExchangeService;
import microsoft.exchange.webservices.data.core.enumeration.misc.ExchangeVersion;
import org.apache.http.config.Registry;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;

/**
 * ews-java-api's client with two things the library lacks: a certificate authority from a file, and a bearer token. All else is
 * the library's own.
 */
final class TrustingExchangeService extends ExchangeService {
    /** The library asks for its connection factories from within its own constructor, before any field of ours is set. */
    private static final ThreadLocal<SSLContext> TRUST = new ThreadLocal<>();

    /** For what the library connects later, with pools of its own. */
    private final SSLContext trust;

    private TrustingExchangeService(SSLContext trust) {
        super(ExchangeVersion.Exchange2010_SP2);
        this.trust = trust;
    }

    static TrustingExchangeService connect(URI base, Path caFile, String token)
            throws IOException, GeneralSecurityException {
        SSLContext trust = trusting(caFile);
        TRUST.set(trust);
        try {
            TrustingExchangeService service = new TrustingExchangeService(trust);
            service.setUrl(base.resolve("/EWS/Exchange.asmx"));
            service.getHttpHeaders().put("Authorization", "Bearer " + token);
            return service;
        } finally {
            TRUST.remove();
        }
    }

    @Override
    protected Registry<ConnectionSocketFactory> createConnectionSocketFactoryRegistry() {
        return RegistryBuilder.<ConnectionSocketFactory>create()
                .register(
                        "https",
                        new SSLConnectionSocketFactory(
                                Optional.ofNullable(TRUST.get()).orElse(trust)))
                .build();
    }

    private static SSLContext trusting(Path caFile) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(caFile)) {
            store.setCertificateEntry(
                    "sandbox", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
