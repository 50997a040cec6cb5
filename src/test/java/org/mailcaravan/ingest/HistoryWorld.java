package org.mailcaravan.ingest;

import com.sun.net.httpserver.HttpHandler;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.mailcaravan.database.Transactions;
import org.mailcaravan.ews.EwsMailSource;
import org.mailcaravan.graph.GraphMailSource;
import org.mailcaravan.graph.GraphSettings;
import org.mailcaravan.graph.MessageContent;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.AccessToken;
import org.mailcaravan.mailbox.CredentialId;
import org.mailcaravan.mailbox.RequestCounter;
import org.mailcaravan.oauth.AccessTokens;
import org.mailcaravan.oauth.Resource;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxOptions;
import org.mailcaravan.sandbox.SandboxTenant;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.control.MailPart;
import org.mailcaravan.sandbox.ews.EwsPart;
import org.mailcaravan.sandbox.ews.EwsSettings;
import org.mailcaravan.sandbox.graph.DeltaCursors;
import org.mailcaravan.sandbox.graph.GraphHandler;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;
import org.mailcaravan.testing.FreshDatabase;
import org.mailcaravan.testing.InProcessHttp;
import org.mailcaravan.testing.SettableClock;

/** A sandbox tenant called in process, and a ledger on H2, for many mailboxes one after the other on one clock. */
final class HistoryWorld implements AutoCloseable {
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(50);

    final SettableClock clock = new SettableClock(Instant.parse("2026-11-24T08:00:00Z"));
    final DeltaCursors links = new DeltaCursors(new SecureRandom());
    final SandboxMailboxes sandboxes;
    final SandboxTenant tenant;
    final Transactions transactions;
    final Mailboxes mailboxes;
    final Ledger ledger;
    final SyncCursors cursors;
    final Deliveries deliveries;
    final ContentStore store;
    private final HikariDataSource dataSource;
    private final Map<CredentialId, SandboxUser> owners = new ConcurrentHashMap<>();

    HistoryWorld(Path directory, int users) throws IOException {
        this(directory, users, FreshDatabase.h2(), plain -> plain);
    }

    /** @param view of the database, for all that is not the test's own */
    HistoryWorld(Path directory, int users, HikariDataSource dataSource, UnaryOperator<DataSource> view)
            throws IOException {
        this.dataSource = dataSource;
        SandboxOptions options = SandboxOptions.builder()
                .users(users)
                .messages(0)
                .clock(clock)
                .caFile(directory.resolve("ca.pem"))
                .build();
        sandboxes = MailPart.seeded(options);
        tenant = SandboxTenant.start(options);
        transactions = new Transactions(view.apply(dataSource));
        mailboxes = new Mailboxes(transactions, clock);
        ledger = new Ledger(transactions, clock);
        cursors = new SyncCursors(transactions);
        deliveries = new Deliveries(transactions, clock);
        deliveries.subscribe("files", false);
        store = new ContentStore(directory, 1);
    }

    CredentialId credential(SandboxUser owner) {
        CredentialId id = CredentialId.random();
        owners.put(id, owner);
        return id;
    }

    /** A source of its own for each history, so that none inherits what another remembers. */
    GraphMailSource source(boolean quirks, int pageSize, int smallFolder, MessageContent content) {
        GraphHandler.Tenant graph = new GraphHandler.Tenant(
                tenant.directory(), sandboxes, tenant.tokens(), links, tenant.log(), tenant.faults());
        GraphHandler handler =
                new GraphHandler(graph, new org.mailcaravan.sandbox.graph.GraphSettings(4, quirks), clock);
        Duration timeout = Duration.ofSeconds(60);
        GraphSettings settings = new GraphSettings(
                URI.create("http://127.0.0.1:8085/v1.0"),
                pageSize,
                timeout,
                timeout,
                100_000_000,
                smallFolder,
                content);
        return new GraphMailSource(settings, new Tokens(), new HttpGateway(new InProcessHttp(handler)), clock);
    }

    /**
     * A source of its own for each history.
     *
     * @param pageSize how many changes and rows the server shows at once
     */
    EwsMailSource ewsSource(int pageSize) {
        HttpHandler handler = new EwsPart(sandboxes, EwsSettings.defaults()).inProcess(tenant);
        InProcessHttp http = new InProcessHttp(
                handler,
                request -> request.replace(
                                "MaxChangesReturned>512<", "MaxChangesReturned>" + Math.min(512, pageSize) + "<")
                        .replace("MaxEntriesReturned=\"1000\"", "MaxEntriesReturned=\"" + pageSize + "\""));
        return new EwsMailSource(
                URI.create("http://127.0.0.1:8085/EWS/Exchange.asmx"),
                new Tokens(),
                new HttpGateway(http),
                Duration.ofSeconds(60),
                clock);
    }

    /** As the other, counted. */
    EwsMailSource ewsSource(RequestCounter counter) {
        HttpHandler handler = new EwsPart(sandboxes, EwsSettings.defaults()).inProcess(tenant);
        return new EwsMailSource(
                URI.create("http://127.0.0.1:8085/EWS/Exchange.asmx"),
                new Tokens(),
                new HttpGateway(new InProcessHttp(handler)),
                Duration.ofSeconds(60),
                clock,
                counter);
    }

    AccessTokens tokens() {
        return new Tokens();
    }

    long requests(SandboxUser owner, String kindPrefix) {
        return tenant.log().byMailbox().getOrDefault(owner.objectId(), Map.of()).entrySet().stream()
                .filter(kind -> kind.getKey().startsWith(kindPrefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private final class Tokens implements AccessTokens {
        private final Map<CredentialId, AccessToken> current = new HashMap<>();

        @Override
        public synchronized AccessToken acquire(CredentialId credential, Resource resource) {
            AccessToken token = Optional.ofNullable(current.get(credential))
                    .filter(known -> clock.instant().isBefore(known.expiresAt()))
                    .orElseGet(() -> issue(owners.get(credential), resource));
            current.put(credential, token);
            return token;
        }

        private AccessToken issue(SandboxUser owner, Resource resource) {
            boolean graph = resource == Resource.GRAPH;
            String value = tenant.authority()
                    .accessToken(
                            owner,
                            tenant.directory().demoRegistration(),
                            graph ? Permission.GRAPH : Permission.EXCHANGE,
                            graph ? Set.of(Permission.MAIL_READ, Permission.USER_READ) : Set.of(Permission.EWS_ACCESS));
            return new AccessToken(value, clock.instant().plus(TOKEN_LIFE));
        }

        @Override
        public synchronized void invalidate(
                CredentialId credential, Resource resource, AccessToken refused, Optional<String> claims) {
            current.remove(credential);
        }
    }

    @Override
    public void close() {
        tenant.close();
        dataSource.close();
    }
}
