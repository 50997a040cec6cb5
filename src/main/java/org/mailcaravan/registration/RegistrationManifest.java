package org.mailcaravan.registration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A plan as Microsoft Graph's {@code application} resource, which is also the portal's app manifest. It declares permissions and grants none. */
public final class RegistrationManifest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RegistrationManifest() {}

    /** The manifest, for people to read. */
    public static String print(RegistrationPlan plan) {
        ObjectNode app = JSON.createObjectNode();
        app.put("displayName", plan.displayName());
        app.put("signInAudience", plan.signInAudience());
        app.put("isFallbackPublicClient", plan.publicClient());
        app.set("requiredResourceAccess", requiredResourceAccess(plan));
        ObjectNode web = app.putObject("web");
        ArrayNode redirectUris = web.putArray("redirectUris");
        plan.redirectUri().ifPresent(redirectUris::add);
        web.putObject("implicitGrantSettings")
                .put("enableIdTokenIssuance", false)
                .put("enableAccessTokenIssuance", false);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(app);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static ArrayNode requiredResourceAccess(RegistrationPlan plan) {
        ArrayNode apis = JSON.createArrayNode();
        for (Permission.Api api : Permission.Api.values()) {
            ArrayNode access = JSON.createArrayNode();
            plan.permissions().stream()
                    .filter(permission -> permission.api() == api)
                    .forEach(permission ->
                            access.addObject().put("id", permission.id()).put("type", permission.type()));
            if (!access.isEmpty()) {
                apis.addObject().put("resourceAppId", api.appId()).set("resourceAccess", access);
            }
        }
        return apis;
    }
}
