package org.mailcaravan.sandbox.entra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.sandbox.AppRegistration;
import org.mailcaravan.sandbox.Permission;

/** A checked request to the authorize endpoint. Where its answer goes is checked first: {@link ReplyTo}. */
record AuthorizationRequest(
        ReplyTo replyTo,
        Scopes scopes,
        Optional<String> nonce,
        Optional<String> prompt,
        Optional<String> loginHint,
        Optional<Pkce> pkce,
        ClaimsRequest claims) {
    private static final List<String> PROMPTS = List.of("login", "none", "consent", "select_account");

    /**
     * Where and how the answer goes; an error in it is shown on a page and never redirected.
     *
     * @param redirectUri as it was sent, which the token call must repeat
     */
    record ReplyTo(AppRegistration app, String redirectUri, String mode, Optional<String> state, boolean clientInfo) {

        static ReplyTo read(Params params, AppRegistration app) throws AuthorityException {
            String uri = params.get("redirect_uri");
            if (!RedirectUris.matches(app.redirectUris(), uri)) {
                throw Aadsts.of(50011, uri, app.clientId());
            }
            return new ReplyTo(
                    app,
                    uri,
                    params.find("response_mode").orElse("query"),
                    params.find("state"),
                    params.has("client_info", "1"));
        }

        /** The answer's parameters with {@code state} added. */
        Map<String, String> withState(Map<String, String> parameters) {
            Map<String, String> all = new LinkedHashMap<>(parameters);
            state.ifPresent(value -> all.put("state", value));
            return all;
        }

        boolean isFormPost() {
            return mode.equals("form_post");
        }

        /** The address of a redirecting answer. */
        String location(Map<String, String> parameters) {
            String base = RedirectUris.withPath(redirectUri);
            String mark = mode.equals("fragment") ? "#" : base.contains("?") ? "&" : "?";
            return base + mark + Params.encode(withState(parameters));
        }
    }

    /** @throws AuthorityException what is wrong; it may be sent to the redirect URI */
    static AuthorizationRequest read(Params params, ReplyTo replyTo) throws AuthorityException {
        checkResponse(params);
        Scopes scopes = Scopes.parse(params.get("scope"));
        scopes.checkAgainst(replyTo.app());
        Optional<String> prompt = params.find("prompt");
        if (prompt.isPresent() && !PROMPTS.contains(prompt.get())) {
            throw Aadsts.of(90023, "prompt");
        }
        return new AuthorizationRequest(
                replyTo,
                scopes,
                params.find("nonce"),
                prompt,
                params.find("login_hint"),
                Pkce.from(params),
                ClaimsRequest.from(params));
    }

    private static void checkResponse(Params params) throws AuthorityException {
        String type = params.get("response_type");
        if (!type.equals("code")) {
            throw type.contains("id_token") ? Aadsts.of(700054) : Aadsts.of(70005, type);
        }
        String mode = params.find("response_mode").orElse("query");
        if (!List.of("query", "fragment", "form_post").contains(mode)) {
            throw Aadsts.of(70007, mode);
        }
        if (params.find("resource").isPresent()) {
            throw Aadsts.of(901002);
        }
    }

    AppRegistration app() {
        return replyTo.app();
    }

    boolean hasPrompt(String value) {
        return prompt.filter(value::equals).isPresent();
    }

    /** What must still be consented to. */
    Set<Permission> missing(Set<Permission> granted) {
        return scopes.missing(app(), granted);
    }
}
