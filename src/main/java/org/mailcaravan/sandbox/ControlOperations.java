package org.mailcaravan.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.sandbox.AppRegistration.ConsentPolicy;
import org.mailcaravan.sandbox.entra.EntraAuthority;
import org.mailcaravan.sandbox.entra.IdTokenFault;

/** The control operations on directory, authority, counters and faults; docs/sandbox.md describes each. */
final class ControlOperations {
    private static final Map<String, Object> DONE = Map.of();

    private final SandboxDirectory directory;
    private final RequestLog log;
    private final Faults faults;
    private final EntraAuthority authority;
    private final Clock clock;

    ControlOperations(
            SandboxDirectory directory, RequestLog log, Faults faults, EntraAuthority authority, Clock clock) {
        this.clock = clock;
        this.directory = directory;
        this.log = log;
        this.faults = faults;
        this.authority = authority;
    }

    void addTo(ControlApi control) {
        control.reading("directory", input -> describe());
        control.reading("requests", input -> counters());
        control.operation("requests/reset", input -> done(log::reset));
        PlannedFaults planned = new PlannedFaults(directory, authority);
        control.operation("faults", input -> done(() -> faults.add(planned.read(input))));
        control.operation("faults/clear", input -> done(faults::clear));
        addTokenOperations(control);
        addDirectoryOperations(control);
    }

    private void addTokenOperations(ControlApi control) {
        control.operation(
                "entra/revoke",
                input -> done(() ->
                        authority.revoke(user(input), input.path("accessTokens").asBoolean(false))));
        control.operation("entra/expire", input -> done(() -> expire(input)));
        control.operation("entra/token-life", input -> done(() -> authority.accessTokenLife(life(input))));
        control.operation(
                "entra/rotate-keys",
                input -> done(() -> authority.rotateKeys(input.path("keepOld").asBoolean(true))));
        control.operation(
                "entra/id-token",
                input -> done(() -> authority.breakIdTokens(
                        oneOf(IdTokenFault.class, input, "fault"),
                        input.path("times").asInt(1))));
    }

    private void addDirectoryOperations(ControlApi control) {
        control.operation(
                "entra/user",
                input -> done(() ->
                        directory.setEnabled(user(input), input.path("enabled").asBoolean(true))));
        control.operation("entra/remove-consent", input -> done(() -> removeConsent(input)));
        control.operation("entra/admin-consent", input -> done(() -> adminConsent(input)));
        control.operation(
                "entra/consent-policy",
                input -> done(() ->
                        directory.put(registration(input).withPolicy(oneOf(ConsentPolicy.class, input, "policy")))));
        control.operation("entra/redirect-uri", input -> done(() -> addRedirectUri(input)));
        control.operation("entra/rbac", input -> done(() -> rbac(input)));
        control.operation("entra/delegate", input -> done(() -> delegate(input)));
        new RegistrationOperations(directory, authority, clock).addTo(control);
    }

    private void rbac(JsonNode input) {
        Set<Permission> roles = new HashSet<>();
        input.path("roles").forEach(role -> roles.add(Permission.roleOf(role.asText())));
        directory.setRbac(registration(input).clientId(), user(input), roles);
    }

    private void delegate(JsonNode input) {
        String mailbox = required(input, "mailbox");
        String owner = directory
                .findUser(mailbox)
                .map(SandboxUser::objectId)
                .orElseThrow(() -> new IllegalArgumentException("No such mailbox: " + mailbox));
        directory.setDelegate(owner, user(input), input.path("granted").asBoolean(true));
    }

    private Map<String, Object> done(Runnable action) {
        action.run();
        return DONE;
    }

    private Map<String, Object> counters() {
        return Map.of("byKind", log.byKind(), "byMailbox", log.byMailbox(), "bytesByKind", log.bytesByKind());
    }

    private Map<String, Object> describe() {
        Map<String, Object> tenant = new LinkedHashMap<>();
        tenant.put("tenantId", directory.tenantId());
        tenant.put("domain", directory.domain());
        tenant.put("users", directory.users().stream().map(this::describe).toList());
        tenant.put("administrator", describe(directory.administrator()));
        tenant.put(
                "registrations",
                directory.registrations().stream()
                        .map(ControlOperations::describe)
                        .toList());
        return tenant;
    }

    private Map<String, Object> describe(SandboxUser user) {
        return Map.of(
                "objectId", user.objectId(),
                "userPrincipalName", user.userPrincipalName(),
                "displayName", user.displayName(),
                "enabled", user.enabled(),
                "delegates", directory.delegates(user.objectId()));
    }

    private static Map<String, Object> describe(AppRegistration app) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("clientId", app.clientId());
        told.put("displayName", app.displayName());
        told.put("flags", app.flags());
        told.put(
                "secretIds",
                app.credentials().secrets().stream().map(ClientSecret::id).toList());
        told.put(
                "certificateThumbprints",
                app.credentials().certificates().stream()
                        .map(ClientCertificate::sha256Thumbprint)
                        .toList());
        told.put("federatedCredentials", app.credentials().federated());
        told.put("redirectUris", app.redirectUris());
        told.put("required", scopes(app.required(), Permission.Kind.DELEGATED));
        told.put("requiredRoles", scopes(app.required(), Permission.Kind.APPLICATION));
        told.put("adminConsented", scopes(app.adminConsented(), Permission.Kind.DELEGATED));
        told.put("adminConsentedRoles", scopes(app.adminConsented(), Permission.Kind.APPLICATION));
        told.put("policy", app.policy());
        return told;
    }

    private static List<String> scopes(Set<Permission> permissions, Permission.Kind kind) {
        return permissions.stream()
                .filter(permission -> permission.kind() == kind)
                .map(Permission::scope)
                .sorted()
                .toList();
    }

    private void expire(JsonNode input) {
        Optional<String> user = findUser(directory, input);
        if (input.path("accessTokens").asBoolean(true)) {
            authority.expireAccessTokens(user);
        }
        if (input.path("refreshTokens").asBoolean(false)) {
            authority.expireRefreshTokens(user);
        }
        if (input.path("codes").asBoolean(false)) {
            authority.expireCodes(user);
        }
        if (input.path("deviceCodes").asBoolean(false)) {
            authority.expireDeviceCodes();
        }
    }

    private static Optional<Duration> life(JsonNode input) {
        long seconds = input.path("seconds").asLong(0);
        if (seconds < 0) {
            throw new IllegalArgumentException("seconds must be positive; without it lives are random again");
        }
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    private void removeConsent(JsonNode input) {
        String clientId = registration(input).clientId();
        Optional<String> resource =
                Optional.ofNullable(input.get("resource")).map(JsonNode::asText).map(Permission::canonicalResource);
        findUser(directory, input)
                .ifPresentOrElse(
                        user -> directory.removeConsent(clientId, user, resource),
                        () -> directory.removeAdminConsent(clientId, resource));
    }

    private void adminConsent(JsonNode input) {
        AppRegistration app = registration(input);
        Set<Permission> granted = new HashSet<>();
        input.path("scopes").forEach(scope -> granted.add(Permission.of(scope.asText())));
        input.path("roles").forEach(role -> granted.add(Permission.roleOf(role.asText())));
        directory.adminConsent(app.clientId(), granted);
    }

    private void addRedirectUri(JsonNode input) {
        AppRegistration app = registration(input);
        List<String> uris = new ArrayList<>(app.redirectUris());
        uris.add(required(input, "uri"));
        directory.put(app.withRedirectUris(uris));
    }

    private String user(JsonNode input) {
        return findUser(directory, input)
                .orElseThrow(
                        () -> new IllegalArgumentException("user is missing: an object id or user principal name"));
    }

    /** The object id of the input's {@code user}; empty if none is named. */
    static Optional<String> findUser(SandboxDirectory directory, JsonNode input) {
        return Optional.ofNullable(input.get("user"))
                .map(JsonNode::asText)
                .map(name -> directory
                        .findUser(name)
                        .orElseThrow(() -> new IllegalArgumentException("No such user: " + name)))
                .map(SandboxUser::objectId);
    }

    /** The one named by {@code clientId}; the demo's if none is named. */
    private AppRegistration registration(JsonNode input) {
        return registration(directory, input);
    }

    /** The one named by {@code clientId}; the demo's if none is named. */
    static AppRegistration registration(SandboxDirectory directory, JsonNode input) {
        String clientId =
                input.path("clientId").asText(directory.demoRegistration().clientId());
        return directory
                .findRegistration(clientId)
                .orElseThrow(() -> new IllegalArgumentException("No such registration: " + clientId));
    }

    private static <E extends Enum<E>> E oneOf(Class<E> type, JsonNode input, String name) {
        String value = required(input, name);
        return Arrays.stream(type.getEnumConstants())
                .filter(known -> known.name().equalsIgnoreCase(value.replace('-', '_')))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        name + " must be one of " + Arrays.toString(type.getEnumConstants())));
    }

    static String required(JsonNode input, String name) {
        return Optional.ofNullable(input.get(name))
                .map(JsonNode::asText)
                .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }
}
