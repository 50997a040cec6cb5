package org.mailcaravan.operations;

import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.mailcaravan.credential.ExpiryWarnings.Warning;
import org.mailcaravan.credential.ExpiryWarnings.What;

/**
 * What ends soon, and which app registrations have nothing to prove themselves with. Always up: mail that is here is still delivered, and a restart would not help.
 */
public final class ExpiryHealthCheck extends AbstractHealthCheck {
    private final ExpiryWatch watch;

    public ExpiryHealthCheck(ExpiryWatch watch) {
        super("mailcaravan", "expiry");
        this.watch = watch;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        watch.proofs().forEach(proof -> {
            String name = "registration." + proof.registration();
            proof.expiry()
                    .ifPresent(expiry -> builder.detail(
                            name + ".expires-at", expiry.expiresAt().toString()));
            proof.problem().ifPresent(problem -> builder.detail(name + ".problem", problem));
        });
        List<Warning> warnings = watch.current();
        warnings.stream()
                .filter(warning -> warning.what() != What.REFRESH_TOKEN)
                .forEach(warning -> builder.detail(
                        "registration." + warning.subjectId() + ".warning",
                        ExpiryWatch.words(warning) + ". " + warning.remedy()));
        List<Warning> grants = warnings.stream()
                .filter(warning -> warning.what() == What.REFRESH_TOKEN)
                .toList();
        builder.detail("grants.ending", grants.size());
        grants.stream()
                .findFirst()
                .ifPresent(first ->
                        builder.detail("grants.first-ends-at", first.expiresAt().toString()));
        builder.up();
    }
}
