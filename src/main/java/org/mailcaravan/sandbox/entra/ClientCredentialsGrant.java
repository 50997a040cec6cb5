package org.mailcaravan.sandbox.entra;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxDirectory;

/** {@code grant_type=client_credentials}: an application acts for itself, on one API, with the roles an administrator consented to, perhaps none. */
final class ClientCredentialsGrant {
    private final SandboxDirectory directory;
    private final TokenFactory accessTokens;
    private final ClaimsChallenges challenges;
    private final Knobs knobs;

    ClientCredentialsGrant(
            SandboxDirectory directory, TokenFactory accessTokens, ClaimsChallenges challenges, Knobs knobs) {
        this.directory = directory;
        this.accessTokens = accessTokens;
        this.challenges = challenges;
        this.knobs = knobs;
    }

    /**
     * Answers a token without scope, refresh token or id_token.
     *
     * @param tenant the GUID, or an alias, which this grant does not work with
     * @throws AuthorityException 9001023 on an alias, 7000218 for a public client, 70011 unless every scope but the OIDC ones ends in {@code /.default}, 700022 for two APIs, 500011
     *     for an unknown one, 53003 if Conditional Access denies
     */
    Map<String, Object> answer(Params form, AppRegistration app, String tenant) throws AuthorityException {
        if (!tenant.equals(directory.tenantId())) {
            throw Aadsts.of(9001023);
        }
        if (app.flags().publicClient()) {
            throw Aadsts.of(7000218);
        }
        String resource = resource(form.get("scope"));
        String principal = directory.servicePrincipalId(app.clientId());
        if (directory.isBlocked(principal)) {
            throw Aadsts.of(53003);
        }
        ClaimsRequest claims = ClaimsRequest.from(form);
        Evaluation evaluation = new Evaluation(claims.handlesChallenges(), challenges.met(principal, claims, 0));
        List<String> roles = directory.roles(app.clientId(), resource).stream()
                .map(Permission::name)
                .toList();
        Duration life = knobs.accessTokenLife(evaluation.continuous());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token_type", "Bearer");
        answer.put("expires_in", life.toSeconds());
        answer.put("ext_expires_in", life.toSeconds());
        String audience = Permission.audience(resource, form.get("scope"));
        answer.put("access_token", accessTokens.appOnlyToken(app, audience, roles, life, evaluation));
        return answer;
    }

    /** OIDC scopes say nothing about an application; they are passed over, for msal4j always sends them. */
    private static String resource(String written) throws AuthorityException {
        Set<String> resources = new LinkedHashSet<>();
        for (String scope : written.strip().split(" +")) {
            if (scope.endsWith("/.default")) {
                resources.add(Permission.canonicalResource(scope.substring(0, scope.length() - "/.default".length())));
            } else if (!Scopes.isOidc(scope)) {
                throw Aadsts.of(70011, scope);
            }
        }
        if (resources.isEmpty()) {
            throw Aadsts.of(70011, written);
        }
        if (resources.size() > 1) {
            throw Aadsts.of(700022, written);
        }
        String resource = resources.iterator().next();
        if (!List.of(Permission.GRAPH, Permission.EXCHANGE).contains(resource)) {
            throw Aadsts.of(500011, resource);
        }
        return resource;
    }
}
