package org.mailcaravan.sandbox.graph;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.RequestLog;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;
import org.mailcaravan.sandbox.mail.SandboxMailbox;
import org.mailcaravan.sandbox.mail.SandboxMailboxes;

/**
 * Whom a request is about, and whether its caller may ask that: a signed-in user about the own mailbox and, with {@code .Shared} scopes, about those that
 * Exchange opens to the user; an application about every mailbox with a role, or about those in its management scope (RBAC for Applications). Thread-safe.
 */
final class MailboxAccess {
    /** What an operation does with a mailbox; any of the permissions is enough, with {@code .Shared} or {@code .All} where it is another's. */
    enum Right {
        READ_FOLDERS("Mail.Read", "Mail.ReadWrite", "Mail.ReadBasic"),
        READ("Mail.Read", "Mail.ReadWrite"),
        WRITE("Mail.ReadWrite"),
        SEND("Mail.Send"),
        TRANSLATE_IDS("User.Read", "User.ReadWrite", "User.ReadBasic");

        private final List<String> permissions;

        Right(String... permissions) {
            this.permissions = List.of(permissions);
        }
    }

    private final SandboxMailboxes mailboxes;
    private final SandboxDirectory directory;

    MailboxAccess(SandboxMailboxes mailboxes, SandboxDirectory directory) {
        this.mailboxes = mailboxes;
        this.directory = directory;
    }

    /** The object id for which a request counts, allowed or not; {@link RequestLog#NO_MAILBOX} if it names nobody. */
    String target(Caller caller, Optional<GraphPath> path) {
        return path.flatMap(GraphPath::user)
                .map(name -> directory.findUser(name).map(SandboxUser::objectId))
                .orElseGet(() -> Optional.of(caller.objectId()).filter(own -> !caller.isApplication()))
                .orElse(RequestLog.NO_MAILBOX);
    }

    /**
     * The user a path names.
     *
     * @throws GraphError 400 without a user, 403 without the right to read the directory, 404 for an unknown name
     */
    SandboxUser person(Caller caller, GraphPath path) {
        String name = named(caller, path);
        boolean allowed = caller.is(name)
                ? caller.hasAnyScope("User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All")
                : caller.readsDirectory();
        if (!allowed) {
            throw GraphError.requestDenied();
        }
        return directory
                .findUser(name)
                .orElseThrow(() -> GraphError.of(
                        404,
                        "Request_ResourceNotFound",
                        "Resource does not exist or one of its queried reference-property objects are not present."));
    }

    /**
     * The mailbox a path names.
     *
     * @throws GraphError 400 without a user, 403 without the right, 404 for an unknown name or a user without a mailbox
     */
    SandboxMailbox mailbox(Caller caller, GraphPath path, Right right) {
        String name = named(caller, path);
        SandboxUser owner = directory
                .findUser(name)
                .orElseThrow(() -> GraphError.of(404, "ErrorInvalidUser", "The requested user is invalid."));
        Set<String> granted = granted(caller, owner);
        if (right.permissions.stream().noneMatch(granted::contains)) {
            throw GraphError.accessDenied();
        }
        return mailboxes
                .find(owner.objectId())
                .filter(mailbox -> !mailboxes.isOnPremises(mailbox))
                .orElseThrow(GraphError::noMailbox);
    }

    private static String named(Caller caller, GraphPath path) {
        if (path.user().isEmpty() && caller.isApplication()) {
            throw GraphError.badRequest("/me request is only valid with delegated authentication flow.");
        }
        String name = path.user().orElse(caller.objectId());
        if (caller.isApplication() && name.contains("@") && !caller.readsDirectory()) {
            throw GraphError.requestDenied();
        }
        return name;
    }

    /** What the caller may do with the owner's mail, as names of permissions without {@code .Shared} and {@code .All}. */
    private Set<String> granted(Caller caller, SandboxUser owner) {
        if (caller.isApplication()) {
            Stream<String> scoped = directory.rbacGranted(caller.appId(), owner.objectId()).stream()
                    .filter(role -> role.resource().equals(Permission.GRAPH))
                    .map(Permission::name);
            return plain(Stream.concat(caller.token().roles().stream(), scoped), ".All");
        }
        Stream<String> scopes = caller.token().scopes().stream();
        if (caller.is(owner.objectId())) {
            return plain(scopes, ".Shared");
        }
        boolean open = directory.isDelegate(owner.objectId(), caller.objectId());
        return plain(scopes.filter(scope -> open && endsWith(scope, ".Shared")), ".Shared");
    }

    private static Set<String> plain(Stream<String> permissions, String suffix) {
        return permissions
                .map(name -> endsWith(name, suffix) ? name.substring(0, name.length() - suffix.length()) : name)
                .collect(Collectors.toCollection(() -> new TreeSet<>(String.CASE_INSENSITIVE_ORDER)));
    }

    private static boolean endsWith(String name, String suffix) {
        return name.regionMatches(true, name.length() - suffix.length(), suffix, 0, suffix.length());
    }
}
