package org.mailcaravan.sandbox.graph;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls that go to subscribers: to the addresses their subscriptions name and nowhere else, redirects included. Thread-safe. */
final class Callbacks {
    private static final Duration VALIDATED_WITHIN = Duration.ofSeconds(10);
    private static final Duration ACCEPTED_WITHIN = Duration.ofSeconds(3);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(ACCEPTED_WITHIN)
            .build();

    /**
     * The handshake: the address must echo a token within ten seconds, as {@code text/plain}, and nothing else.
     *
     * @throws GraphError 400 if it does not
     */
    void validate(URI address) {
        String token =
                "Validation: Testing client application reachability for subscription Request-Id: " + UUID.randomUUID();
        HttpRequest request = HttpRequest.newBuilder(withToken(address, token))
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        refusal(answer(client.sendAsync(request, HttpResponse.BodyHandlers.ofString())), token)
                .ifPresent(reason -> {
                    throw GraphError.of(400, "InvalidRequest", "Subscription validation request failed. " + reason);
                });
    }

    /** Status of the answer to these notifications, 0 if there was none in time. */
    CompletableFuture<Integer> notify(URI address, byte[] json) {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(ACCEPTED_WITHIN)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((response, failure) -> failure == null ? response.statusCode() : 0);
    }

    private static URI withToken(URI address, String token) {
        String separator = address.getRawQuery() == null ? "?" : "&";
        return URI.create(address + separator + "validationToken=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
    }

    private static Optional<HttpResponse<String>> answer(CompletableFuture<HttpResponse<String>> call) {
        try {
            return Optional.of(call.get(VALIDATED_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException unreachable) {
            call.cancel(true);
            return Optional.empty();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<String> refusal(Optional<HttpResponse<String>> answer, String token) {
        if (answer.isEmpty()) {
            return Optional.of("The endpoint could not be reached or did not answer within 10 seconds.");
        }
        HttpResponse<String> response = answer.get();
        String type = response.headers().firstValue("Content-Type").orElse("none");
        if (response.statusCode() != 200) {
            return Optional.of("Notification endpoint must respond with 200 OK to validation request, not with "
                    + response.statusCode() + ".");
        }
        if (!type.matches("(?i)text/plain\\s*(;.*)?")) {
            return Optional.of("The answer's Content-Type must be text/plain, not " + type + ".");
        }
        return response.body().equals(token)
                ? Optional.empty()
                : Optional.of("The answer's body must be the decoded validation token and nothing else.");
    }
}
