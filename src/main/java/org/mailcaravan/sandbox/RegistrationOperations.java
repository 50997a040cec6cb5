package org.mailcaravan.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailcaravan.sandbox.AppRegistration.Flags;
import org.mailcaravan.sandbox.entra.EntraAuthority;

/** The control operations on registrations' credentials and switches, on who may use them, on challenges and on devices. */
final class RegistrationOperations {
    private static final Map<String, Object> DONE = Map.of();

    private final SandboxDirectory directory;
    private final EntraAuthority authority;
    private final Clock clock;

    RegistrationOperations(SandboxDirectory directory, EntraAuthority authority, Clock clock) {
        this.directory = directory;
        this.authority = authority;
        this.clock = clock;
    }

    void addTo(ControlApi control) {
        control.operation("entra/register", this::register);
        control.operation("entra/secret", this::addSecret);
        control.operation("entra/certificate", this::addCertificate);
        control.operation("entra/federated-credential", this::addFederatedCredential);
        control.operation("entra/remove-credential", this::removeCredential);
        control.operation("entra/registration", this::setFlags);
        control.operation("entra/assignment", this::assign);
        control.operation("entra/conditional-access", this::conditionalAccess);
        control.operation("entra/claims-challenge", this::challenge);
        control.operation("entra/device-polling", this::devicePolling);
    }

    private Object register(JsonNode input) {
        Set<Permission> declared = new HashSet<>();
        input.path("scopes").forEach(scope -> declared.add(Permission.of(scope.asText())));
        input.path("roles").forEach(role -> declared.add(Permission.roleOf(role.asText())));
        AppRegistration app = new AppRegistration(
                UUID.randomUUID().toString(),
                ControlOperations.required(input, "displayName"),
                AppRegistration.Credentials.NONE,
                flags(input, Flags.CONFIDENTIAL),
                texts(input, "redirectUris"),
                declared,
                Set.of(),
                AppRegistration.ConsentPolicy.USERS_MAY_CONSENT);
        directory.put(app);
        return Map.of("clientId", app.clientId());
    }

    private static List<String> texts(JsonNode input, String name) {
        List<String> texts = new ArrayList<>();
        input.path(name).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private Object addSecret(JsonNode input) {
        Instant now = clock.instant();
        ClientSecret secret = new ClientSecret(
                UUID.randomUUID().toString(),
                input.path("value").asText(UUID.randomUUID() + "~" + UUID.randomUUID()),
                seconds(input, "startsIn").map(now::plus),
                seconds(input, "expiresIn").map(now::plus));
        directory.put(app(input).withCredentials(known -> known.plus(secret)));
        return Map.of("id", secret.id(), "value", secret.value());
    }

    private static Optional<Duration> seconds(JsonNode input, String name) {
        return Optional.of(input.path(name))
                .filter(JsonNode::isIntegralNumber)
                .map(number -> Duration.ofSeconds(number.asLong()));
    }

    private Object addCertificate(JsonNode input) {
        ClientCertificate certificate = new ClientCertificate(
                UUID.randomUUID().toString(), certificate(ControlOperations.required(input, "pem")));
        directory.put(app(input).withCredentials(known -> known.plus(certificate)));
        return Map.of("id", certificate.id(), "thumbprint", certificate.sha256Thumbprint());
    }

    private static X509Certificate certificate(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("pem is no X.509 certificate in PEM form", e);
        }
    }

    private Object addFederatedCredential(JsonNode input) {
        FederatedCredential trust = new FederatedCredential(
                UUID.randomUUID().toString(),
                ControlOperations.required(input, "issuer"),
                ControlOperations.required(input, "subject"),
                input.path("audience").asText(FederatedCredential.USUAL_AUDIENCE),
                Optional.of(input.path("keys")).filter(JsonNode::isObject).map(JsonNode::toString));
        directory.put(app(input).withCredentials(known -> known.plus(trust)));
        return Map.of("id", trust.id());
    }

    private Object removeCredential(JsonNode input) {
        String id = ControlOperations.required(input, "id");
        directory.put(app(input).withCredentials(known -> known.without(id)));
        return DONE;
    }

    private Object setFlags(JsonNode input) {
        AppRegistration app = app(input);
        directory.put(app.withFlags(flags(input, app.flags())));
        return DONE;
    }

    private static Flags flags(JsonNode input, Flags otherwise) {
        return new Flags(
                input.path("enabled").asBoolean(otherwise.enabled()),
                input.path("publicClient").asBoolean(otherwise.publicClient()),
                input.path("multiTenant").asBoolean(otherwise.multiTenant()),
                input.path("assignmentRequired").asBoolean(otherwise.assignmentRequired()));
    }

    private Object assign(JsonNode input) {
        directory.setAssigned(
                app(input).clientId(), principal(input), input.path("assigned").asBoolean(true));
        return DONE;
    }

    private Object conditionalAccess(JsonNode input) {
        directory.setBlocked(principal(input), input.path("blocked").asBoolean(true));
        return DONE;
    }

    private Object challenge(JsonNode input) {
        authority.challenge(principal(input), input.path("interaction").asBoolean(false));
        return DONE;
    }

    private Object devicePolling(JsonNode input) {
        Duration interval = seconds(input, "interval").orElse(Duration.ofSeconds(5));
        authority.devicePolling(interval, input.path("slowDown").asBoolean(false));
        return DONE;
    }

    /** The user's object id, or without {@code user} that of the registration's service principal. */
    private String principal(JsonNode input) {
        return ControlOperations.findUser(directory, input)
                .orElseGet(() -> directory.servicePrincipalId(app(input).clientId()));
    }

    private AppRegistration app(JsonNode input) {
        return ControlOperations.registration(directory, input);
    }
}
