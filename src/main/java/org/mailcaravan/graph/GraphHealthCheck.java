package org.mailcaravan.graph;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Readiness of one consumer or producer: whether Graph answers. Makes no request of its own. */
final class GraphHealthCheck extends AbstractHealthCheck {
    private final GraphComponent component;

    private GraphHealthCheck(String id, GraphComponent component) {
        super("camel", id);
        this.component = component;
    }

    /**
     * Puts a check where Camel keeps those of its components, if the application has health checks.
     *
     * @param role consumer or producer
     * @return takes it away again
     */
    static Runnable register(String role, String name, GraphComponent component) {
        CamelContext camel = component.getCamelContext();
        WritableHealthCheckRepository repository =
                HealthCheckHelper.getHealthCheckRepository(camel, role + "s", WritableHealthCheckRepository.class);
        if (repository == null) {
            return () -> {};
        }
        HealthCheck check = new GraphHealthCheck(role + ":" + GraphComponent.SCHEME + "-" + name, component);
        check.setEnabled(
                role.equals("consumer")
                        ? component.isHealthCheckConsumerEnabled()
                        : component.isHealthCheckProducerEnabled());
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
