package org.mailcaravan.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The tenant's directory: users, registered applications, consents. The same options make the same directory, GUIDs included. Thread-safe.
 */
public final class SandboxDirectory {
    /** The domain of every default user. */
    public static final String DOMAIN = "caravan.example";

    private record Consent(String clientId, String objectId) {}

    private final String tenantId;
    private final Map<String, SandboxUser> users = new LinkedHashMap<>();
    private final Map<String, AppRegistration> registrations = new LinkedHashMap<>();
    private final Map<Consent, Set<Permission>> consents = new HashMap<>();

    private SandboxDirectory(String tenantId) {
        this.tenantId = tenantId;
    }

    /** The default company with the options' number of users and two registrations, the demo's and the seed's. */
    public static SandboxDirectory from(SandboxOptions options) {
        SandboxDirectory directory = new SandboxDirectory(guid(options.seed(), "tenant"));
        DefaultPeople.first(options.users())
                .forEach(person -> directory.put(new SandboxUser(
                        guid(options.seed(), "user/" + person.localPart()),
                        person.localPart() + "@" + DOMAIN,
                        person.displayName(),
                        Optional.empty(),
                        true)));
        directory.put(demoRegistration(options));
        directory.put(seedRegistration(options));
        return directory;
    }

    private static AppRegistration demoRegistration(SandboxOptions options) {
        Set<Permission> wanted = Set.of(Permission.USER_READ, Permission.MAIL_READ, Permission.EWS_ACCESS);
        return new AppRegistration(
                guid(options.seed(), "app/demo"),
                "Mailcaravan demo",
                guid(options.seed(), "app/demo/secret-id"),
                options.clientSecret(),
                options.redirectUris(),
                wanted,
                Set.of(),
                AppRegistration.ConsentPolicy.USERS_MAY_CONSENT);
    }

    private static AppRegistration seedRegistration(SandboxOptions options) {
        Set<Permission> wanted = Set.of(Permission.USER_READ, Permission.EWS_ACCESS);
        return new AppRegistration(
                guid(options.seed(), "app/seed"),
                "Creatio mailbox (EWS only)",
                guid(options.seed(), "app/seed/secret-id"),
                options.clientSecret(),
                options.redirectUris(),
                wanted,
                wanted,
                AppRegistration.ConsentPolicy.USERS_MAY_CONSENT);
    }

    private static String guid(long seed, String name) {
        return UUID.nameUUIDFromBytes((seed + "/" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** The tenant's GUID. */
    public String tenantId() {
        return tenantId;
    }

    /** The verified domain, which stands for the tenant in URLs as well. */
    public String domain() {
        return DOMAIN;
    }

    /** Every user, in a fixed order. */
    public synchronized List<SandboxUser> users() {
        return List.copyOf(users.values());
    }

    /** By object id or user principal name; letter case does not count. */
    public synchronized Optional<SandboxUser> findUser(String idOrName) {
        return users.values().stream()
                .filter(user -> user.objectId().equalsIgnoreCase(idOrName)
                        || user.userPrincipalName().equalsIgnoreCase(idOrName))
                .findFirst();
    }

    /** Adds a user or replaces the one with the same object id. */
    public synchronized void put(SandboxUser user) {
        users.put(user.objectId(), user);
    }

    /** Enables or disables a user. */
    public synchronized void setEnabled(String objectId, boolean enabled) {
        users.computeIfPresent(objectId, (id, user) -> user.withEnabled(enabled));
    }

    /** Every registered application, the demo's first, the seed's second. */
    public synchronized List<AppRegistration> registrations() {
        return List.copyOf(registrations.values());
    }

    /** The demo's registration: Graph {@code User.Read}, {@code Mail.Read} and {@code EWS.AccessAsUser.All}; users consent. */
    public AppRegistration demoRegistration() {
        return registrations().get(0);
    }

    /** The seed's registration: {@code EWS.AccessAsUser.All} and {@code User.Read} only, consented for everybody. */
    public AppRegistration seedRegistration() {
        return registrations().get(1);
    }

    /** By client id; letter case does not count. */
    public synchronized Optional<AppRegistration> findRegistration(String clientId) {
        return registrations.values().stream()
                .filter(app -> app.clientId().equalsIgnoreCase(clientId))
                .findFirst();
    }

    /** Adds an application or replaces the one with the same client id. */
    public synchronized void put(AppRegistration registration) {
        registrations.put(registration.clientId(), registration);
    }

    /** Everything the application may do for the user: what an administrator granted and what the user consented to. */
    public synchronized Set<Permission> granted(String clientId, String objectId) {
        Set<Permission> all = new HashSet<>(consents.getOrDefault(new Consent(clientId, objectId), Set.of()));
        findRegistration(clientId).ifPresent(app -> all.addAll(app.adminConsented()));
        return all;
    }

    /** Records a user's consent, on top of earlier ones. */
    public synchronized void consent(String clientId, String objectId, Set<Permission> permissions) {
        consents.computeIfAbsent(new Consent(clientId, objectId), unseen -> new HashSet<>())
                .addAll(permissions);
    }

    /** Takes a user's consent back, for one API or, with an empty resource, for all. Admin consents stay. */
    public synchronized void removeConsent(String clientId, String objectId, Optional<String> resource) {
        consents.getOrDefault(new Consent(clientId, objectId), new HashSet<>())
                .removeIf(permission ->
                        resource.map(permission.resource()::equals).orElse(true));
    }

    /** Takes an administrator's consent back, for one API or, with an empty resource, for all. */
    public synchronized void removeAdminConsent(String clientId, Optional<String> resource) {
        findRegistration(clientId).ifPresent(app -> {
            Set<Permission> kept = new HashSet<>(app.adminConsented());
            kept.removeIf(
                    permission -> resource.map(permission.resource()::equals).orElse(true));
            put(app.withAdminConsented(kept));
        });
    }
}
