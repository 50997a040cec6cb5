package org.mailcaravan.oauth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a browser does, step by step: keeps the cookie, says where a form stood, follows nothing by itself. */
final class Browser {
    private final ConnectFixture fixture;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    String cookie = "";
    /** Parameters of the last redirect to Microsoft. */
    Map<String, String> authorization = Map.of();

    Browser(ConnectFixture fixture) {
        this.fixture = fixture;
    }

    HttpResponse<String> get(String pathAndQuery, String... headers) {
        return send("GET", pathAndQuery, headers);
    }

    /** Asks for a ticket as Creatio would, and answers the path and query of the link. */
    String ticketLink(String login, String more) {
        HttpResponse<String> answer = get(
                fixture.settings.address().callbackFolder() + "/AuthenticateUser?userLogin=" + encode(login)
                        + "&mailServerId=7" + more,
                "Authorization",
                "Bearer " + ConnectFixture.API_TOKEN);
        String link = Json.text(
                        Json.object(answer.body().getBytes(StandardCharsets.UTF_8))
                                .orElseThrow(),
                        "AuthenticateUserResult")
                .orElseThrow(() -> new AssertionError(answer.body()));
        return link.substring(fixture.settings.address().baseUrl().toString().length());
    }

    /** Presses the button of a page. */
    HttpResponse<String> press(String pathAndQuery) {
        HttpResponse<String> answer = send("POST", pathAndQuery, "Sec-Fetch-Site", "same-origin");
        answer.headers()
                .firstValue("Location")
                .ifPresent(location ->
                        authorization = FakeAuthority.form(URI.create(location).getRawQuery()));
        answer.headers().firstValue("Set-Cookie").ifPresent(line -> cookie = line.substring(0, line.indexOf(';')));
        fixture.authority.nonce = authorization.getOrDefault("nonce", "");
        return answer;
    }

    /** Comes back from Microsoft with a code. */
    HttpResponse<String> comeBack() {
        return comeBack(Map.of("code", "CANARY-code", "state", authorization.get("state")));
    }

    HttpResponse<String> comeBack(Map<String, String> parameters) {
        return callback(query(parameters));
    }

    HttpResponse<String> callback(String query) {
        return get(PublicAddress.CREATIO_CALLBACK_PATH + "?" + query);
    }

    /** The status of the answer to a request that no well-behaved client can make. */
    int rawGet(String target) {
        try (Socket socket = new Socket("127.0.0.1", fixture.port)) {
            socket.setSoTimeout(10_000);
            String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ", 3)[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String query(Map<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        new TreeMap<>(new LinkedHashMap<>(parameters))
                .forEach((name, value) -> query.append(query.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(encode(value)));
        return query.toString();
    }

    HttpResponse<String> send(String method, String pathAndQuery, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + fixture.port + pathAndQuery))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
