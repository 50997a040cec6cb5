package org.mailcaravan.component;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.support.HealthCheckComponent;

/** Readiness of one consumer or producer: whether the server answers. Makes no request of its own. */
public final class ReachHealthCheck extends AbstractHealthCheck {
    private final Reach reach;

    private ReachHealthCheck(String id, Reach reach) {
        super("camel", id);
        this.reach = reach;
    }

    /**
     * What is looked at.
     *
     * @param option that names the server
     * @param address its value
     * @param trouble why the server is out of reach, if so; asked at every check
     */
    public record Reach(String option, String address, Supplier<Optional<String>> trouble) {}

    /** The check of a consumer; Camel takes care of it. */
    public static ReachHealthCheck ofConsumer(String scheme, Reach reach) {
        return new ReachHealthCheck("consumer:" + scheme, reach);
    }

    /**
     * Puts the check of a producer where Camel keeps those, if the application has health checks.
     *
     * @param name as Camel names its components' checks, for example {@code microsoft-graph-sendMail}
     * @return takes the check away again
     */
    public static Runnable ofProducer(String name, HealthCheckComponent component, Reach reach) {
        WritableHealthCheckRepository repository = HealthCheckHelper.getHealthCheckRepository(
                component.getCamelContext(), "producers", WritableHealthCheckRepository.class);
        if (repository == null) {
            return () -> {};
        }
        ReachHealthCheck check = new ReachHealthCheck("producer:" + name, reach);
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
        builder.detail(reach.option(), reach.address());
        reach.trouble()
                .get()
                .ifPresentOrElse(
                        trouble -> builder.message(trouble
                                        + ": check the connection, a proxy, the certificate and the option "
                                        + reach.option() + ".")
                                .down(),
                        builder::up);
    }
}
