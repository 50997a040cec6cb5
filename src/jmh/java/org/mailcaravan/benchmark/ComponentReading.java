package org.mailcaravan.benchmark;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.mailcaravan.database.Database;
import org.mailcaravan.delivery.MailEvents;
import org.mailcaravan.ews.EwsComponent;
import org.mailcaravan.graph.GraphComponent;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.ingest.ContentStore;
import org.mailcaravan.ingest.IngestSettings;
import org.mailcaravan.ingest.Ingestion;
import org.mailcaravan.ingest.MailIntake;
import org.mailcaravan.ingest.Polling;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MailboxAddress;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.MailboxId;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.TenantId;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;

/**
 * The product's own path until a message is safe: its tasks, its ledger in an H2 file whose commits are forced to disk, its content directory and its routes. A sink is subscribed and asleep: every message is promised to it.
 */
final class ComponentReading implements Reading {
    private static final long LONGEST_MINUTES = 15;

    private final Database database;
    private final HttpGateway http = new HttpGateway(Duration.ofSeconds(10));
    private final Ingestion ingestion;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Map<CredentialId, String> tokens = new ConcurrentHashMap<>();
    private final Protocol protocol;
    private volatile CountDownLatch missing = new CountDownLatch(0);

    ComponentReading(Job job) throws Exception {
        String url = "jdbc:h2:file:" + job.directory().resolve("mailcaravan") + ";WRITE_DELAY=0";
        database = Database.open(url, Optional.empty(), Optional.empty());
        ingestion = new Ingestion(
                database.dataSource(),
                database.transactions(),
                true,
                new ContentStore(job.directory().resolve("content"), 1),
                new IngestSettings(Polling.every(Duration.ofHours(1)), Duration.ofDays(7), 4),
                new SplittableRandom(1),
                Clock.systemUTC());
        ingestion
                .sinkDispatch()
                .register("files", false, delivery -> {
                    throw new IllegalStateException("nothing is delivered here");
                })
                .close();
        camel.setStreamCaching(false);
        bind();
        configure(job);
        protocol = job.protocol();
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.resolveMandatoryResource(
                        camel, "classpath:routes/mail-ingest-" + protocol.word() + ".camel.yaml"));
        camel.start();
        ingestion.start();
    }

    private void configure(Job job) {
        if (job.protocol() == Protocol.EWS) {
            camel.getComponent("ews", EwsComponent.class).setEwsUrl(job.root().toString());
            return;
        }
        GraphComponent graph = camel.getComponent("microsoft-graph", GraphComponent.class);
        graph.setGraphRoot(job.root().toString());
        graph.setContent(job.json() ? "json" : "mime");
    }

    private void bind() {
        camel.getRegistry().bind("accessTokens", AccessTokens.class, new Given());
        camel.getRegistry().bind("httpGateway", http);
        camel.getRegistry().bind("mailIntake", MailIntake.class, (MailIntake) this::register);
        camel.getRegistry().bind("sinkDispatch", ingestion.sinkDispatch());
        camel.getRegistry().bind("staging", ingestion.staging());
        camel.getRegistry().bind("mailboxDirectory", MailboxDirectory.class, ingestion.mailboxes());
        camel.getRegistry().bind("mailEvents", new MailEvents());
    }

    /** The product's intake, and a count of what its route took over. */
    private MailIntake.Registration register(
            MailSource source, MailIntake.Choice choice, MailIntake.ArrivalHandler handler) {
        return ingestion.mailIntake().register(source, choice, message -> {
            CompletionStage<?> end = handler.arrive(message);
            end.thenRun(missing::countDown);
            return end;
        });
    }

    @Override
    public void read(Account account) throws Exception {
        missing = new CountDownLatch(account.messages());
        CredentialId credential = CredentialId.random();
        tokens.put(credential, account.token());
        ingestion
                .mailboxes()
                .save(new Mailbox(
                        MailboxId.random(),
                        new TenantId(UUID.randomUUID().toString()), // read again it is a mailbox of its own
                        account.objectId(),
                        new MailboxAddress(account.address()),
                        credential,
                        protocol,
                        Access.OWNER,
                        List.of("inbox"),
                        Optional.empty()));
        if (!missing.await(LONGEST_MINUTES, TimeUnit.MINUTES)) {
            throw new IllegalStateException(missing.getCount() + " messages were not taken over");
        }
    }

    @Override
    public void close() {
        ingestion.close();
        camel.stop();
        http.close();
        database.close();
    }

    private final class Given implements AccessTokens {
        @Override
        public AccessToken acquire(CredentialId credential, Resource resource) {
            return new AccessToken(tokens.get(credential), Instant.MAX);
        }

        @Override
        public void invalidate(
                CredentialId credential, Resource resource, AccessToken refused, Optional<String> claims) {
            throw new IllegalStateException("the sandbox refused a good token");
        }
    }
}
