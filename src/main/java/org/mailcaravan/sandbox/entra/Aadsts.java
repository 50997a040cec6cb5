package org.mailcaravan.sandbox.entra;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;

/** The AADSTS numbers this authority answers, each with the OAuth error and suberror it is commonly seen with. */
final class Aadsts {
    private record Known(String error, String text, Optional<String> suberror) {}

    private static final String CONDITIONAL_ACCESS_CLAIMS =
            "{\"access_token\":{\"capolids\":{\"essential\":true,\"values\":[\"3f6c1a52-7c0e-4d0b-9f0e-6a3d2b1c9e55\"]}}}";
    private static final Set<Integer> WITH_CLAIMS =
            Set.of(50072, 50074, 50076, 50078, 50079, 50158, 53000, 53001, 53003);
    private static final Set<Integer> PAGE_ONLY =
            Set.of(50011, 50020, 500021, 500022, 50105, 53003, 530032, 530035, 650056, 700016, 90072, 90094, 90095);
    private static final Map<Integer, Known> KNOWN = new HashMap<>();

    static {
        invalidGrants();
        invalidRequests();
        clientErrors();
        scopeErrors();
        interaction();
        transientErrors();
        deviceErrors();
        onDemandOnly();
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
                "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.");
        add(9002313, request, "Invalid request. Request is malformed or invalid.");
        add(901002, request, "The 'resource' request parameter is not supported.");
    }

    private static void clientErrors() {
        String client = "invalid_client";
        add(
                500112,
                client,
                "The reply address does not match the reply address provided when requesting Authorization code.");
        add(50012, client, "Authentication failed: %s");
        add(50013, "invalid_grant", "Assertion failed signature validation with the keys of the issuer '%s'.");
        add(50027, "invalid_request", "JWT token is invalid or malformed.");
        add(
                700022,
                "invalid_request",
                "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope %s is not valid.");
        add(
                700024,
                client,
                "Client assertion is not within its valid time range. Current time: %s, assertion valid from %s, expiry time of assertion %s.");
        add(700025, client, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.");
        add(
                700027,
                client,
                "Client assertion contains an invalid signature. [Reason - %s Thumbprint of key used by client: '%s'.] Register the certificate on the application, or sign with the registered one.");
        add(
                700213,
                client,
                "No matching federated identity record found for presented assertion subject '%s', issuer '%s', audience '%s'. Subject, issuer and audience of the federated credential compare exactly.");
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
        add(
                50105,
                "access_denied",
                "Your administrator has configured the application to block users unless they are specifically granted ('assigned') access. The signed in user '%s' is blocked because they are not assigned to %s.");
        add(65004, "access_denied", "User declined to consent to access the app.");
        add(
                90093,
                "access_denied",
                "This operation can only be performed by an administrator. Sign out and sign in as an administrator, or contact one of your organization's administrators.");
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

    private static void deviceErrors() {
        add(70016, "authorization_pending", "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");
        add(70018, "bad_verification_code", "The device_code is malformed, unknown or was used before.");
        add(70019, "expired_token", "The device_code has expired. Start over.");
    }

    /** Those that only a planned fault answers here; each with the error it is commonly seen under. */
    private static void onDemandOnly() {
        String grant = "invalid_grant";
        add(50072, "interaction_required", "The user must enroll in multi-factor authentication.", "basic_action");
        add(50074, "interaction_required", "Strong authentication is required.", "basic_action");
        add(50078, grant, "Presented multi-factor authentication has expired.", "basic_action");
        add(50085, grant, "The refresh token needs a social identity provider's login.");
        add(50097, "interaction_required", "Device authentication is required.");
        add(50131, grant, "Blocked by a Conditional Access policy: device state, suspicious activity or location.");
        add(50132, grant, "The session is not valid: the password changed or expired.");
        add(50133, grant, "The session is not valid: the password expired or was changed recently.");
        add(50158, "interaction_required", "An external security challenge was not satisfied.", "basic_action");
        add(53000, "interaction_required", "The device is not in the required state: compliant.", "message_only");
        add(53001, "interaction_required", "The device is not in the required state: domain joined.", "message_only");
        add(530032, "access_denied", "Blocked by the security policy of the tenant.");
        add(530035, "access_denied", "Access has been blocked by security defaults.");
        add(700005, grant, "The provided authorization code is for another tenant.");
        for (int agent : new int[] {80002, 80003, 80005, 80007, 80010, 80012, 80013, 80014}) {
            add(agent, grant, "The on-premises authentication agent did not answer as expected.");
        }
        add(50001, "invalid_resource", "The resource is disabled or was not found.");
        add(
                650052,
                "invalid_client",
                "The organization lacks a service principal for the service. Ask for a subscription.");
        add(650054, "invalid_client", "The application asked for permissions on a resource that was removed.");
        add(650056, "invalid_client", "Misconfigured application: no valid permission, or a wrong identifier.");
        add(70001, "unauthorized_client", "The application was not found in the directory.");
        add(70002, "invalid_client", "Error validating credentials.");
        add(1000031, "unauthorized_client", "The application cannot be accessed at this time. Ask an administrator.");
        add(7000229, "unauthorized_client", "The client application is missing a service principal in the tenant.");
        add(700229, "invalid_client", "Only app-only tokens can be used as federated identity credentials.");
        add(65006, "invalid_request", "The tenant identifier is not valid.");
        add(900023, "invalid_request", "The tenant identifier is neither a valid DNS name nor an external domain.");
        add(90038, "invalid_request", "The request was made to another national cloud than the tenant's.");
        add(900382, "invalid_request", "Confidential client is not supported in a cross-cloud request.");
        add(900432, "invalid_request", "Confidential client is not supported in a cross-cloud request.");
        add(50020, "access_denied", "The user account does not exist in the tenant and cannot access the application.");
        add(500021, "access_denied", "Access to the tenant is denied by a tenant restriction.");
        add(500022, "access_denied", "Access to the tenant is denied by a tenant restriction.");
        add(90072, "access_denied", "The account must be added as an external user in the tenant first.");
        add(90095, "access_denied", "Admin consent is required; a request was sent to an administrator.");
        for (int busy : new int[] {50033, 90006, 90024, 90090, 90091}) {
            add(busy, "temporarily_unavailable", "The service is temporarily unable to answer. Please try again.");
        }
    }

    private static void add(int code, String error, String text) {
        KNOWN.put(code, new Known(error, text, Optional.empty()));
    }

    private static void add(int code, String error, String text, String suberror) {
        KNOWN.put(code, new Known(error, text, Optional.of(suberror)));
    }

    /** Whether the authorize endpoint shows it on its own page, so that the client never hears of it. */
    static boolean isPageOnly(int code) {
        return PAGE_ONLY.contains(code);
    }

    /** @param details fill the text's gaps; missing ones are left as {@code (unnamed)} */
    static AuthorityException of(int code, Object... details) {
        Known known = KNOWN.getOrDefault(code, new Known("invalid_grant", "Planned failure.", Optional.empty()));
        String text = known.text();
        for (Object detail : details) {
            text = text.replaceFirst("%s", Matcher.quoteReplacement(String.valueOf(detail)));
        }
        Optional<String> claims =
                WITH_CLAIMS.contains(code) ? Optional.of(CONDITIONAL_ACCESS_CLAIMS) : Optional.empty();
        return new AuthorityException(code, known.error(), text.replace("%s", "(unnamed)"), known.suberror(), claims);
    }
}
