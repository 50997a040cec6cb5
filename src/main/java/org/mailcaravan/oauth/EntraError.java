package org.mailcaravan.oauth;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one place where errors of Entra ID get a meaning. {@code error} decides (RFC 6749 sections 4.1.2.1 and 5.2); where the same {@code error} stands for
 * different ends, the AADSTS number does; unknown ones fall to what their {@code error} says. Source: Microsoft's reference of authentication error codes.
 */
record EntraError(String error, List<Integer> numbers) {
    /** RFC 8628 section 3.5: the person is not done yet. */
    static final String AUTHORIZATION_PENDING = "authorization_pending";
    /** RFC 8628 section 3.5: as pending, and five seconds more between polls. */
    static final String SLOW_DOWN = "slow_down";

    private static final Pattern NUMBER = Pattern.compile("AADSTS(\\d{4,9})");
    private static final Duration LOOP_PAUSE = Duration.ofMinutes(5);
    private static final int LOOP = 50196;
    private static final Set<String> POLLING = Set.of(AUTHORIZATION_PENDING, SLOW_DOWN);
    private static final Set<String> RETRY =
            Set.of("temporarily_unavailable", "server_error", AUTHORIZATION_PENDING, SLOW_DOWN);
    private static final Set<String> SIGN_IN = Set.of(
            "invalid_grant",
            "interaction_required",
            "login_required",
            "consent_required",
            "access_denied",
            "account_selection_required",
            "authorization_declined",
            "expired_token",
            "bad_verification_code");

    EntraError {
        numbers = List.copyOf(numbers);
    }

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
        if (!numbers.isEmpty() && !POLLING.contains(error)) {
            return "AADSTS" + numbers.get(0);
        }
        return error.matches("[a-z_]{1,50}") ? error : "unknown_error";
    }

    TokenOutcome outcome(int status, Optional<Duration> retryAfter) {
        if (numbers.contains(LOOP)) {
            return new TokenOutcome.TryLater(Optional.of(retryAfter.orElse(LOOP_PAUSE)), code());
        }
        if (status == 429 || status >= 500 || later()) {
            return new TokenOutcome.TryLater(retryAfter, code());
        }
        return acts() == WhoActs.CONFIGURATION
                ? new TokenOutcome.Refused(code(), remedy())
                : new TokenOutcome.ConsentRequired(code(), remedy());
    }

    /** Whether it passes by itself. */
    boolean later() {
        return RETRY.contains(error) || acts() == WhoActs.RETRY;
    }

    /** Whose turn it is. */
    WhoActs acts() {
        return meaning().map(EntraRemedy::acts).orElseGet(this::actsByError);
    }

    /** What to do, in plain words. */
    String remedy() {
        return meaning().orElseGet(this::remedyByError).text();
    }

    private Optional<EntraRemedy> meaning() {
        return numbers.stream()
                .flatMap(number -> EntraRemedy.of(number).stream())
                .findFirst();
    }

    private WhoActs actsByError() {
        if (RETRY.contains(error)) {
            return WhoActs.RETRY;
        }
        return SIGN_IN.contains(error) ? WhoActs.SIGN_IN : WhoActs.CONFIGURATION;
    }

    private EntraRemedy remedyByError() {
        return switch (error) {
            case "access_denied" -> EntraRemedy.NOT_GIVEN;
            case "invalid_client" -> EntraRemedy.CREDENTIAL;
            case "authorization_declined", "expired_token", "bad_verification_code" -> EntraRemedy.DEVICE_CODE;
            default ->
                switch (actsByError()) {
                    case RETRY -> EntraRemedy.WAIT;
                    case SIGN_IN -> EntraRemedy.SIGN_IN_AGAIN;
                    default -> EntraRemedy.REGISTRATION;
                };
        };
    }
}
