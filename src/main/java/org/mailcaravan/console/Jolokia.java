package org.mailcaravan.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jolokia.json.JSONStructure;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.restrictor.RestrictorFactory;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.service.jmx.LocalRequestHandler;
import org.jolokia.service.serializer.JolokiaSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JMX as JSON for those who are logged in, as far as {@code jolokia-access.xml} allows. Requests run on worker threads: listing MBeans takes its time. */
final class Jolokia implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Jolokia.class);
    private static final String POLICY = "classpath:/jolokia-access.xml";

    private final String path;
    private final JolokiaServiceManager services;
    private final HttpRequestHandler requests;

    /** @throws IllegalStateException if there is no policy: Jolokia would allow everything */
    Jolokia(String path) {
        this.path = path;
        services = JolokiaServiceManagerFactory.createJolokiaServiceManager(
                configuration(), new JolokiaLog(LOG), policy());
        services.addService(new JolokiaSerializer());
        services.addService(new LocalRequestHandler(0));
        requests = new HttpRequestHandler(services.start());
    }

    private static StaticConfiguration configuration() {
        return new StaticConfiguration(
                ConfigKey.AGENT_ID, "mailcaravan-" + UUID.randomUUID(),
                ConfigKey.ALLOW_ERROR_DETAILS, "false",
                ConfigKey.INCLUDE_STACKTRACE, "false");
    }

    private static Restrictor policy() {
        try {
            Restrictor policy = RestrictorFactory.lookupPolicyRestrictor(POLICY);
            if (policy != null) {
                return policy;
            }
        } catch (IOException e) {
            throw new IllegalStateException("The policy of the console cannot be read: " + POLICY, e);
        }
        throw new IllegalStateException("The policy of the console is missing: " + POLICY);
    }

    void handle(RoutingContext context) {
        HttpMethod method = context.request().method();
        String uri = context.request().uri();
        String rest = context.normalizedPath().substring(path.length());
        Map<String, String[]> parameters = parameters(context);
        Buffer body = context.body().buffer() == null
                ? Buffer.buffer()
                : context.body().buffer();
        context.vertx()
                .executeBlocking(
                        () -> method.equals(HttpMethod.POST)
                                ? post(uri, body.getBytes(), parameters)
                                : requests.handleGetRequest(uri, rest, parameters),
                        false)
                .onSuccess(answer -> end(context, answer))
                .onFailure(failure -> failed(context, failure));
    }

    private JSONStructure post(String uri, byte[] body, Map<String, String[]> parameters) throws Exception {
        return requests.handlePostRequest(
                uri, new ByteArrayInputStream(body), StandardCharsets.UTF_8.name(), parameters);
    }

    private static Map<String, String[]> parameters(RoutingContext context) {
        Map<String, String[]> parameters = new HashMap<>();
        context.queryParams()
                .names()
                .forEach(name ->
                        parameters.put(name, context.queryParams().getAll(name).toArray(String[]::new)));
        return parameters;
    }

    private void failed(RoutingContext context, Throwable failure) {
        if (failure instanceof EmptyResponseException) {
            Answers.end(context, 204);
        } else {
            end(context, requests.handleThrowable(failure));
        }
    }

    private static void end(RoutingContext context, JSONStructure answer) {
        Answers.json(context, 200, answer.toJSONString());
    }

    @Override
    public void close() {
        services.stop();
    }
}
