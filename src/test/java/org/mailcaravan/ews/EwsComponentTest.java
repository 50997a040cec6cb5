package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.component.mock.MockComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
import org.mailcaravan.mailbox.WantedMessage;

/** The component in a Camel context, with an intake that a test drives by hand. */
final class EwsComponentTest {
    private final EwsFixture ews = new EwsFixture();
    private final Intake intake = new Intake();
    private final CamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void bind() {
        camel.getRegistry().bind("intake", MailIntake.class, intake);
        camel.getRegistry().bind("tokens", ews.tokens);
        camel.getRegistry().bind("http", ews.http);
        camel.getRegistry().bind("clock", Clock.class, ews.clock);
    }

    @AfterEach
    void close() throws Exception {
        camel.close();
        ews.close();
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
                .containsEntry(MailHeaders.MAILBOX_ADDRESS, "kim@example.org")
                .containsEntry(MailHeaders.MESSAGE_KEY, message.key().toString())
                .containsEntry(MailHeaders.PROTOCOL, "ews")
                .containsEntry(MailHeaders.CONTENT_SIZE, 17L)
                .containsEntry(MailHeaders.CONTENT_SHA256, "abc");
        assertThat(exchange.getProperty(MailHeaders.ARRIVED_MESSAGE)).isSameAs(message);
        assertThat(camel.getInflightRepository().size()).isZero();
    }

    @Test
    void theExceptionOfTheRouteReachesTheIntake() throws Exception {
        IllegalStateException failure = new IllegalStateException("the ledger is locked");
        startRouteTo("mock:out").whenAnyExchangeReceived(exchange -> {
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
        assertThat(intake.sources.get(0).protocol()).isEqualTo(Protocol.EWS);
        assertThat(intake.sources.get(0)).isSameAs(component().mailSource());

        camel.getRouteController().stopRoute("ews");
        assertThat(intake.closed).isEqualTo(1);

        camel.getRouteController().startRoute("ews");
        assertThat(intake.sources).hasSize(2);
    }

    @Test
    void optionsReachTheWire() {
        EwsComponent component = component();
        PropertyConfigurer configurer = component.getComponentPropertyConfigurer();
        Map<String, Object> options = Map.of("ewsUrl", ews.server.url() + "/other/ews", "answerTimeout", "20s");
        options.forEach((name, value) -> assertThat(configurer.configure(camel, component, name, value, false))
                .as(name)
                .isTrue());
        ews.server.then(EwsAnswers.xml(EwsAnswers.changes("S", true)));
        component.mailSource().fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.empty());
        assertThat(ews.server.asked().get(0).target()).isEqualTo("/other/ews");

        assertThat(component.getAnswerTimeout()).isEqualTo(20_000);
        ews.server.close();
        assertThatThrownBy(() -> component.mailSource().fetchPage(ews.mailbox, EwsFixture.INBOX, Optional.empty()))
                .isInstanceOf(MailSourceUnavailableException.class);
    }

    @Test
    void aConsumerChoosesItsMailboxFoldersAndStart() throws Exception {
        camel.addRoutes(route(
                "ews:messages/kim@example.org?folders=sentitems, inbox/Projects&startFrom=2026-01-31", "mock:out"));
        camel.start();

        MailIntake.Choice choice = intake.choices.get(0);
        Mailbox view = choice.view().apply(ews.mailbox);

        assertThat(choice.mailbox()).isEqualTo("kim@example.org");
        assertThat(view.folders()).containsExactly("sentitems", "inbox/Projects");
        assertThat(view.deliverFrom()).contains(Instant.parse("2026-01-31T00:00:00Z"));
        assertThat(view.id()).isEqualTo(ews.mailbox.id());
    }

    @Test
    void withoutOptionsAMailboxIsReadAsItWasConnected() throws Exception {
        startRouteTo("mock:out");

        assertThat(intake.choices.get(0).view().apply(ews.mailbox)).isEqualTo(ews.mailbox);
    }

    /** S46: no header of a mail is taken for one of Camel's or of an event. */
    @Test
    void headersOfTheMailAreReadIfAskedForAndFiltered() throws Exception {
        component().setEwsUrl(ews.server.url() + "/EWS");
        camel.addRoutes(route("ews:messages/*?internetMessageHeaders=true", "mock:out"));
        camel.start();
        MockEndpoint out = camel.getEndpoint("mock:out", MockEndpoint.class);
        out.expectedMessageCount(1);
        String headers = "<t:InternetMessageHeaders><t:InternetMessageHeader HeaderName=\"X-Priority\">1"
                + "</t:InternetMessageHeader><t:InternetMessageHeader HeaderName=\"camelFileName\">/etc/passwd"
                + "</t:InternetMessageHeader><t:InternetMessageHeader HeaderName=\"CE-Id\">forged"
                + "</t:InternetMessageHeader></t:InternetMessageHeaders>";
        ews.server.then(
                EwsAnswers.xml(EwsAnswers.items(EwsAnswers.item("a", EwsAnswers.base64("Subject: x"), headers))));
        WantedMessage wanted = EwsFixture.wanted("a");

        intake.sources.get(0).fetchContent(ews.mailbox, List.of(wanted), ews.receiver);
        intake.handler().arrive(message(ews.stored(wanted).metadata()));

        out.assertIsSatisfied();
        assertThat(ews.server.asked().get(0).body()).contains("item:InternetMessageHeaders");
        assertThat(out.getExchanges().get(0).getIn().getHeaders())
                .containsEntry("X-Priority", "1")
                .containsEntry(EwsConstants.ITEM_ID, "a")
                .doesNotContainKeys("camelFileName", "CE-Id");
    }

    @Test
    void healthSaysWhenEwsIsOutOfReachAndWhenItIsBack() throws Exception {
        component().setEwsUrl(ews.server.url() + "/EWS");
        startRouteTo("mock:out");
        HealthCheck check = HealthCheckHelper.getHealthCheckRepository(camel, "consumers").stream()
                .findFirst()
                .orElseThrow();
        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);

        for (int i = 0; i < EwsReach.MISSES_THAT_COUNT; i++) {
            ews.server.then(exchange -> {}); // closes the connection without an answer
            assertThatThrownBy(() -> component().mailSource().fetchFolders(ews.mailbox))
                    .isInstanceOf(MailSourceUnavailableException.class);
        }
        HealthCheck.Result down = check.call();
        ews.server.then(EwsAnswers.fault(500, "ErrorInternalServerError", ""));
        assertThatThrownBy(() -> component().mailSource().fetchFolders(ews.mailbox))
                .isInstanceOf(MailSourceUnavailableException.class);

        assertThat(down.getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(down.getMessage().orElseThrow()).contains("Exchange Web Services", "ewsUrl");
        assertThat(check.call().getState()).as("a fault is an answer").isEqualTo(HealthCheck.State.UP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://autodiscover.example.org", "no address", "autodiscover.example.org"})
    void anAutodiscoverThatCannotWorkStopsTheStart(String server) {
        component().setAutodiscover(server);

        assertThatThrownBy(() -> startRouteTo("mock:out")).hasStackTraceContaining("autodiscover must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://outlook office365", "http://outlook.office365.com/EWS/Exchange.asmx", ""})
    void anAddressThatCannotWorkStopsTheStart(String url) {
        component().setEwsUrl(url);

        assertThatThrownBy(() -> startRouteTo("mock:out")).hasStackTraceContaining("ewsUrl must be");
    }

    @Test
    void aDeadlineThatCannotWorkStopsTheStart() {
        component().setAnswerTimeout(0);

        assertThatThrownBy(() -> startRouteTo("mock:out")).hasStackTraceContaining("answerTimeout must be");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ews:messages/kim",
                "ews:messages",
                "ews:folders/*",
                "ews:listMessages/*",
                "ews:messages/*/x",
                "ews:messages/*?unknown=1"
            })
    void anythingElseIsRefused(String uri) {
        assertThatThrownBy(() -> camel.getEndpoint(uri).createConsumer(exchange -> {}))
                .isInstanceOf(Exception.class);
    }

    @Test
    void messagesAreForConsumersOnly() {
        assertThatThrownBy(() -> camel.getEndpoint("ews:messages/*").createProducer())
                .hasMessageContaining("ews:listMessages/*");
    }

    @Test
    void aMissingBeanIsNamed() throws Exception {
        try (DefaultCamelContext bare = new DefaultCamelContext()) {
            bare.addRoutes(route("mock:out"));

            assertThatThrownBy(bare::start).hasStackTraceContaining("needs its option accessTokens");
        }
    }

    @Test
    void theRuntimeCatalogKnowsTheComponent() {
        RuntimeCamelCatalog catalog = PluginHelper.getRuntimeCamelCatalog(camel.getCamelContextExtension());

        assertThat(catalog.componentJSonSchema("ews"))
                .contains(
                        "\"syntax\": \"ews:operation\\/mailbox\"",
                        "autodiscoverHosts",
                        "ewsUrl",
                        "answerTimeout",
                        MailHeaders.MESSAGE_KEY);
    }

    /** The product's own file, with stand-ins for the translator and the delivery component. */
    @Test
    void theRouteTranslatesThenHandsToDelivery() throws Exception {
        MockComponent standIn = new MockComponent();
        standIn.setAutowiredEnabled(false); // the name is the real component's, its options are not
        camel.addComponent("mail-delivery", standIn);
        camel.getRegistry().bind("mailEvents", new Translator());
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(PluginHelper.getResourceLoader(camel)
                        .resolveResource("classpath:routes/mail-ingest-ews.camel.yaml"));
        camel.start();
        MockEndpoint delivery = camel.getEndpoint("mail-delivery:intake", MockEndpoint.class);
        delivery.expectedBodiesReceived("event of {\"id\":\"m1\"}");

        arrive(message());

        delivery.assertIsSatisfied();
        assertThat(camel.getRoute("mail-ingest-ews").getDescription()).endsWith(".");
        assertThat(delivery.getExchanges().get(0).getProperty(MailHeaders.ARRIVED_MESSAGE))
                .isInstanceOf(ArrivedMessage.class);
    }

    /** Stands in for the Message Translator. */
    public static final class Translator {
        public String toEvent(String metadata) {
            return "event of " + metadata;
        }
    }

    private EwsComponent component() {
        return camel.getComponent("ews", EwsComponent.class);
    }

    private MockEndpoint startRouteTo(String uri) throws Exception {
        camel.addRoutes(route(uri));
        camel.start();
        return camel.getEndpoint(uri, MockEndpoint.class);
    }

    private static RouteBuilder route(String uri) {
        return route("ews:messages/*", uri);
    }

    private static RouteBuilder route(String from, String to) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId("ews").to(to);
            }
        };
    }

    private static ArrivedMessage message() {
        return message("{\"id\":\"m1\"}");
    }

    private static ArrivedMessage message(String metadata) {
        return new ArrivedMessage(
                EwsFixture.mailbox("inbox"), MessageKey.random(), 1, metadata, new StoredContent("x.eml", 17, "abc"));
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
            sources.add(source);
            choices.add(choice);
            handlers.add(handler);
            return () -> closed++;
        }

        private ArrivalHandler handler() {
            return handlers.get(handlers.size() - 1);
        }
    }
}
