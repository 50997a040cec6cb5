package org.mailcaravan.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.mailcaravan.credential.Secret;
import org.mailcaravan.http.HttpGateway;
import org.mailcaravan.mailbox.Mailbox;
import org.mailcaravan.mailbox.Protocol;

/** The device authorization grant (RFC 8628): the person signs in on another device. Afterwards the same checks and the same storage as with a browser here. */
final class DeviceConnect {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final long USUAL_INTERVAL = 5;
    private static final long LONGEST_LIFE = 3600;

    private final Registrations registrations;
    private final TokenEndpoint endpoint;
    private final Scopes scopes;
    private final ConnectIdentity identity;
    private final ConnectMailbox mailboxes;
    private final HttpGateway http;
    private final Clock clock;

    DeviceConnect(
            Registrations registrations,
            TokenEndpoint endpoint,
            Scopes scopes,
            ConnectIdentity identity,
            ConnectMailbox mailboxes,
            OAuthClient.Surroundings around) {
        this.registrations = registrations;
        this.endpoint = endpoint;
        this.scopes = scopes;
        this.identity = identity;
        this.mailboxes = mailboxes;
        this.http = around.http();
        this.clock = around.clock();
    }

    /** @throws ConnectEndedException with the remedy, if no code can be had */
    DeviceSignIn begin(String name, ConnectProtocol wanted) {
        Registrations.Registration registration = registrations
                .named(name)
                .filter(known -> known.app().mode() == ClientMode.DEVICE)
                .orElseThrow(
                        () -> ended(
                                "There is no registration for device codes of this name.",
                                "Name a registration whose mode is device, or configure one: a public client with Allow public client flows set to Yes."));
        URI address = ConnectStart.metadata(registration)
                .deviceEndpoint()
                .orElseThrow(() -> ended(
                        "The sign-in service knows no device codes.",
                        "Check the authority of the registration, or connect with a browser and a connect link."));
        ConnectProtocol protocol = wanted == ConnectProtocol.EWS ? wanted : ConnectProtocol.GRAPH;
        SignIn signIn =
                new SignIn(UUID.randomUUID().toString(), registration, protocol, Optional.empty(), Optional.empty());
        return ask(address, signIn);
    }

    private DeviceSignIn ask(URI address, SignIn signIn) {
        String form = "client_id=" + encoded(signIn.registration().app().clientId()) + "&scope="
                + encoded(scopes.toDevice(signIn.protocol()));
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        try (HttpGateway.Answer answer = http.send(request, DEADLINE)) {
            Optional<JsonNode> object = Json.object(Json.readCapped(answer.body()));
            return object.flatMap(json -> signIn(json, signIn)).orElseThrow(() -> refused(object, answer.status()));
        } catch (IOException e) {
            throw new ConnectEndedException("no device code, " + e.getClass().getSimpleName(), ConnectFailures.LATER);
        }
    }

    // RFC 8628 section 3.2; the address is shown to a person, so it must be one
    private Optional<DeviceSignIn> signIn(JsonNode json, SignIn signIn) {
        Optional<String> deviceCode = Json.text(json, "device_code");
        Optional<String> userCode = Json.text(json, "user_code").filter(code -> code.matches("[A-Za-z0-9-]{4,32}"));
        Optional<URI> address = Json.text(json, "verification_uri").flatMap(DeviceConnect::address);
        if (deviceCode.isEmpty() || userCode.isEmpty() || address.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        long life = Math.min(LONGEST_LIFE, json.path("expires_in").asLong(0));
        long interval = json.path("interval").asLong(USUAL_INTERVAL);
        return Optional.of(new DeviceSignIn(
                signIn,
                Secret.of(deviceCode.get()),
                userCode.get(),
                address.get(),
                now.plusSeconds(life),
                Duration.ofSeconds(interval > 0 && interval <= 60 ? interval : USUAL_INTERVAL),
                now));
    }

    private static Optional<URI> address(String text) {
        try {
            URI address = URI.create(text);
            return Optional.of(address)
                    .filter(uri ->
                            "https".equals(uri.getScheme()) && uri.getHost() != null || Addresses.plainLoopback(uri));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static ConnectEndedException refused(Optional<JsonNode> object, int status) {
        Optional<String> error = object.flatMap(json -> Json.text(json, "error"));
        if (error.isEmpty()) {
            return new ConnectEndedException("no device code, status " + status, ConnectFailures.LATER);
        }
        Optional<String> description = Json.text(object.get(), "error_description");
        return ConnectFailures.of(EntraError.of(error.get(), description, TokenAnswers.numbers(object.get()))
                .outcome(status, Optional.empty()));
    }

    /** Asks at most once per interval whether the person is done. */
    DevicePoll poll(DeviceSignIn device) {
        Instant now = clock.instant();
        if (!now.isBefore(device.expiresAt())) {
            return new DevicePoll.Ended(
                    new ConnectResult.Refused("The code was not entered in time.", EntraRemedy.DEVICE_CODE.text()));
        }
        if (!device.takeTurn(now)) {
            return new DevicePoll.Pending(device.nextPoll());
        }
        TokenOutcome outcome = endpoint.request(
                TokenRequest.deviceCode(device.signIn().registration().name(), device.deviceCode()));
        if (outcome instanceof TokenOutcome.TryLater later) {
            return pending(device, later, now);
        }
        try {
            return new DevicePoll.Ended(connect(device.signIn(), outcome));
        } catch (ConnectEndedException e) {
            return new DevicePoll.Ended(ConnectResult.Refused.of(e));
        }
    }

    private static DevicePoll pending(DeviceSignIn device, TokenOutcome.TryLater later, Instant now) {
        if (later.reason().equals(EntraError.SLOW_DOWN)) {
            device.slowDown(now);
        } else if (!later.reason().equals(EntraError.AUTHORIZATION_PENDING)) {
            device.backOff(now, later.after().orElse(Duration.ZERO));
        }
        return new DevicePoll.Pending(device.nextPoll());
    }

    private ConnectResult connect(SignIn signIn, TokenOutcome outcome) {
        if (!(outcome instanceof TokenOutcome.Granted granted)) {
            throw ConnectFailures.of(outcome);
        }
        boolean ews = signIn.protocol() == ConnectProtocol.EWS;
        Protocol protocol = ews ? Protocol.EWS : Protocol.GRAPH;
        if (granted.refreshToken().isEmpty()) {
            throw ConnectFailures.missingScope("offline_access");
        }
        if (!scopes.allowReading(granted.scopes(), protocol, false)) {
            throw ConnectFailures.missingScope(scopes.needed(protocol, false));
        }
        ConnectCandidate candidate = identity.validate(new ConnectGrant.Redeemed(signIn, granted));
        Mailbox stored =
                mailboxes.store(mailboxes.probe(ews ? candidate.withExchange(Optional.of(granted)) : candidate));
        return new ConnectResult.Connected(stored.id(), stored.protocol());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static ConnectEndedException ended(String happened, String next) {
        return new ConnectEndedException(
                happened, new ConnectEndedException.Notice(400, "No device code", happened, next));
    }
}
