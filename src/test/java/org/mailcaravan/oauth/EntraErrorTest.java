package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every AADSTS number that a mail connector meets has a class and a remedy (F36), and so has every number nobody knows. */
class EntraErrorTest {
    /** Numbers, usual {@code error}, whose turn it is; two classes where Microsoft's words leave it open. */
    private static final String TABLE = """
            16000 | interaction_required | SIGN_IN
            50001,500011 | invalid_resource | ADMINISTRATOR
            500021,500022 | access_denied | ADMINISTRATOR
            50011 | invalid_request | CONFIGURATION
            50012 | invalid_client | CONFIGURATION
            50013 | invalid_grant | CONFIGURATION
            50020 | access_denied | SIGN_IN
            50027 | invalid_request | CONFIGURATION
            50034 | invalid_grant | SIGN_IN
            50053 | invalid_grant | STOP
            50055 | invalid_grant | SIGN_IN
            50057 | invalid_grant | STOP
            50058 | login_required | SIGN_IN
            50072,50074,50076,50079 | interaction_required | SIGN_IN
            50072,50074,50076,50079 | invalid_grant | SIGN_IN
            50078 | invalid_grant | SIGN_IN
            50085 | invalid_grant | SIGN_IN
            50087,50033 | temporarily_unavailable | RETRY
            50089 | invalid_grant | SIGN_IN
            50097 | interaction_required | ADMINISTRATOR,SIGN_IN
            50105 | access_denied | ADMINISTRATOR
            50126 | invalid_grant | SIGN_IN
            50131 | invalid_grant | ADMINISTRATOR
            50132,50133 | invalid_grant | SIGN_IN
            50147,501481,501491 | invalid_grant | CONFIGURATION
            50158 | interaction_required | SIGN_IN
            50173 | invalid_grant | SIGN_IN
            50194 | invalid_request | CONFIGURATION
            50196 | invalid_grant | STOP
            53000,53001 | interaction_required | ADMINISTRATOR
            53003 | interaction_required | ADMINISTRATOR
            53003 | invalid_grant | ADMINISTRATOR
            530032,530035 | access_denied | ADMINISTRATOR
            54005 | invalid_grant | CONFIGURATION
            65001 | invalid_grant | SIGN_IN,ADMINISTRATOR
            65004 | access_denied | SIGN_IN
            65004 | consent_required | SIGN_IN
            65005,650057 | invalid_client | CONFIGURATION
            65005,650057 | invalid_resource | CONFIGURATION
            650052,650054 | invalid_client | ADMINISTRATOR
            650056 | invalid_request | CONFIGURATION
            70000 | invalid_grant | SIGN_IN
            70001,700016 | unauthorized_client | CONFIGURATION,ADMINISTRATOR
            70002 | invalid_client | CONFIGURATION
            700005 | invalid_grant | CONFIGURATION
            70007 | invalid_request | CONFIGURATION
            70008,700082 | invalid_grant | SIGN_IN
            700084 | invalid_grant | CONFIGURATION
            70011 | invalid_scope | CONFIGURATION
            70016 | authorization_pending | RETRY
            70018 | bad_verification_code | SIGN_IN
            70019 | expired_token | SIGN_IN
            70043 | invalid_grant | SIGN_IN,ADMINISTRATOR
            700022 | invalid_request | CONFIGURATION
            700025 | invalid_client | CONFIGURATION
            700027 | invalid_client | CONFIGURATION
            700024 | invalid_client | CONFIGURATION
            700213 | invalid_client | CONFIGURATION
            7000112,1000031 | unauthorized_client | ADMINISTRATOR
            7000215 | invalid_client | CONFIGURATION
            7000218 | invalid_client | CONFIGURATION
            7000222 | invalid_client | CONFIGURATION
            80002-80014 | invalid_grant | RETRY
            90002 | invalid_request | CONFIGURATION
            90006,90012,90024,90033,90090,90091 | server_error | RETRY
            90006,90012,90024,90033,90090,90091 | temporarily_unavailable | RETRY
            90014,900144 | invalid_request | CONFIGURATION
            9001023 | invalid_request | CONFIGURATION
            9002313 | invalid_request | CONFIGURATION
            90038,900382,900432 | invalid_request | CONFIGURATION
            90055 | temporarily_unavailable | RETRY
            90072 | access_denied | SIGN_IN
            90094 | access_denied | ADMINISTRATOR
            90095 | access_denied | ADMINISTRATOR
            901002 | invalid_request | CONFIGURATION
            65006,900023,7000229,700229 | invalid_request | CONFIGURATION
            """;

    static Stream<Arguments> codes() {
        return TABLE.lines()
                .map(line -> line.split("\\|"))
                .flatMap(cells -> numbers(cells[0].trim())
                        .mapToObj(number -> Arguments.of(
                                number,
                                cells[1].trim(),
                                Arrays.stream(cells[2].trim().split(","))
                                        .map(WhoActs::valueOf)
                                        .collect(Collectors.toSet()))));
    }

    private static IntStream numbers(String cell) {
        if (cell.contains("-")) {
            String[] ends = cell.split("-");
            return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
        }
        return Arrays.stream(cell.split(",")).mapToInt(Integer::parseInt);
    }

    @ParameterizedTest(name = "AADSTS{0} {1}")
    @MethodSource("codes")
    void everyKnownNumberSaysWhoseTurnItIsAndWhatToDo(int number, String error, Set<WhoActs> expected) {
        assertThat(EntraRemedy.of(number)).as("known by its number").isPresent();
        EntraError inJson = EntraError.of(error, Optional.empty(), List.of(number));
        EntraError onPage = EntraError.of(error, Optional.of("AADSTS" + number + ": words"), List.of());
        assertThat(inJson).isEqualTo(onPage);
        assertThat(expected).contains(inJson.acts());
        assertThat(inJson.remedy()).hasSizeGreaterThan(20).endsWith(".");
        assertThat(inJson.outcome(400, Optional.empty())).isInstanceOf(outcomeOf(number, inJson.acts()));
    }

    private static Class<? extends TokenOutcome> outcomeOf(int number, WhoActs acts) {
        if (number == 50196 || acts == WhoActs.RETRY) {
            return TokenOutcome.TryLater.class;
        }
        return acts == WhoActs.CONFIGURATION ? TokenOutcome.Refused.class : TokenOutcome.ConsentRequired.class;
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_grant, SIGN_IN",
        "interaction_required, SIGN_IN",
        "consent_required, SIGN_IN",
        "access_denied, SIGN_IN",
        "temporarily_unavailable, RETRY",
        "server_error, RETRY",
        "invalid_client, CONFIGURATION",
        "unauthorized_client, CONFIGURATION",
        "never_heard_of, CONFIGURATION"
    })
    void anUnknownNumberFallsToWhatItsErrorSays(String error, WhoActs expected) {
        EntraError unknown = EntraError.of(error, Optional.of("AADSTS999999: new"), List.of());
        assertThat(unknown.acts()).isEqualTo(expected);
        assertThat(unknown.code()).isEqualTo("AADSTS999999");
        assertThat(unknown.remedy()).endsWith(".");
    }

    @Test
    void aKnownNumberAmongUnknownOnesDecides() {
        assertThat(new EntraError("invalid_grant", List.of(999999, 53003)).acts())
                .isEqualTo(WhoActs.ADMINISTRATOR);
    }

    @Test
    void aLoopPausesForFiveMinutesUnlessTheServerSaysOtherwise() {
        EntraError loop = new EntraError("invalid_grant", List.of(50196));
        assertThat(loop.outcome(400, Optional.empty()))
                .isEqualTo(new TokenOutcome.TryLater(Optional.of(Duration.ofMinutes(5)), "AADSTS50196"));
        assertThat(loop.outcome(400, Optional.of(Duration.ofMinutes(7))))
                .isEqualTo(new TokenOutcome.TryLater(Optional.of(Duration.ofMinutes(7)), "AADSTS50196"));
    }

    @Test
    void aHostileErrorNameIsNeverRepeated() {
        assertThat(EntraError.of("<script>", Optional.empty(), List.of()).code())
                .isEqualTo("unknown_error");
    }
}
