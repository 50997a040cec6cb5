package org.mailcaravan.sandbox.entra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Speaks HTTP to the authority as a browser or an outside client does; follows no redirect by itself. Keeps the sandbox's session cookie. */
final class Browser {
    private static final Pattern CTX = Pattern.compile("name=\"ctx\" value=\"([^\"]+)\"");

    private final HttpClient client;
    private final String base;
    private String cookie = "";

    Browser(HttpClient client, URI base) {
        this.client = client;
        this.base = base.toString();
    }

    static HttpClient plain() {
        return HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    HttpResponse<String> get(String target) {
        return send(request(target).GET());
    }

    HttpResponse<String> post(String target, Map<String, String> form, String... headers) {
        HttpRequest.Builder request = request(target)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encode(form)));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    HttpResponse<String> postJson(String target, String json) {
        return send(request(target)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            answer.headers().firstValue("Set-Cookie").ifPresent(value -> cookie = value.split(";")[0]);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String target) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + target)).timeout(Duration.ofSeconds(20));
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    void forgetCookies() {
        cookie = "";
    }

    /** Opens the authorize address, signs in, accepts the consent if asked, and returns the last answer. */
    HttpResponse<String> signIn(String tenant, Map<String, String> query, String user) {
        HttpResponse<String> page = get("/" + tenant + "/oauth2/v2.0/authorize?" + encode(query));
        HttpResponse<String> next = post("/" + tenant + "/login", Map.of("ctx", ctx(page), "login", user));
        return next.statusCode() == 200 && next.body().contains("value=\"accept\"")
                ? post("/" + tenant + "/consent", Map.of("ctx", ctx(next), "action", "accept"))
                : next;
    }

    static String ctx(HttpResponse<String> page) {
        Matcher matcher = CTX.matcher(page.body());
        if (!matcher.find()) {
            throw new AssertionError("no form in: " + page.statusCode());
        }
        return matcher.group(1);
    }

    /** The query parameters of a redirect. */
    static Map<String, String> redirected(HttpResponse<String> answer) {
        return query(answer.headers().firstValue("Location").orElseThrow(() -> new AssertionError(answer.body())));
    }

    static Map<String, String> query(String location) {
        return Arrays.stream(Optional.ofNullable(URI.create(location).getRawQuery())
                        .orElse("")
                        .split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    static Map<String, String> with(Map<String, String> map, String... more) {
        Map<String, String> all = new LinkedHashMap<>(map);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    static Map<String, String> without(Map<String, String> map, String name) {
        Map<String, String> all = new LinkedHashMap<>(map);
        all.remove(name);
        return all;
    }
}
