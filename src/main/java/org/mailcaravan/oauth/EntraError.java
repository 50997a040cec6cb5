package org.mailcaravan.oauth;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one place where errors of Entra ID get a meaning. {@code error} decides (RFC 6749 sections 4.1.2.1 and 5.2); where the same {@code error} stands for
 * different ends, the AADSTS number does; unknown ones fall to what their {@code error} says. Source: Microsoft's reference of authentication error codes.
 */
record EntraError(String error, List<Integer> numbers) {
    private enum Class {
        SIGN_IN,
        ADMINISTRATOR,
        OPERATOR,
        LATER
    }

    private record Meaning(Class whose, String remedy) {}

    private static final Pattern NUMBER = Pattern.compile("AADSTS(\\d{4,9})");
    private static final Duration LOOP_PAUSE = Duration.ofMinutes(5);
    private static final String AGAIN = "Sign in again with your connect link.";
    private static final Map<Integer, Meaning> MEANINGS = meanings();
    private static final Set<String> LATER = Set.of("temporarily_unavailable", "server_error", "slow_down");
    private static final Set<String> SIGN_IN = Set.of(
            "invalid_grant",
            "interaction_required",
            "login_required",
            "consent_required",
            "access_denied",
            "account_selection_required");

    /** @param description may name AADSTS numbers; nothing else of it is kept */
    static EntraError of(String error, Optional<String> description, List<Integer> numbers) {
        if (!numbers.isEmpty() || description.isEmpty()) {
            return new EntraError(error, numbers);
        }
        Matcher matcher = NUMBER.matcher(description.get());
        return new EntraError(error, matcher.find() ? List.of(Integer.valueOf(matcher.group(1))) : List.of());
    }

    /** For logs and pages: {@code AADSTS70008}, or the error's name if that is one of the usual words. */
    String code() {
        if (!numbers.isEmpty()) {
            return "AADSTS" + numbers.get(0);
        }
        return error.matches("[a-z_]{1,50}") ? error : "unknown_error";
    }

    TokenOutcome outcome(int status, Optional<Duration> retryAfter) {
        Optional<Meaning> meaning = meaning();
        if (numbers.contains(50196)) {
            return new TokenOutcome.TryLater(Optional.of(retryAfter.orElse(LOOP_PAUSE)), code());
        }
        if (later(status, meaning)) {
            return new TokenOutcome.TryLater(retryAfter, code());
        }
        String remedy = remedy();
        boolean person = meaning.map(found -> found.whose() != Class.OPERATOR).orElse(SIGN_IN.contains(error));
        return person ? new TokenOutcome.ConsentRequired(code(), remedy) : new TokenOutcome.Refused(code(), remedy);
    }

    /** Whether it passes by itself. */
    boolean later() {
        return later(400, meaning());
    }

    /** What to do, in plain words. */
    String remedy() {
        return meaning().map(Meaning::remedy).orElseGet(() -> fallback(error));
    }

    private boolean later(int status, Optional<Meaning> meaning) {
        return status == 429
                || status >= 500
                || LATER.contains(error)
                || meaning.map(found -> found.whose() == Class.LATER).orElse(false);
    }

    private Optional<Meaning> meaning() {
        return numbers.stream()
                .map(MEANINGS::get)
                .filter(found -> found != null)
                .findFirst();
    }

    private static String fallback(String error) {
        if ("access_denied".equals(error)) {
            return "Permission was not given. If you pressed Cancel by mistake, open your connect link again; if Microsoft said that an administrator must "
                    + "approve, ask your Microsoft 365 administrator to approve this application.";
        }
        if (SIGN_IN.contains(error)) {
            return AGAIN;
        }
        if ("invalid_client".equals(error)) {
            return "Check the client id and the client secret: the secret's value is needed, not its id, and it must not have expired.";
        }
        if (LATER.contains(error)) {
            return "Wait a few minutes and try again.";
        }
        return "Check the app registration: its permissions, its redirect URI and the configured tenant.";
    }

    private static Map<Integer, Meaning> meanings() {
        Map<Integer, Meaning> all = new HashMap<>();
        put(
                all,
                Class.SIGN_IN,
                AGAIN,
                16000,
                50034,
                50055,
                50058,
                50072,
                50074,
                50076,
                50078,
                50079,
                50085,
                50089,
                50126);
        put(all, Class.SIGN_IN, AGAIN, 50132, 50133, 50158, 50173, 70000, 70008, 700082, 700081, 70043);
        put(all, Class.SIGN_IN, "Sign in with an account of the organisation this link was made for.", 50020, 90072);
        put(
                all,
                Class.SIGN_IN,
                "You cancelled, or did not give the permissions. Open your connect link again, and give the permissions Microsoft asks for.",
                65004);
        put(
                all,
                Class.ADMINISTRATOR,
                "The permission to read mail was not given. Open your connect link again; if Microsoft then asks for an administrator, ask your Microsoft 365 "
                        + "administrator to grant consent for this application.",
                65001,
                90094,
                90095);
        put(all, Class.ADMINISTRATOR, "Ask your Microsoft 365 administrator to assign you to this application.", 50105);
        put(
                all,
                Class.ADMINISTRATOR,
                "Ask your Microsoft 365 administrator: the account is locked or disabled.",
                50053,
                50057);
        put(
                all,
                Class.ADMINISTRATOR,
                "A security policy of your organisation blocks this sign-in. Ask your Microsoft 365 administrator to allow this application (Conditional Access).",
                50097,
                50131,
                53000,
                53001,
                53003,
                530032,
                530035,
                500021,
                500022);
        put(
                all,
                Class.ADMINISTRATOR,
                "The service is not set up in your organisation. Ask your Microsoft 365 administrator for an Exchange Online licence and for consent to this application.",
                50001,
                500011,
                650052,
                650054);
        put(
                all,
                Class.OPERATOR,
                "Register the redirect URI exactly as it is configured here, as type Web.",
                50011,
                700084);
        put(
                all,
                Class.OPERATOR,
                "The client secret is wrong: paste the secret's value, not its id (the value is shown only once).",
                7000215);
        put(all, Class.OPERATOR, "The client secret has expired: make a new one and configure it.", 7000222);
        put(
                all,
                Class.OPERATOR,
                "Configure a client secret, or register the redirect URI as type Web.",
                7000218,
                700025);
        put(
                all,
                Class.OPERATOR,
                "Check the client credential and this machine's clock.",
                50012,
                50013,
                50027,
                700024,
                700027,
                70002,
                700213);
        put(
                all,
                Class.OPERATOR,
                "Check the client id and the tenant: this application is unknown or disabled there.",
                70001,
                700016,
                7000112,
                1000031,
                7000229);
        put(
                all,
                Class.OPERATOR,
                "Check the tenant and the authority of the configuration.",
                50194,
                700005,
                90002,
                900023,
                9001023,
                90038,
                900382,
                900432);
        put(
                all,
                Class.OPERATOR,
                "Add the permission to the app registration (API permissions) and grant consent.",
                65005,
                650056,
                650057,
                70011,
                28000,
                700022);
        put(
                all,
                Class.OPERATOR,
                "The code was already used or belongs to another sign-in. Open your connect link again.",
                54005,
                50147,
                501481,
                501491);
        put(
                all,
                Class.LATER,
                "Wait a few minutes and try again.",
                50033,
                50087,
                90006,
                90012,
                90024,
                90033,
                90055,
                90090,
                90091);
        put(
                all,
                Class.LATER,
                "Wait a few minutes and try again.",
                80002,
                80003,
                80005,
                80007,
                80010,
                80012,
                80013,
                80014,
                50196);
        return Map.copyOf(all);
    }

    private static void put(Map<Integer, Meaning> all, Class whose, String remedy, Integer... numbers) {
        for (Integer number : numbers) {
            all.put(number, new Meaning(whose, remedy));
        }
    }
}
