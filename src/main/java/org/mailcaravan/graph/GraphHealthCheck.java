package org.mailcaravan.graph;

import java.util.Map;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Readiness of one consumer or producer: whether Graph answers. Makes no request of its own. */
final class GraphHealthCheck extends AbstractHealthCheck {
    private final GraphComponent component;

    /** @param id as Camel names its components' checks, for example {@code producer:microsoft-graph-sendMail} */
    GraphHealthCheck(String id, GraphComponent component) {
        super("camel", id);
        this.component = component;
    }

    /** Puts the check of a producer where Camel keeps those, if the application has health checks; the result takes it away again. */
    static Runnable ofProducer(String name, GraphComponent component) {
        WritableHealthCheckRepository repository = HealthCheckHelper.getHealthCheckRepository(
                component.getCamelContext(), "producers", WritableHealthCheckRepository.class);
        if (repository == null) {
            return () -> {};
        }
        GraphHealthCheck check = new GraphHealthCheck("producer:" + GraphComponent.SCHEME + "-" + name, component);
        check.setEnabled(component.isHealthCheckProducerEnabled());
        repository.addHealthCheck(check);
        return () -> repository.removeHealthCheck(check);
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("graphRoot", component.getGraphRoot());
        component
                .mailSource()
                .reach()
                .trouble()
                .ifPresentOrElse(
                        trouble -> builder.message(trouble
                                        + ": check the connection, a proxy, the certificate and the option graphRoot.")
                                .down(),
                        builder::up);
    }
}
