package org.mailcaravan.app;

import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.Main;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.console.Console;
import org.mailcaravan.credential.CredentialRepository;
import org.mailcaravan.credential.EncryptingCredentialRepository;
import org.mailcaravan.credential.IdleGrants;
import org.mailcaravan.credential.JdbcCredentialRepository;
import org.mailcaravan.credential.JdbcKeyUses;
import org.mailcaravan.credential.KeyRing;
import org.mailcaravan.credential.KeyRotation;
import org.mailcaravan.cutover.AutomaticCutover;
import org.mailcaravan.cutover.Cutovers;
import org.mailcaravan.cutover.EwsReports;
import org.mailcaravan.cutover.EwsWarnings;
import org.mailcaravan.database.Database;
import org.mailcaravan.delivery.MailEvents;
import org.mailcaravan.ews.EwsComponent;
import org.mailcaravan.ews.EwsStreaming;
import org.mailcaravan.graph.GraphComponent;
import org.mailcaravan.graph.GraphNotifications;
import org.mailcaravan.graph.GraphUser;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.ingest.ContentStore;
import org.mailcaravan.ingest.IngestSettings;
import org.mailcaravan.ingest.Ingestion;
import org.mailcaravan.ingest.RequestTally;
import org.mailcaravan.mailbox.Access;
import org.mailcaravan.mailbox.MailboxDirectory;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.management.ManagementChannel;
import org.mailcaravan.management.ManagementToken;
import org.mailcaravan.oauth.ConnectTickets;
import org.mailcaravan.oauth.MailboxConnections;
import org.mailcaravan.oauth.MailboxLookup;
import org.mailcaravan.oauth.MailboxProbe;
import org.mailcaravan.oauth.OAuthClient;
import org.mailcaravan.oauth.RouteTokenEndpoint;
import org.mailcaravan.operations.ExpiryHealthCheck;
import org.mailcaravan.operations.ExpiryWatch;
import org.mailcaravan.operations.IngestHealthCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rooms wired together and running: database, tasks, OAuth client, and the Camel routes. Which parts run is decided here, once, from the settings. */
final class Bundle implements AutoCloseable {
    private static final String NOTIFICATIONS = "mail-notifications.camel.yaml";

    /** The routes in the jar. A file of the same name in {@code routes.directory} replaces one. */
    static final List<String> BUNDLED_ROUTES = List.of(
            "route-configurations.camel.yaml",
            "oauth-token.camel.yaml",
            "microsoft-api.camel.yaml",
            "mailbox-connect.camel.yaml",
            "admin-consent.camel.yaml",
            "sink-files.camel.yaml",
            "mail-ingest-graph.camel.yaml",
            "mail-ingest-ews.camel.yaml",
            NOTIFICATIONS);

    private static final Logger LOG = LoggerFactory.getLogger(Bundle.class);
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration FLUSH = Duration.ofSeconds(30);
    private static final Duration LOOK_AT_BLOCKED = Duration.ofMinutes(1);
    private static final Duration WARN = Duration.ofMinutes(5);
    private static final int THREADS = 20;

    private final Settings settings;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private @Nullable Ingestion ingestion;

    private Bundle(Settings settings) {
        this.settings = settings;
    }

    /**
     * Starts everything; it runs when this returns.
     *
     * @throws SettingsException if a port is taken
     * @throws RuntimeException if a part cannot start; its message names the remedy, and whatever had started is stopped again
     */
    static Bundle start(Settings settings) throws Exception {
        Bundle bundle = new Bundle(settings);
        try {
            bundle.startParts();
            return bundle;
        } catch (Exception e) {
            bundle.close();
            throw e;
        }
    }

    private void startParts() throws Exception {
        PortCheck.check(settings);
        KeyRing keys = settings.keyRing();
        Database database = closing(Database.open(
                settings.databaseUrl(),
                settings.databaseUser(),
                settings.databasePassword().map(s -> s.value())));
        HttpGateway http = closing(new HttpGateway(settings.connectTimeout()));
        ContentStore store = new ContentStore(settings.contentDirectory(), settings.contentMinFreeSpaceBytes());
        Ingestion ingestion = new Ingestion(
                database.dataSource(),
                database.transactions(),
                database.embedded(),
                store,
                new IngestSettings(
                        settings.polling(), settings.deliveryRetryFor(), THREADS, settings.reconcileInterval()),
                new SplittableRandom(random.nextLong()),
                clock);
        this.ingestion = ingestion;
        JdbcKeyUses keyUses = new JdbcKeyUses(database.transactions(), clock);
        CredentialRepository credentials = new EncryptingCredentialRepository(
                new JdbcCredentialRepository(database.transactions()), keys, keyUses);
        Main main = closing(new Main(), Main::stop);
        main.configure().withRoutesIncludePattern(routes());
        main.setOverrideProperties(properties());
        routes(main::init);
        CamelContext camel = main.getCamelContext();
        OAuthClient oauth = closing(new OAuthClient(
                SettingsToOAuth.translate(settings, clock),
                new OAuthClient.Surroundings(http, database.transactions(), clock, random),
                credentials,
                new RouteTokenEndpoint(camel)));
        oauth.properties().forEach(main::addInitialProperty);
        bind(camel, ingestion, oauth, http);
        Optional<GraphNotifications> notifications = notifications(camel, ingestion);
        Optional<EwsStreaming> streaming = streaming(camel, ingestion);
        quietErrors(camel);
        routes(main::start);
        HealthCheckRegistry.get(camel).register(new IngestHealthCheck(ingestion));
        ExpiryWatch expiry =
                new ExpiryWatch(oauth::proofs, new IdleGrants(database.transactions())::refreshedBefore, clock);
        HealthCheckRegistry.get(camel).register(new ExpiryHealthCheck(expiry));
        closing(ingestion.requestTally(), RequestTally::flush);
        closing(ingestion);
        ingestion.start();
        ProtocolMoves moves = moves(camel, ingestion, oauth);
        every("request-tally", FLUSH, ingestion.requestTally()::flush);
        moves.automatic().ifPresent(automatic -> every("automatic-cutover", LOOK_AT_BLOCKED, automatic::look));
        every("ews-warning", WARN, moves.warnings()::look);
        hourly("connect-cleanup", oauth::removeExpired);
        hourly("expiry-watch", expiry::look);
        settings.ewsRetiresOn().ifPresent(day -> LOG.info("mailboxes can be read by EWS until {}", day));
        openManagement(
                camel,
                new ManagementOperations(
                        ingestion,
                        new ConnectionOperations(
                                bean(camel, "connectTickets", ConnectTickets.class),
                                bean(camel, "mailboxConnections", MailboxConnections.class),
                                settings.registrations(),
                                id -> ingestion.mailboxes().find(id).ifPresent(mailbox -> {
                                    notifications.ifPresent(some -> some.end(mailbox));
                                    streaming.ifPresent(some -> some.end(mailbox));
                                }),
                                clock),
                        new KeyRotation(database.transactions(), keys, keyUses, clock),
                        oauth.grantedPermissions(),
                        moves.operations(),
                        moves.warnings()));
        LOG.info(
                "reading mail every {} s, database {}",
                settings.polling().shortest().toSeconds(),
                database.embedded() ? "H2 file" : "PostgreSQL");
        settings.notificationUrl()
                .ifPresentOrElse(
                        url -> LOG.info("Graph is asked to announce changes, to {}", settings.publicBaseUrl()),
                        () -> LOG.info(
                                "no change notifications (mail.notifications, public.base-url): mailboxes are polled"));
    }

    private record ProtocolMoves(
            CutoverOperations operations, EwsWarnings warnings, Optional<AutomaticCutover> automatic) {}

    private ProtocolMoves moves(CamelContext camel, Ingestion ingestion, OAuthClient oauth) {
        MailboxGrants grants =
                new MailboxGrants(oauth.grantedPermissions(), oauth.widerGrants(), settings.registrations());
        Cutovers cutovers = new Cutovers(
                camel.getComponent("microsoft-graph", GraphComponent.class).mailSource(),
                camel.getComponent("ews", EwsComponent.class).mailSource(),
                grants,
                ingestion.protocolChanges());
        EwsReports reports =
                new EwsReports(ingestion.mailboxes(), ingestion.requestTally(), grants, settings.ewsRetiresOn(), clock);
        ConnectTickets tickets = bean(camel, "connectTickets", ConnectTickets.class);
        return new ProtocolMoves(
                new CutoverOperations(
                        ingestion.mailboxes(),
                        ingestion.protocolChanges(),
                        cutovers,
                        reports,
                        registration -> tickets.adminLink(
                                Optional.of(registration), Optional.of(Protocol.GRAPH.word()), Optional.empty())),
                new EwsWarnings(ingestion.mailboxes(), reports, grants),
                settings.automaticCutover() && settings.ewsRetiresOn().isPresent()
                        ? Optional.of(new AutomaticCutover(
                                ingestion.mailboxes(), cutovers, ingestion.protocolChanges(), clock))
                        : Optional.empty());
    }

    private static <T> T bean(CamelContext camel, String name, Class<T> type) {
        return Objects.requireNonNull(camel.getRegistry().lookupByNameAndType(name, type), name);
    }

    private void openManagement(CamelContext camel, ManagementOperations operations) {
        ManagementToken token = closing(ManagementToken.create(settings.managementTokenFile(), random));
        Router router = Objects.requireNonNull(camel.hasService(ManagementHttpServer.class), "management server")
                .getRouter();
        closing(new ManagementChannel(token, operations.byName())).open(router);
        closing(new Console(settings.consoleBaseUrl(), settings.consoleUsersFile(), clock, random))
                .open(router);
    }

    private void bind(CamelContext camel, Ingestion ingestion, OAuthClient oauth, HttpGateway http) {
        Registry registry = camel.getRegistry();
        registry.bind("accessTokens", oauth.accessTokens());
        registry.bind("httpGateway", http);
        registry.bind("mailIntake", ingestion.mailIntake());
        registry.bind("sinkDispatch", ingestion.sinkDispatch());
        registry.bind("staging", ingestion.staging());
        registry.bind("mailboxDirectory", MailboxDirectory.class, ingestion.mailboxes());
        registry.bind("mailEvents", new MailEvents());
        registry.bind("requestCounter", ingestion.requestTally());
        GraphComponent graph = camel.getComponent("microsoft-graph", GraphComponent.class);
        graph.setGraphRoot(settings.graphRoot().toString());
        graph.setPageSize(settings.pageSize());
        graph.setContent(settings.mailContent());
        // readiness is about this process: Graph being away must not close the connect pages; mailboxes tell of it as
        // details
        graph.setHealthCheckConsumerEnabled(false);
        graph.setAnswerTimeout(settings.answerTimeout());
        EwsComponent ews = camel.getComponent("ews", EwsComponent.class);
        ews.setEwsUrl(settings.ewsUrl().toString());
        settings.ewsAutodiscover().ifPresent(server -> ews.setAutodiscover(server.toString()));
        ews.setAutodiscoverHosts(String.join(",", settings.ewsAutodiscoverHosts()));
        ews.setAnswerTimeout(settings.answerTimeout().toMillis());
        ews.setHealthCheckConsumerEnabled(false);
        MailboxProbe probe = (mailbox, token) ->
                (mailbox.protocol() == Protocol.GRAPH ? graph.mailSource() : ews.mailSource()).probe(mailbox, token);
        MailboxLookup lookup = (user, token) -> {
            GraphUser found = graph.mailSource().fetchUser(user, Access.APPLICATION, token);
            return new MailboxLookup.Found(found.objectId(), found.address());
        };
        oauth.beans(new OAuthClient.MailRooms(ingestion.mailboxes(), probe, lookup))
                .forEach(registry::bind);
        registry.bind(
                "microsoftTokens",
                oauth.microsoftTokens(ingestion.mailboxes(), settings.graphRoot(), settings.ewsUrl()));
    }

    private Optional<GraphNotifications> notifications(CamelContext camel, Ingestion ingestion) {
        Optional<GraphNotifications> notifications = settings.notificationUrl()
                .map(url -> closing(new GraphNotifications(
                        url,
                        new GraphNotifications.Surroundings(
                                camel.getComponent("microsoft-graph", GraphComponent.class)::mailSource,
                                ingestion.subscriptions(),
                                random,
                                clock),
                        ingestion.mailboxes()::wake)));
        notifications.ifPresent(some -> {
            ingestion.watch(Protocol.GRAPH, some.watch());
            some.beans().forEach(camel.getRegistry()::bind);
        });
        return notifications;
    }

    private Optional<EwsStreaming> streaming(CamelContext camel, Ingestion ingestion) {
        if (!settings.ewsStreaming()) {
            return Optional.empty();
        }
        EwsStreaming streaming = closing(new EwsStreaming(
                new EwsStreaming.Surroundings(
                        camel.getComponent("ews", EwsComponent.class)::mailSource,
                        ingestion.mailboxes(),
                        random,
                        clock),
                ingestion.mailboxes()::wake));
        ingestion.watch(Protocol.EWS, streaming.watch());
        return Optional.of(streaming);
    }

    /** Failed exchanges are judged and logged by the ledger, by id: Camel's own log line may quote the mail. */
    private static void quietErrors(CamelContext camel) {
        DefaultErrorHandlerDefinition errors = new DefaultErrorHandlerDefinition();
        RedeliveryPolicyDefinition policy = new RedeliveryPolicyDefinition();
        policy.setMaximumRedeliveries("0");
        policy.setLogExhausted("false");
        policy.setLogExhaustedMessageHistory("false");
        errors.setRedeliveryPolicy(policy);
        camel.getCamelContextExtension().setErrorHandlerFactory(errors);
    }

    private void hourly(String name, Runnable work) {
        every(name, Duration.ofHours(1), work);
    }

    /** For the first time after a minute, or after the interval if that is shorter. */
    private void every(String name, Duration interval, Runnable work) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        closing(timer, ScheduledExecutorService::shutdownNow);
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        LOG.warn("{} failed, again in {} s: {}", name, interval.toSeconds(), e.getMessage());
                    }
                },
                Math.min(interval.toSeconds(), FIRST.toSeconds()),
                interval.toSeconds(),
                TimeUnit.SECONDS);
    }

    /** The ledger and its tasks; there from the start on. */
    Ingestion ingestion() {
        return Objects.requireNonNull(ingestion, "started");
    }

    /** Camel's words about a broken route name the file or the route, and seldom what to do. */
    private void routes(Step step) throws Exception {
        try {
            step.take();
        } catch (Exception e) {
            if (settings.routesDirectory().isEmpty()) {
                throw e;
            }
            String cause = e.getCause() == null || e.getCause().getMessage() == null
                    ? ""
                    : " (" + e.getCause().getMessage().lines().findFirst().orElse("") + ")";
            throw new IllegalStateException(
                    e.getMessage() + cause + "\nCorrect the files in routes.directory: "
                            + settings.routesDirectory().get(),
                    e);
        }
    }

    private interface Step {
        void take() throws Exception;
    }

    private String routes() {
        Set<String> own = ownRoutes();
        Stream<String> bundled = BUNDLED_ROUTES.stream()
                .filter(name -> !own.contains(name))
                .filter(name -> !name.equals(NOTIFICATIONS)
                        || settings.notificationUrl().isPresent())
                .map(name -> "classpath:routes/" + name);
        Stream<String> added =
                settings.routesDirectory().stream().map(directory -> "file:" + directory + "/*.camel.yaml");
        return Stream.concat(bundled, added).collect(Collectors.joining(","));
    }

    private Set<String> ownRoutes() {
        Optional<Path> directory = settings.routesDirectory();
        if (directory.isEmpty()) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(directory.get())) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException("routes.directory cannot be read", e);
        }
    }

    private Properties properties() {
        Properties camel = new Properties();
        camel.putAll(settings.placeholders());
        camel.putAll(Map.ofEntries(
                Map.entry("camel.main.name", "mailcaravan"),
                Map.entry("camel.main.stream-caching-enabled", "false"),
                Map.entry("camel.main.shutdown-timeout", "25"),
                Map.entry("camel.main.startup-summary-level", "Oneline"),
                Map.entry("camel.server.enabled", "true"),
                Map.entry("camel.server.host", settings.serverHost()),
                Map.entry("camel.server.port", String.valueOf(settings.serverPort())),
                Map.entry("camel.server.max-body-size", String.valueOf(settings.maxBodyBytes())),
                Map.entry("camel.management.enabled", "true"),
                Map.entry("camel.management.host", settings.managementHost()),
                Map.entry("camel.management.port", String.valueOf(settings.managementPort())),
                Map.entry("camel.management.health-check-enabled", "true"),
                Map.entry("camel.management.metrics-enabled", "true"),
                Map.entry("camel.metrics.enabled", "true"),
                Map.entry("camel.metrics.enable-message-history", "false"),
                Map.entry("camel.health.exposure-level", "full")));
        settings.routesDirectory().ifPresent(directory -> reload(camel, directory));
        return camel;
    }

    /** A file that is dropped into the routes directory starts at once. */
    private static void reload(Properties camel, Path directory) {
        camel.put("camel.main.routes-reload-enabled", "true");
        camel.put("camel.main.routes-reload-directory", directory.toString());
        camel.put("camel.main.routes-reload-pattern", "*.camel.yaml");
        camel.put("camel.main.routes-reload-remove-all-routes", "false");
    }

    private <T extends AutoCloseable> T closing(T part) {
        toClose.push(part);
        return part;
    }

    private <T> T closing(T part, Ending<T> ending) {
        toClose.push(() -> ending.end(part));
        return part;
    }

    private interface Ending<T> {
        void end(T part) throws Exception;
    }

    /** Stops everything in the order opposite to the start: running slices end first, at most 25 s. */
    @Override
    public void close() {
        while (!toClose.isEmpty()) {
            try {
                toClose.pop().close();
            } catch (Exception e) {
                LOG.warn("a part did not stop cleanly: {}", e.toString());
            }
        }
    }
}
