package org.mailcaravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.credential.ExpiryWarnings;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.management.ManagementException;
import org.mailcaravan.oauth.OAuthSettings;
import org.mailcaravan.oauth.ProofTrial;
import org.mailcaravan.oauth.SignInServices;

/** Looks at everything that must be right for mail to flow. Changes nothing: tokens it is given by way of trial are thrown away. */
final class Doctor {
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Duration CLOCK_WARNS = Duration.ofSeconds(30);
    private static final Duration CLOCK_FAILS = Duration.ofMinutes(5);

    enum Verdict {
        OK,
        WARN,
        FAIL;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What was found about one thing.
     *
     * @param detail what is so, and the remedy if it is not well
     */
    record Check(Verdict verdict, String what, String detail) {}

    /** How the running process is asked. */
    interface Process {
        /** @throws ManagementException if it cannot be asked */
        JsonNode call(String operation, Map<String, ?> input);
    }

    private final Clock clock;
    private final List<Check> checks = new ArrayList<>();

    Doctor(Clock clock) {
        this.clock = clock;
    }

    List<Check> examine(SettingsSources sources, Process process) {
        try {
            Settings settings = Settings.load(sources);
            add(Verdict.OK, "settings", "complete");
            try (HttpGateway http = new HttpGateway(settings.connectTimeout())) {
                reach(http, settings);
                signIn(http, SettingsToOAuth.translate(settings, clock));
            }
        } catch (SettingsException e) {
            e.problems().forEach(problem -> add(Verdict.FAIL, "settings", problem.toString()));
            add(Verdict.WARN, "connections", "not looked at. Correct the settings first.");
        }
        askOrTell(process);
        return List.copyOf(checks);
    }

    private void reach(HttpGateway http, Settings settings) {
        reach(http, "sign-in service", settings.authority())
                .ifPresent(headers -> compareClock(headers.firstValue("Date").orElse("")));
        reach(http, "Microsoft Graph", settings.graphRoot());
        reach(http, "EWS", settings.ewsUrl());
        settings.ewsAutodiscover().ifPresent(server -> reach(http, "Autodiscover", server));
    }

    /** Any answer will do: name, connection and certificate are what counts. */
    private Optional<HttpHeaders> reach(HttpGateway http, String what, URI address) {
        HttpRequest request = HttpRequest.newBuilder(address).build();
        try (HttpGateway.Answer answer = http.send(request, DEADLINE)) {
            add(Verdict.OK, what, address.getHost() + " answers");
            return Optional.of(answer.headers());
        } catch (IOException e) {
            add(
                    Verdict.FAIL,
                    what,
                    address.getHost() + " cannot be reached (" + e.getClass().getSimpleName()
                            + "). Check the address, DNS, the firewall, and that the certificate is trusted.");
            return Optional.empty();
        }
    }

    private void compareClock(String date) {
        try {
            Duration off = Duration.between(
                            ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant(),
                            clock.instant())
                    .abs();
            Verdict verdict = off.compareTo(CLOCK_FAILS) > 0
                    ? Verdict.FAIL
                    : off.compareTo(CLOCK_WARNS) > 0 ? Verdict.WARN : Verdict.OK;
            String remedy = verdict == Verdict.OK ? "" : ". Set the clock by NTP: tokens are refused by their times.";
            add(verdict, "clock", off.toSeconds() + " s from the sign-in service's" + remedy);
        } catch (DateTimeException e) {
            add(Verdict.WARN, "clock", "the sign-in service tells no time. Compare the clock yourself.");
        }
    }

    private void signIn(HttpGateway http, OAuthSettings settings) {
        for (SignInServices.Finding finding : SignInServices.check(settings, http, clock)) {
            String what = "registration " + finding.registration();
            add(
                    finding.problem().isPresent() ? Verdict.FAIL : Verdict.OK,
                    what,
                    finding.problem().orElse("the sign-in service is the configured one")
                            + ". Redirect URI to compare: " + finding.redirectUri());
            proofs(finding);
        }
    }

    private void proofs(SignInServices.Finding finding) {
        String what = "credential of registration " + finding.registration();
        finding.proof().problem().ifPresent(problem -> add(Verdict.FAIL, what, problem));
        for (ProofTrial trial : finding.proof().problem().isEmpty() ? finding.trials() : List.<ProofTrial>of()) {
            Verdict verdict = switch (trial.verdict()) {
                case TAKEN -> Verdict.OK;
                case UNKNOWN -> Verdict.WARN;
                case REFUSED -> Verdict.FAIL;
            };
            add(verdict, what, trial.detail());
        }
        List<ExpiryWarnings.Expiry> ends = finding.proof().expiry().stream().toList();
        ExpiryWarnings.of(ends, clock.instant())
                .forEach(end -> add(
                        end.daysLeft() == 0 ? Verdict.FAIL : Verdict.WARN,
                        what,
                        (end.daysLeft() == 0 ? "ended at " : "ends at ") + end.expiresAt() + ". " + end.remedy()));
    }

    private void askOrTell(Process process) {
        try {
            ask(process);
        } catch (SettingsException e) {
            notAsked("correct the settings of the management port first.");
        } catch (ManagementException e) {
            if (e.absent()) {
                notAsked(String.valueOf(e.getMessage()));
            } else {
                add(Verdict.FAIL, "process", String.valueOf(e.getMessage()));
            }
        }
    }

    private void notAsked(String why) {
        add(Verdict.WARN, "process", "Not asked about database, keys and mailboxes: " + why);
    }

    private void ask(Process process) {
        status(process.call("status", Map.of()));
        keys(process.call("keys-status", Map.of()));
        JsonNode missing = process.call("permissions", Map.of()).path("missing");
        process.call("mailboxes", Map.of())
                .path("mailboxes")
                .forEach(mailbox -> mailbox(
                        mailbox, missing.path(mailbox.path("id").asText()).asText()));
    }

    private void status(JsonNode status) {
        add(Verdict.OK, "process", "runs, and its database answers");
        if (status.has("pausedIntake")) {
            add(Verdict.FAIL, "reading mail", status.path("pausedIntake").asText());
        }
        status.path("pausedSinks")
                .fields()
                .forEachRemaining(sink -> add(
                        Verdict.FAIL, "sink " + sink.getKey(), sink.getValue().asText()));
    }

    private void keys(JsonNode keys) {
        long unknown = keys.path("unknownKey").asLong();
        add(
                unknown == 0 ? Verdict.OK : Verdict.FAIL,
                "key ring",
                unknown == 0
                        ? keys.path("credentials").asLong() + " credentials, all readable"
                        : unknown
                                + " credentials need a key that is not in the ring. Restore the key ring from its backup.");
    }

    private void mailbox(JsonNode mailbox, String missingPermission) {
        String what = "mailbox " + mailbox.path("id").asText();
        String state = mailbox.path("state").asText();
        boolean ails = mailbox.has("reason");
        add(
                state.equals("active") || state.equals("disconnected")
                        ? ails ? Verdict.WARN : Verdict.OK
                        : Verdict.FAIL,
                what,
                state + (ails ? ": " + mailbox.path("reason").asText() : ""));
        if (mailbox.has("warning")) {
            add(Verdict.WARN, what, mailbox.path("warning").asText());
        }
        if (!missingPermission.isEmpty()) {
            add(
                    Verdict.FAIL,
                    what,
                    "its grant lacks the permission " + missingPermission
                            + ". Let its owner connect it again by a new connect link, or let an administrator consent.");
        }
    }

    private void add(Verdict verdict, String what, String detail) {
        checks.add(new Check(verdict, what, detail));
    }
}
