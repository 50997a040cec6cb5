package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.sandbox.Faults;
import org.mailcaravan.sandbox.SandboxUser;
import org.slf4j.LoggerFactory;

/** S52: the product's own logback.xml with {@code MAILCARAVAN_LOG_LEVEL=TRACE}; mailboxes are connected and read, and no secret or mail text is in any log line. */
final class LogCanaryTest {
    private static final String SUBJECT = "SubjectCanaryOfNoMeaning";
    private static final String BODY = "BodyCanaryOfNoMeaning";
    /** Codes and refresh tokens as the sandbox makes them, and parameters of the flow with a value. */
    private static final Pattern SHAPES = Pattern.compile(
            "1\\.A[A-Za-z0-9_-]{100}|\\b(code|state|code_verifier|client_secret|refresh_token|ticket)=[A-Za-z0-9._~%-]{20}");

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();
    private final ObjectMapper json = new ObjectMapper();

    @BeforeEach
    void logEverythingAsTheProductDoes() throws Exception {
        configure("/logback.xml", Map.of("MAILCARAVAN_LOG_LEVEL", "TRACE"));
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getMDCPropertyMap());
                for (IThrowableProxy at = event.getThrowableProxy(); at != null; at = at.getCause()) {
                    lines.add(event.getLoggerName() + " " + at.getClassName() + " " + at.getMessage());
                }
            }
        };
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        appender.setContext(context);
        appender.start();
        root.addAppender(appender);
    }

    @AfterEach
    void logAsTestsDo() throws Exception {
        configure("/logback-test.xml", Map.of());
    }

    private void configure(String resource, Map<String, String> properties) throws Exception {
        context.reset();
        properties.forEach(context::putProperty);
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(getClass().getResource(resource), resource));
    }

    @Test
    void connectingAndReadingLogNoSecretAndNoMail(@TempDir Path directory) throws Exception {
        try (JourneyFixture journey = JourneyFixture.start(directory, new JourneyFixture.Size(0, 3))) {
            secrets.addAll(
                    List.of(JourneyFixture.API_TOKEN, journey.tenant().options().clientSecret(), SUBJECT, BODY));
            secrets.add(Base64.getEncoder().encodeToString(BODY.getBytes(StandardCharsets.UTF_8)));
            journey.tenant().faults().add(Faults.Rule.always("", this::listen));
            read(journey, journey.user(0), "graph");
            read(journey, journey.user(1), "ews");
            secrets.add("StateCanaryOfNoMeaning");
            assertThat(journey.callbackStatus("code=%zz&state=StateCanaryOfNoMeaning"))
                    .isEqualTo(400);
        }

        assertThat(secrets).as("secrets were seen").hasSizeGreaterThan(12);
        assertThat(lines).as("the logs were on").hasSizeGreaterThan(100);
        assertThat(lines).noneMatch(line -> SHAPES.matcher(line).find());
        for (String secret : secrets) {
            assertThat(lines.stream().filter(line -> line.contains(secret)).limit(3))
                    .isEmpty();
        }
    }

    private static void read(JourneyFixture journey, SandboxUser user, String protocol) throws Exception {
        send(journey, user);
        journey.connect(user, protocol);
        journey.awaitDelivered(user, 1);
        send(journey, user);
        journey.awaitDelivered(user, 2);
    }

    private static void send(JourneyFixture journey, SandboxUser user) throws Exception {
        journey.control(
                "mailboxes/send", Map.of("mailbox", user.userPrincipalName(), "subject", SUBJECT, "text", BODY));
    }

    /** Notes the secrets of a request to the sandbox, and of a token answer. */
    private boolean listen(HttpExchange exchange) {
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .map(header -> header.replaceFirst("^Bearer ", ""))
                .ifPresent(secrets::add);
        String query =
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        for (String pair : query.split("&")) {
            if (pair.matches("(state|nonce|code_challenge)=.+")) {
                secrets.add(URLDecoder.decode(pair.split("=", 2)[1], StandardCharsets.UTF_8));
            }
        }
        if (exchange.getRequestURI().getPath().endsWith("/token")) {
            exchange.setStreams(null, new Listening(exchange.getResponseBody()));
        }
        return false;
    }

    private final class Listening extends FilterOutputStream {
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

        private Listening(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            heard.write(b);
            out.write(b);
        }

        @Override
        public void close() throws IOException {
            JsonNode answer = json.readTree(heard.toByteArray());
            List.of("access_token", "refresh_token", "id_token")
                    .forEach(name -> Optional.ofNullable(answer.get(name))
                            .map(JsonNode::asText)
                            .ifPresent(secrets::add));
            super.close();
        }
    }
}
