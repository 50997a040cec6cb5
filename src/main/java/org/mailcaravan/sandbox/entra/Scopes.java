package org.mailcaravan.sandbox.entra;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.AppRegistration.ConsentPolicy;
import org.mailcaravan.sandbox.Permission;

/**
 * A {@code scope} parameter, read.
 *
 * @param oidc of {@code openid profile email offline_access}
 * @param permissions those named one by one
 * @param statics the APIs named with {@code /.default}: all that is declared or granted there
 * @param written as it was sent, for error texts
 */
record Scopes(Set<String> oidc, Set<Permission> permissions, Set<String> statics, String written) {
    private static final List<String> OIDC = List.of("openid", "profile", "email", "offline_access");

    /** @throws AuthorityException AADSTS70011 for what is no scope, 650053 or 500011 for one that no API publishes */
    static Scopes parse(String written) throws AuthorityException {
        Scopes scopes = new Scopes(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>(), written);
        if (!written.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E ]*")) {
            throw Aadsts.of(70011, "(unprintable)");
        }
        for (String scope : written.strip().split(" +")) {
            scopes.add(scope);
        }
        if (!scopes.statics.isEmpty() && !scopes.permissions.isEmpty() || scopes.statics.size() > 1) {
            throw Aadsts.of(70011, written + " (.default cannot be combined with other resources' or single scopes)");
        }
        return scopes;
    }

    private void add(String scope) throws AuthorityException {
        int slash = scope.lastIndexOf('/');
        String name = scope.substring(slash + 1);
        if (slash < 0 && OIDC.contains(scope.toLowerCase(Locale.ROOT))) {
            oidc.add(scope.toLowerCase(Locale.ROOT));
            return;
        }
        String resource = slash < 0 ? Permission.GRAPH : Permission.canonicalResource(scope.substring(0, slash));
        if (name.isEmpty() || slash == 0) {
            throw Aadsts.of(70011, scope);
        }
        addPermission(resource, name, scope);
    }

    private void addPermission(String resource, String name, String scope) throws AuthorityException {
        if (!resource.equals(Permission.GRAPH) && !resource.equals(Permission.EXCHANGE)) {
            throw Aadsts.of(500011, resource);
        }
        if (name.equals(".default")) {
            statics.add(resource);
            return;
        }
        permissions.add(Permission.find(resource, name).orElseThrow(() -> Aadsts.of(650053, name, resource)));
    }

    /** The APIs named; none means Graph. */
    Set<String> resources() {
        return Stream.concat(statics.stream(), permissions.stream().map(Permission::resource))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * The one API that a token call may name.
     *
     * @throws AuthorityException AADSTS28000 if there are several
     */
    String resource() throws AuthorityException {
        if (resources().size() > 1) {
            throw Aadsts.of(28000, written);
        }
        return resources().stream().findFirst().orElse(Permission.GRAPH);
    }

    /** What the consent page has to ask for: the permissions named, or with {@code .default} all declared delegated ones. */
    Set<Permission> wanted(AppRegistration app) {
        return statics.isEmpty() ? permissions : app.required(Permission.Kind.DELEGATED);
    }

    /** What must still be consented to; with {@code .default} any earlier consent is enough. */
    Set<Permission> missing(AppRegistration app, Set<Permission> granted) {
        Set<Permission> missing = new LinkedHashSet<>(wanted(app));
        missing.removeAll(granted);
        return !statics.isEmpty() && !granted.isEmpty() ? Set.of() : missing;
    }

    /** @throws AuthorityException AADSTS650057 or 65005 if the registration does not allow asking for it */
    void checkAgainst(AppRegistration app) throws AuthorityException {
        Set<String> declared = app.required().stream().map(Permission::resource).collect(Collectors.toSet());
        for (String resource : resources()) {
            if (!declared.contains(resource)) {
                throw Aadsts.of(650057, resource);
            }
        }
        for (Permission permission : permissions) {
            if (app.policy() == ConsentPolicy.DECLARED_ONLY && !app.required().contains(permission)) {
                throw Aadsts.of(65005, app.displayName(), permission.scope());
            }
        }
    }

    boolean has(String oidcScope) {
        return oidc.contains(oidcScope);
    }
}
