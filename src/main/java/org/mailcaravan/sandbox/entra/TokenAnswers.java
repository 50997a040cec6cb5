package org.mailcaravan.sandbox.entra;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Permission;
import org.mailcaravan.sandbox.SandboxDirectory;
import org.mailcaravan.sandbox.SandboxUser;

/** Makes the token endpoint's good answers. */
final class TokenAnswers {
    /** A checked token call. */
    record Wanted(
            String base,
            SandboxUser user,
            AppRegistration app,
            Grant grant,
            Scopes scopes,
            Optional<String> nonce,
            boolean clientInfo,
            Evaluation evaluation) {}

    private final SandboxDirectory directory;
    private final Grants grants;
    private final TokenFactory accessTokens;
    private final IdTokenFactory idTokens;
    private final Knobs knobs;

    TokenAnswers(
            SandboxDirectory directory,
            Grants grants,
            TokenFactory accessTokens,
            IdTokenFactory idTokens,
            Knobs knobs) {
        this.directory = directory;
        this.grants = grants;
        this.accessTokens = accessTokens;
        this.idTokens = idTokens;
        this.knobs = knobs;
    }

    /** @throws AuthorityException AADSTS28000 for two APIs, 65001 for what was not consented to */
    void check(Wanted wanted) throws AuthorityException {
        String resource = wanted.scopes().resource();
        Set<Permission> granted = granted(wanted);
        boolean nothing = !wanted.scopes().resources().isEmpty()
                && granted.stream()
                        .noneMatch(permission -> permission.resource().equals(resource));
        if (nothing || !granted.containsAll(wanted.scopes().permissions())) {
            throw Aadsts.of(65001, wanted.app().clientId());
        }
    }

    Map<String, Object> answer(Wanted wanted) throws AuthorityException {
        String resource = wanted.scopes().resource();
        Duration life = knobs.accessTokenLife(wanted.evaluation().continuous());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token_type", "Bearer");
        answer.put("scope", String.join(" ", styled(wanted, resource)));
        answer.put("expires_in", life.toSeconds());
        answer.put("ext_expires_in", life.toSeconds());
        answer.put(
                "access_token",
                accessTokens.accessToken(
                        wanted.user(),
                        wanted.app(),
                        audience(wanted, resource),
                        bareNames(wanted, resource),
                        life,
                        wanted.evaluation()));
        if (wanted.grant().scopes().has("offline_access")) {
            answer.put("refresh_token", grants.issueRefreshToken(wanted.grant()));
        }
        addIdentity(answer, wanted);
        return answer;
    }

    private void addIdentity(Map<String, Object> answer, Wanted wanted) {
        if (wanted.scopes().has("openid") && wanted.grant().scopes().has("openid")) {
            answer.put(
                    "id_token",
                    idTokens.idToken(
                            wanted.base(),
                            wanted.user(),
                            wanted.app(),
                            wanted.grant(),
                            wanted.nonce(),
                            knobs.nextIdTokenFault()));
        }
        if (wanted.clientInfo()) {
            answer.put("client_info", clientInfo(wanted.user().objectId(), directory.tenantId()));
        }
    }

    static String clientInfo(String objectId, String tenantId) {
        String json = "{\"uid\":\"" + objectId + "\",\"utid\":\"" + tenantId + "\"}";
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private Set<Permission> granted(Wanted wanted) {
        return directory.granted(wanted.app().clientId(), wanted.user().objectId());
    }

    /** Everything granted for the API, the OIDC scopes with Graph's, never {@code offline_access}. */
    private List<String> bareNames(Wanted wanted, String resource) {
        List<String> names = new ArrayList<>();
        if (resource.equals(Permission.GRAPH)) {
            wanted.grant().scopes().oidc().stream()
                    .filter(scope -> !scope.equals("offline_access"))
                    .forEach(names::add);
        }
        granted(wanted).stream()
                .filter(permission -> permission.resource().equals(resource))
                .map(Permission::name)
                .sorted()
                .forEach(names::add);
        return names;
    }

    /** The real authority words the same scopes differently from answer to answer: with and without the API's address, in another case. */
    private List<String> styled(Wanted wanted, String resource) {
        int style = knobs.nextStyle() % 3;
        String audience = audience(wanted, resource);
        return bareNames(wanted, resource).stream()
                .map(name -> Permission.find(resource, name).isPresent() ? styled(audience, name, style) : name)
                .collect(Collectors.toList());
    }

    private static String audience(Wanted wanted, String resource) {
        return Permission.audience(resource, wanted.scopes().written());
    }

    private static String styled(String audience, String name, int style) {
        return switch (style) {
            case 0 -> audience + "/" + name;
            case 1 -> audience.equals(Permission.GRAPH) ? name : secondName(audience) + "/" + name;
            default -> audience + "/" + name.toLowerCase(Locale.ROOT);
        };
    }

    private static String secondName(String audience) {
        return audience.equals(Permission.EXCHANGE) ? "https://outlook.office.com" : audience;
    }
}
