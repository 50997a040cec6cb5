package org.mailcaravan.sandbox.entra;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/** The AADSTS numbers this authority answers, each with the OAuth error and suberror it is commonly seen with. */
final class Aadsts {
    private record Known(String error, String text, Optional<String> suberror) {}

    private static final String CONDITIONAL_ACCESS_CLAIMS =
            "{\"access_token\":{\"capolids\":{\"essential\":true,\"values\":[\"3f6c1a52-7c0e-4d0b-9f0e-6a3d2b1c9e55\"]}}}";
    private static final Map<Integer, Known> KNOWN = new HashMap<>();

    static {
        invalidGrants();
        invalidRequests();
        clientErrors();
        scopeErrors();
        interaction();
        transientErrors();
    }

    private Aadsts() {}

    private static void invalidGrants() {
        String grant = "invalid_grant";
        add(50034, grant, "The user account %s does not exist in the %s directory.");
        add(50053, grant, "The account is locked, you've tried to sign in too many times.");
        add(50055, grant, "The password is expired.", "user_password_expired");
        add(50057, grant, "The user account is disabled.");
        add(50089, grant, "Authentication failed due to flow token expired.");
        add(50126, grant, "Error validating credentials due to invalid username or password.");
        add(50147, grant, "The code_verifier was sent, but the authorization request had no code_challenge.");
        add(
                501481,
                grant,
                "The Code_Verifier does not match the code_challenge supplied in the authorization request.");
        add(
                50173,
                grant,
                "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.",
                "bad_token");
        add(50196, grant, "The server terminated an operation because it encountered a client request loop.");
        add(
                54005,
                grant,
                "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.");
        add(
                65001,
                grant,
                "The user or administrator has not consented to use the application with ID '%s'. Send an interactive authorization request for this user and resource.",
                "consent_required");
        add(70000, grant, "Provided grant is invalid or malformed.");
        add(
                70008,
                grant,
                "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.");
        add(
                70043,
                grant,
                "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.",
                "token_expired");
        add(700082, grant, "The refresh token has expired due to inactivity.", "token_expired");
        add(
                700084,
                grant,
                "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime, which can't be extended.");
    }

    private static void invalidRequests() {
        String request = "invalid_request";
        add(
                28000,
                request,
                "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope %s is not valid.");
        add(
                50011,
                request,
                "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the application '%s'.");
        add(
                50194,
                request,
                "Application '%s' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps.");
        add(501491, request, "The code_challenge supplied in the authorization request has an invalid size.");
        add(501492, request, "The code_challenge_method '%s' is not supported.");
        add(70007, request, "'%s' is not a supported value of 'response_mode' when requesting a code.");
        add(
                90002,
                request,
                "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.");
        add(90014, request, "The required field '%s' is missing from the credential.");
        add(90023, request, "Unsupported '%s' value.");
        add(900144, request, "The request body must contain the following parameter: '%s'.");
        add(900561, request, "The endpoint only accepts POST requests. Received a %s request.");
        add(
                9001023,
                request,
                "The grant type is not supported over the /consumers endpoint. Please use the /organizations or tenant-specific endpoint.");
        add(9002313, request, "Invalid request. Request is malformed or invalid.");
        add(901002, request, "The 'resource' request parameter is not supported.");
    }

    private static void clientErrors() {
        String client = "invalid_client";
        add(
                500112,
                client,
                "The reply address does not match the reply address provided when requesting Authorization code.");
        add(
                700027,
                client,
                "The certificate with identifier used to sign the client assertion is not registered on application '%s'.");
        add(
                7000215,
                client,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.");
        add(
                7000218,
                client,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");
        add(7000222, client, "The provided client secret keys for app '%s' are expired.");
        add(700016, "unauthorized_client", "Application with identifier '%s' was not found in the directory '%s'.");
        add(7000112, "unauthorized_client", "Application '%s' is disabled.");
        add(70003, "unsupported_grant_type", "The app requested an unsupported grant type '%s'.");
        add(70005, "unsupported_response_type", "The app returned an unsupported response type '%s'.");
        add(700054, "unsupported_response_type", "response_type 'id_token' is not enabled for the application.");
    }

    private static void scopeErrors() {
        add(500011, "invalid_resource", "The resource principal named %s was not found in the tenant.");
        add(
                650057,
                "invalid_resource",
                "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Resource value from request: %s.");
        add(
                65005,
                "invalid_client",
                "The application '%s' asked for scope '%s', which is not listed in its registration.");
        add(650053, "invalid_client", "The application asked for scope '%s' that doesn't exist on the resource '%s'.");
        add(
                70011,
                "invalid_scope",
                "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope %s is not valid.");
    }

    private static void interaction() {
        String interaction = "interaction_required";
        add(
                16000,
                interaction,
                "Either multiple user identities are available for the current request or selected account is not supported for the scenario.");
        add(50058, "login_required", "A silent sign-in request was sent but no user is signed in.");
        add(
                50076,
                interaction,
                "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication.",
                "basic_action");
        add(50079, interaction, "The user is required to use multi-factor authentication.", "basic_action");
        add(
                53003,
                interaction,
                "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
                "message_only");
        add(65004, "access_denied", "User declined to consent to access the app.");
        add(
                90094,
                "access_denied",
                "An administrator of %s has set a policy that prevents you from granting %s the permissions it is requesting.");
    }

    private static void transientErrors() {
        add(
                50087,
                "temporarily_unavailable",
                "A transient error has occurred during strong authentication. Please try again.");
        add(90033, "temporarily_unavailable", "A transient error has occurred. Please try again.");
        add(90055, "temporarily_unavailable", "The tenant is throttled because of too many requests.");
        add(90012, "server_error", "The request timed out.");
    }

    private static void add(int code, String error, String text) {
        KNOWN.put(code, new Known(error, text, Optional.empty()));
    }

    private static void add(int code, String error, String text, String suberror) {
        KNOWN.put(code, new Known(error, text, Optional.of(suberror)));
    }

    /** @param details fill the text's gaps; missing ones are left as {@code (unnamed)} */
    static AuthorityException of(int code, Object... details) {
        Known known = KNOWN.getOrDefault(code, new Known("invalid_grant", "Planned failure.", Optional.empty()));
        String text = known.text();
        for (Object detail : details) {
            text = text.replaceFirst("%s", Matcher.quoteReplacement(String.valueOf(detail)));
        }
        Optional<String> claims =
                code == 53003 || code == 50076 ? Optional.of(CONDITIONAL_ACCESS_CLAIMS) : Optional.empty();
        return new AuthorityException(code, known.error(), text.replace("%s", "(unnamed)"), known.suberror(), claims);
    }
}
