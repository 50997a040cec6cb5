package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.component.mock.MockComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.ingest.ArrivedMessage;
import org.mailcaravan.ingest.MailHeaders;
import org.mailcaravan.ingest.MailIntake;
import org.mailcaravan.ingest.StoredContent;
import org.mailcaravan.mailbox.MailSource;
import org.mailcaravan.mailbox.MailSourceUnavailableException;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.Protocol;
import org.mailcaravan.mailbox.ThrottledException;
import org.mailcaravan.testing.ScriptedHttpServer;

/** The component in a Camel context, with an intake that a test drives by hand. */
class GraphComponentTest {
    private final GraphFixture graph = new GraphFixture();
    private final Intake intake = new Intake();
    private final CamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void bind() {
        camel.getRegistry().bind("intake", MailIntake.class, intake);
        camel.getRegistry().bind("tokens", graph.tokens);
        camel.getRegistry().bind("http", graph.http);
        camel.getRegistry().bind("clock", Clock.class, graph.clock);
    }

    @AfterEach
    void close() throws Exception {
        camel.close();
        graph.close();
    }

    @Test
    void anArrivedMessageBecomesOneExchange() throws Exception {
        MockEndpoint out = startRouteTo("mock:out");
        out.expectedMessageCount(1);
        ArrivedMessage message = message();

        arrive(message);

        out.assertIsSatisfied();
        Exchange exchange = out.getExchanges().get(0);
        assertThat(exchange.getIn().getBody()).isEqualTo("{\"id\":\"m1\"}");
        assertThat(exchange.getIn().getHeaders())
                .containsEntry(MailHeaders.MAILBOX_ID, message.mailbox().id().toString())
                .containsEntry(MailHeaders.MAILBOX_ADDRESS, "anna@contoso.example")
                .containsEntry(MailHeaders.MESSAGE_KEY, message.key().toString())
                .containsEntry(MailHeaders.PROTOCOL, "graph")
                .containsEntry(MailHeaders.CONTENT_SIZE, 17L)
                .containsEntry(MailHeaders.CONTENT_SHA256, "abc");
        assertThat(exchange.getProperty(MailHeaders.ARRIVED_MESSAGE)).isSameAs(message);
        assertThat(camel.getInflightRepository().size()).isZero();
    }

    /** An exception is the only way to say "not taken over", so it must reach the intake as it is. */
    @Test
    void theExceptionOfTheRouteReachesTheIntake() throws Exception {
        MockEndpoint out = startRouteTo("mock:out");
        IllegalStateException failure = new IllegalStateException("the sink's ledger is locked");
        out.whenAnyExchangeReceived(exchange -> {
            throw failure;
        });

        assertThatThrownBy(() -> arrive(message())).isSameAs(failure);
        assertThat(camel.getInflightRepository().size()).isZero();
    }

    @Test
    void aRolledBackExchangeIsNotTakenOver() throws Exception {
        startRouteTo("mock:out").whenAnyExchangeReceived(exchange -> exchange.setRollbackOnly(true));

        assertThatThrownBy(() -> arrive(message())).hasMessageContaining("rolled the message back");
    }

    @Test
    void theConsumerRegistersAtItsStartAndClosesAtItsStop() throws Exception {
        startRouteTo("mock:out");
        assertThat(intake.sources).hasSize(1);
        assertThat(intake.sources.get(0).protocol()).isEqualTo(Protocol.GRAPH);
        assertThat(intake.sources.get(0)).isSameAs(component().mailSource());

        camel.getRouteController().stopRoute("graph");
        assertThat(intake.closed).isEqualTo(1);

        camel.getRouteController().startRoute("graph");
        assertThat(intake.sources).hasSize(2);
    }

    @Test
    void aConsumerOfOneMailboxTakesThatOneAndSeesItAsItsOptionsSay() throws Exception {
        start("microsoft-graph:messages/Anna@contoso.example?folders=archive, inbox/**&startFrom=2026-01-31");
        Mailbox anna = GraphFixture.mailbox(List.of("inbox"));

        MailIntake.Choice choice = intake.choices.get(0);
        Mailbox seen = choice.view().apply(anna);

        assertThat(choice.mailbox()).isEqualTo("Anna@contoso.example");
        assertThat(seen.folders()).containsExactly("archive", "inbox/**");
        assertThat(seen.deliverFrom()).contains(Instant.parse("2026-01-31T00:00:00Z"));
        assertThat(seen.id()).isEqualTo(anna.id());
        assertThat(intake.sources.get(0)).isSameAs(component().mailSource());
    }

    @Test
    void aConsumerMayReadMoreOfAMessageThanTheComponentSays() throws Exception {
        component().setGraphRoot(graph.root);
        start("microsoft-graph:messages/*?content=json&select=singleValueExtendedProperties&startFrom=all");
        graph.server.then(ScriptedHttpServer.json(GraphFixture.page("", "deltaLink", graph.root + "/me/d")));

        intake.sources.get(0).fetchPage(graph.mailbox, GraphFixture.INBOX, Optional.empty());

        assertThat(graph.server.asked().get(0).target())
                .endsWith(GraphMailSource.SELECT_WHOLE + ",singleValueExtendedProperties");
        assertThat(intake.choices.get(0).view().apply(graph.mailbox)).isEqualTo(graph.mailbox);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*?startFrom=yesterday|startFrom must be all, a day",
                "*?startFrom=2026-02-30|startFrom must be all, a day",
                "*?content=pdf|content must be mime, json or both",
                "*?select=RAW(id&x)|select must be names of properties",
                "anna|named by our id of it (a UUID), by its address, or by *"
            })
    void aWrongOptionStopsTheStartWithARemedy(String uri, String explanation) {
        assertThatThrownBy(() -> start("microsoft-graph:messages/" + uri)).hasStackTraceContaining(explanation);
    }

    private void start(String uri) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId("chosen").to("mock:chosen");
            }
        });
        camel.start();
    }

    @Test
    void optionsReachTheWire() {
        GraphComponent component = component();
        PropertyConfigurer configurer = component.getComponentPropertyConfigurer();
        Map<String, Object> options =
                Map.of("graphRoot", graph.root, "pageSize", "7", "answerTimeout", "2s", "contentTimeout", "PT3M");
        options.forEach((name, value) -> assertThat(configurer.configure(camel, component, name, value, false))
                .as(name)
                .isTrue());
        graph.server.then(ScriptedHttpServer.json(GraphFixture.page("", "deltaLink", graph.root + "/me/d")));

        component.mailSource().fetchPage(graph.mailbox, GraphFixture.INBOX, Optional.empty());

        assertThat(graph.server.asked().get(0).header("Prefer")).endsWith("odata.maxpagesize=7");
        assertThat(component.getAnswerTimeout()).hasSeconds(2);
        assertThat(component.getContentTimeout()).hasMinutes(3);
    }

    @Test
    void anAddressThatIsNoneIsExplained() {
        component().setGraphRoot("https://graph microsoft");

        assertThatThrownBy(() -> component().mailSource()).hasMessageContaining("graphRoot is no address");
    }

    @Test
    void anOptionOutOfRangeStopsTheStart() {
        component().setPageSize(0);

        assertThatThrownBy(() -> startRouteTo("mock:out")).hasStackTraceContaining("pageSize must be 1 to 1000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "microsoft-graph:messages",
                "microsoft-graph:messages/",
                "microsoft-graph:folders/*",
                "microsoft-graph:messages/*/x",
                "microsoft-graph:messages/*?pagesize=7",
                "microsoft-graph:messages/*?unknown=1",
                "microsoft-graph:listMessages/*?unknown=1",
                "microsoft-graph:listMessages/*?top=many",
                "microsoft-graph:LISTMESSAGES/*"
            })
    void anythingElseIsRefused(String uri) {
        assertThatThrownBy(() -> camel.getEndpoint(uri)).isInstanceOf(ResolveEndpointFailedException.class);
    }

    @Test
    void anUnknownOperationIsAnsweredWithThoseThatThereAre() {
        assertThatThrownBy(() -> camel.getEndpoint("microsoft-graph:eatMessage/*"))
                .hasMessageContaining("there is no operation eatMessage")
                .hasMessageContaining("moveMessage");
    }

    @Test
    void whatIsForReadingCannotBeSentToAndTheOtherWayRound() {
        assertThatThrownBy(() -> camel.getEndpoint("microsoft-graph:messages/*").createProducer())
                .hasMessageContaining("messages is for from: only");
        assertThatThrownBy(() -> camel.getEndpoint("microsoft-graph:getMime/*").createConsumer(exchange -> {}))
                .hasMessageContaining("getMime is for to: only");
    }

    /** What completion in an editor offers is all that YAML accepts. */
    @Test
    void yamlRefusesAnUnknownOption() throws Exception {
        loadYaml("known", "filter: isRead eq false");

        assertThatThrownBy(() -> {
                    loadYaml("unknown", "filtre: isRead eq false");
                    camel.start();
                })
                .hasStackTraceContaining("filtre");
    }

    private void loadYaml(String id, String parameter) throws Exception {
        String yaml = "- route: { id: " + id + ", from: { uri: direct:" + id
                + ", steps: [ { to: { uri: microsoft-graph:listMessages/*, " + "parameters: { " + parameter
                + " } } } ] } }";
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString(id + ".camel.yaml", yaml));
    }

    /** A sender chooses the names of its headers; none may steer a route. */
    @Test
    void headersOfAMailNeverBecomeCamelHeaders() throws Exception {
        MockEndpoint out = startRouteTo("mock:out");
        String headers = List.of(
                        "CamelFileName",
                        "camelHttpUri",
                        "cAmElExecCommand",
                        "ce-id",
                        "Content-Type",
                        "X-Spam",
                        MailHeaders.MAILBOX_ID)
                .stream()
                .map(name -> "{\"name\":\"" + name + "\",\"value\":\"evil\"}")
                .collect(Collectors.joining(","));

        arrive(message("{\"id\":\"m1\",\"CamelFileName\":\"evil\",\"internetMessageHeaders\":[" + headers + "]}"));

        Map<String, Object> arrived = out.getExchanges().get(0).getIn().getHeaders();
        assertThat(arrived).containsEntry("X-Spam", "evil").containsEntry(GraphConstants.MESSAGE_ID, "m1");
        assertThat(arrived.entrySet().stream().filter(header -> "evil".equals(header.getValue())))
                .hasSize(1);
    }

    @Test
    void healthSaysWhenGraphIsOutOfReachAndWhenItIsBack() throws Exception {
        component().setGraphRoot(graph.root);
        startRouteTo("mock:out");
        HealthCheck check = check();
        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);

        graph.server.otherwise(HttpExchange::close);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(this::look).isInstanceOf(MailSourceUnavailableException.class);
        }
        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(check.call().getMessage().orElseThrow()).contains("got no answer", "graphRoot");

        graph.server.otherwise(GraphFixture.refused(503, "ServerBusy"));
        assertThatThrownBy(this::look).isInstanceOf(ThrottledException.class);
        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
    }

    /** Camel's own check of the consumer, which asks ours. */
    private HealthCheck check() {
        return HealthCheckHelper.getHealthCheckRepository(camel, "consumers").stream()
                .findFirst()
                .orElseThrow();
    }

    private void look() {
        component().mailSource().fetchPage(graph.mailbox, GraphFixture.INBOX, Optional.empty());
    }

    @Test
    void aMissingBeanIsNamed() throws Exception {
        try (DefaultCamelContext bare = new DefaultCamelContext()) {
            bare.addRoutes(route("mock:out"));

            assertThatThrownBy(bare::start).hasStackTraceContaining("needs its option mailIntake");
        }
    }

    @Test
    void theRuntimeCatalogKnowsTheComponent() {
        RuntimeCamelCatalog catalog = PluginHelper.getRuntimeCamelCatalog(camel.getCamelContextExtension());

        assertThat(catalog.componentJSonSchema("microsoft-graph"))
                .contains(
                        "\"syntax\": \"microsoft-graph:operation\\/mailbox\"",
                        "\"consumerOnly\": false",
                        "permanentDelete",
                        "answerTimeout",
                        MailHeaders.MESSAGE_KEY);
        assertThat(catalog.validateProperties("microsoft-graph", Map.of("bogus", "1"))
                        .isSuccess())
                .isFalse();
    }

    /** The product's own file, with stand-ins for the translator and the delivery component. */
    @Test
    void theRouteTranslatesThenHandsToDelivery() throws Exception {
        MockComponent standIn = new MockComponent();
        standIn.setAutowiredEnabled(false); // the real component's options are not the stand-in's
        camel.addComponent("mail-delivery", standIn);
        camel.getRegistry().bind("mailEvents", new Translator());
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(PluginHelper.getResourceLoader(camel)
                        .resolveResource("classpath:routes/mail-ingest-graph.camel.yaml"));
        camel.start();
        MockEndpoint delivery = camel.getEndpoint("mail-delivery:intake", MockEndpoint.class);
        delivery.expectedBodiesReceived("event of {\"id\":\"m1\"}");

        arrive(message());

        delivery.assertIsSatisfied();
        assertThat(camel.getRoute("mail-ingest-graph").getDescription()).endsWith(".");
        assertThat(delivery.getExchanges().get(0).getProperty(MailHeaders.ARRIVED_MESSAGE))
                .isInstanceOf(ArrivedMessage.class);
    }

    /** Stands in for the Message Translator. */
    public static final class Translator {
        public String toEvent(String metadata) {
            return "event of " + metadata;
        }
    }

    private GraphComponent component() {
        return camel.getComponent("microsoft-graph", GraphComponent.class);
    }

    private MockEndpoint startRouteTo(String uri) throws Exception {
        camel.addRoutes(route(uri));
        camel.start();
        return camel.getEndpoint(uri, MockEndpoint.class);
    }

    private static RouteBuilder route(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("microsoft-graph:messages/*").routeId("graph").to(uri);
            }
        };
    }

    private static ArrivedMessage message() {
        return message("{\"id\":\"m1\"}");
    }

    private static ArrivedMessage message(String metadata) {
        return new ArrivedMessage(
                GraphFixture.mailbox(List.of("inbox")),
                MessageKey.random(),
                1,
                metadata,
                new StoredContent("x.eml", 17, "abc"));
    }

    private void arrive(ArrivedMessage message) throws Exception {
        try {
            intake.handler().arrive(message).toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private static final class Intake implements MailIntake {
        private final List<MailSource> sources = new ArrayList<>();
        private final List<Choice> choices = new ArrayList<>();
        private final List<ArrivalHandler> handlers = new ArrayList<>();
        private int closed;

        @Override
        public Registration register(MailSource source, Choice choice, ArrivalHandler handler) {
            choices.add(choice);
            sources.add(source);
            handlers.add(handler);
            return () -> closed++;
        }

        private ArrivalHandler handler() {
            return handlers.get(handlers.size() - 1);
        }
    }
}
