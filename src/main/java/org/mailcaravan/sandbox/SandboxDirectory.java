package org.mailcaravan.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The tenant's directory: users, registered applications, consents. The same options make the same directory, GUIDs included. Thread-safe.
 */
public final class SandboxDirectory {
    /** The domain of every default user. */
    public static final String DOMAIN = "caravan.example";

    private static final Set<Permission> DEMO =
            Set.of(Permission.USER_READ, Permission.MAIL_READ, Permission.EWS_ACCESS);

    /** An application, and the user or mailbox it has to do with. */
    private record Pair(String clientId, String objectId) {}

    private record Delegate(String mailbox, String user) {}

    private final String tenantId;
    private final Map<String, SandboxUser> users = new LinkedHashMap<>();
    private final Map<String, AppRegistration> registrations = new LinkedHashMap<>();
    private final Map<Pair, Set<Permission>> consents = new HashMap<>();
    private final Map<Pair, Set<Permission>> managementScopes = new HashMap<>();
    private final Set<Pair> assignments = new HashSet<>();
    private final Set<Delegate> delegates = new LinkedHashSet<>();
    private final Set<String> blocked = new HashSet<>();
    private final SandboxUser administrator;

    private SandboxDirectory(String tenantId, SandboxUser administrator) {
        this.tenantId = tenantId;
        this.administrator = administrator;
    }

    /** The default company with the options' number of users, an administrator and four registrations. */
    public static SandboxDirectory from(SandboxOptions options) {
        SandboxDirectory directory = new SandboxDirectory(guid(options.seed(), "tenant"), administrator(options));
        DefaultPeople.first(options.users())
                .forEach(person -> directory.put(new SandboxUser(
                        guid(options.seed(), "user/" + person.localPart()),
                        person.localPart() + "@" + DOMAIN,
                        person.displayName(),
                        Optional.empty(),
                        true)));
        directory.put(demoRegistration(options));
        directory.put(seedRegistration(options));
        directory.put(appOnlyRegistration(options));
        directory.put(deviceRegistration(options));
        directory.shareSupport();
        return directory;
    }

    private void shareSupport() {
        findUser("support@" + DOMAIN)
                .ifPresent(shared -> findUser("ada.sorensen@" + DOMAIN)
                        .ifPresent(ada -> setDelegate(shared.objectId(), ada.objectId(), true)));
    }

    private static SandboxUser administrator(SandboxOptions options) {
        return new SandboxUser(
                guid(options.seed(), "user/admin"), "admin@" + DOMAIN, "Administrator", Optional.empty(), true);
    }

    private static AppRegistration demoRegistration(SandboxOptions options) {
        return confidential(options, "demo", "Mailcaravan demo", DEMO);
    }

    private static AppRegistration seedRegistration(SandboxOptions options) {
        Set<Permission> wanted = Set.of(Permission.USER_READ, Permission.EWS_ACCESS);
        return confidential(options, "seed", "Creatio mailbox (EWS only)", wanted)
                .withAdminConsented(wanted);
    }

    private static AppRegistration appOnlyRegistration(SandboxOptions options) {
        Set<Permission> wanted = Set.of(
                Permission.MAIL_READ_ROLE,
                Permission.MAIL_READ_WRITE_ROLE,
                Permission.USER_READ_ALL_ROLE,
                Permission.FULL_ACCESS_AS_APP);
        return confidential(options, "app-only", "Mailcaravan app-only", wanted);
    }

    private static AppRegistration deviceRegistration(SandboxOptions options) {
        return new AppRegistration(
                guid(options.seed(), "app/device"),
                "Mailcaravan device",
                AppRegistration.Credentials.NONE,
                AppRegistration.Flags.PUBLIC,
                List.of(),
                DEMO,
                Set.of(),
                AppRegistration.ConsentPolicy.USERS_MAY_CONSENT);
    }

    private static AppRegistration confidential(
            SandboxOptions options, String name, String displayName, Set<Permission> wanted) {
        ClientSecret secret =
                new ClientSecret(guid(options.seed(), "app/" + name + "/secret-id"), options.clientSecret());
        return new AppRegistration(
                guid(options.seed(), "app/" + name),
                displayName,
                AppRegistration.Credentials.NONE.plus(secret),
                AppRegistration.Flags.CONFIDENTIAL,
                options.redirectUris(),
                wanted,
                Set.of(),
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

    /** Every user with a mailbox, in a fixed order. */
    public synchronized List<SandboxUser> users() {
        return List.copyOf(users.values());
    }

    /** The account that may consent for everybody; as real administrators often are, without a mailbox. */
    public SandboxUser administrator() {
        return administrator;
    }

    /** A user, or the administrator, by object id or user principal name; letter case does not count. */
    public synchronized Optional<SandboxUser> findUser(String idOrName) {
        return Stream.concat(users.values().stream(), Stream.of(administrator))
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

    /** Every registered application: the demo's, the seed's, the app-only one, the device one, then those added. */
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

    /** The registration for access without a user: Graph roles {@code Mail.Read}, {@code Mail.ReadWrite}, {@code User.Read.All} and {@code full_access_as_app}, none of them consented yet. */
    public AppRegistration appOnlyRegistration() {
        return registrations().get(2);
    }

    /** The public client for the device code flow; the permissions of the demo's. */
    public AppRegistration deviceRegistration() {
        return registrations().get(3);
    }

    /** The object id of an application's service principal, the {@code oid} of its app-only tokens. */
    public String servicePrincipalId(String clientId) {
        String name = tenantId + "/service-principal/" + clientId.toLowerCase(Locale.ROOT);
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
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

    /** Every delegated permission the application has for the user: what an administrator granted and what the user consented to. */
    public synchronized Set<Permission> granted(String clientId, String objectId) {
        Set<Permission> all = new HashSet<>(consents.getOrDefault(new Pair(clientId, objectId), Set.of()));
        findRegistration(clientId).ifPresent(app -> all.addAll(app.adminConsented()));
        all.removeIf(Permission::isRole);
        return all;
    }

    /** The application permissions an administrator granted for an API; they go into app-only tokens as {@code roles}. */
    public synchronized Set<Permission> roles(String clientId, String resource) {
        Set<Permission> roles = new HashSet<>();
        findRegistration(clientId).ifPresent(app -> roles.addAll(app.adminConsented()));
        roles.removeIf(
                permission -> !permission.isRole() || !permission.resource().equals(resource));
        return roles;
    }

    /**
     * RBAC for Applications: the application permissions that Exchange lets an application have on one mailbox by a management scope. They come on top of the
     * roles in its token and are never in the token.
     */
    public synchronized Set<Permission> rbacGranted(String clientId, String objectId) {
        return Set.copyOf(managementScopes.getOrDefault(pair(clientId, objectId), Set.of()));
    }

    /** Whether any {@link #rbacGranted} permission of the mailbox allows an application to read its mail. */
    public boolean rbacAllows(String clientId, String objectId) {
        return !rbacGranted(clientId, objectId).isEmpty();
    }

    /** Puts a mailbox into the application's management scope with these roles, instead of earlier ones; an empty set takes it out. */
    public synchronized void setRbac(String clientId, String objectId, Set<Permission> roles) {
        managementScopes.put(pair(clientId, objectId), Set.copyOf(roles));
    }

    /** Whether Exchange opens a mailbox to another user (Full Access); both are object ids. What an application may do with it is the token's business. */
    public synchronized boolean isDelegate(String mailbox, String user) {
        return delegates.contains(delegate(mailbox, user));
    }

    /** Object ids of the users to whom a mailbox is open, beside its owner. At first {@code support@} is open to {@code ada.sorensen@}, if there are both. */
    public synchronized List<String> delegates(String mailbox) {
        return delegates.stream()
                .filter(delegate -> delegate.mailbox().equalsIgnoreCase(mailbox))
                .map(Delegate::user)
                .toList();
    }

    /** Opens a mailbox to a user, or closes it. */
    public synchronized void setDelegate(String mailbox, String user, boolean granted) {
        if (granted) {
            delegates.add(delegate(mailbox, user));
        } else {
            delegates.remove(delegate(mailbox, user));
        }
    }

    private static Delegate delegate(String mailbox, String user) {
        return new Delegate(mailbox.toLowerCase(Locale.ROOT), user.toLowerCase(Locale.ROOT));
    }

    /** Whether the user may use the application at all: AADSTS50105 if it requires assignment and the user has none. */
    public synchronized boolean isAssigned(AppRegistration app, String objectId) {
        return !app.flags().assignmentRequired() || assignments.contains(pair(app.clientId(), objectId));
    }

    /** Assigns a user to an application, or takes the assignment back. */
    public synchronized void setAssigned(String clientId, String objectId, boolean assigned) {
        if (assigned) {
            assignments.add(pair(clientId, objectId));
        } else {
            assignments.remove(pair(clientId, objectId));
        }
    }

    /** Whether Conditional Access denies tokens to a user or service principal: AADSTS53003. */
    public synchronized boolean isBlocked(String objectId) {
        return blocked.contains(objectId);
    }

    /** Lets Conditional Access deny a user or service principal, or no longer. */
    public synchronized void setBlocked(String objectId, boolean nowBlocked) {
        if (nowBlocked) {
            blocked.add(objectId);
        } else {
            blocked.remove(objectId);
        }
    }

    private static Pair pair(String clientId, String objectId) {
        return new Pair(clientId.toLowerCase(Locale.ROOT), objectId.toLowerCase(Locale.ROOT));
    }

    /** Records a user's consent, on top of earlier ones. */
    public synchronized void consent(String clientId, String objectId, Set<Permission> permissions) {
        consents.computeIfAbsent(new Pair(clientId, objectId), unseen -> new HashSet<>())
                .addAll(permissions);
    }

    /** Records an administrator's consent for everybody, on top of earlier ones. */
    public synchronized void adminConsent(String clientId, Set<Permission> permissions) {
        findRegistration(clientId).ifPresent(app -> {
            Set<Permission> all = new HashSet<>(app.adminConsented());
            all.addAll(permissions);
            put(app.withAdminConsented(all));
        });
    }

    /** Takes a user's consent back, for one API or, with an empty resource, for all. Admin consents stay. */
    public synchronized void removeConsent(String clientId, String objectId, Optional<String> resource) {
        consents.getOrDefault(new Pair(clientId, objectId), new HashSet<>())
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
