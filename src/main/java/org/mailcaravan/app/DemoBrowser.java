package org.mailcaravan.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Connects a mailbox as a person with a browser would: ticket, start page, button, sign-in, consent, callback. Knows forms, not the bundle. */
final class DemoBrowser {
    private static final Pattern FORM =
            Pattern.compile("<form method=\"post\" action=\"([^\"]+)\">(.*?)</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");
    private static final int MOST_STEPS = 12;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    /** By host, then by name; the JDK's own cookie store does not return those of localhost. */
    private final Map<String, Map<String, String>> cookies = new HashMap<>();

    private final URI base;
    private final String folder;
    private final String apiToken;

    DemoBrowser(URI base, String callbackPath, String apiToken) {
        this.base = base;
        this.folder = callbackPath.substring(0, callbackPath.lastIndexOf('/'));
        this.apiToken = apiToken;
    }

    /** @throws IllegalStateException if the flow does not end on the page that says connected */
    void connect(String login, String protocol) throws IOException, InterruptedException {
        follow(ticket(login, protocol), login);
    }

    /** Connects by a link that somebody made for this account. @throws IllegalStateException as {@link #connect} */
    void follow(URI link, String login) throws IOException, InterruptedException {
        URI at = link;
        HttpResponse<String> page = send(HttpRequest.newBuilder(at).GET());
        for (int step = 0; step < MOST_STEPS; step++) {
            if (page.statusCode() / 100 == 3) {
                at = at.resolve(page.headers().firstValue("Location").orElseThrow());
                page = send(HttpRequest.newBuilder(at).GET());
            } else if (at.getPath().endsWith("/Connected")) {
                return;
            } else {
                HttpRequest.Builder next = submit(at, page, login);
                at = next.copy().build().uri();
                page = send(next);
            }
        }
        throw new IllegalStateException("connecting " + login + " did not come to an end; last page " + at.getPath());
    }

    private URI ticket(String login, String protocol) throws IOException, InterruptedException {
        URI ask = URI.create(base + folder + "/AuthenticateUser?userLogin=" + encoded(login) + "&protocol=" + protocol);
        HttpResponse<String> answer = send(HttpRequest.newBuilder(ask)
                .header("Authorization", "Bearer " + apiToken)
                .GET());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("no connect link for " + login + ": HTTP " + answer.statusCode());
        }
        return URI.create(new ObjectMapper()
                .readTree(answer.body())
                .path("AuthenticateUserResult")
                .asText());
    }

    private HttpRequest.Builder submit(URI at, HttpResponse<String> page, String login) {
        Matcher forms = FORM.matcher(page.body());
        while (forms.find()) {
            String content = forms.group(2);
            String button = content.contains("name=\"login\" value=\"" + login + "\"")
                    ? "login=" + encoded(login)
                    : content.contains("value=\"accept\"")
                            ? "action=accept"
                            : content.contains("type=\"submit\"") ? "" : "none";
            if (!button.equals("none")) {
                return post(at, forms.group(1), hidden(content) + button);
            }
        }
        throw new IllegalStateException(
                "connecting " + login + " stopped at " + at.getPath() + ", HTTP " + page.statusCode());
    }

    private static String hidden(String form) {
        StringBuilder fields = new StringBuilder();
        Matcher inputs = HIDDEN.matcher(form);
        while (inputs.find()) {
            fields.append(encoded(inputs.group(1)))
                    .append('=')
                    .append(encoded(inputs.group(2)))
                    .append('&');
        }
        return fields.toString();
    }

    private static HttpRequest.Builder post(URI at, String action, String form) {
        URI target = at.resolve(action.replace("&amp;", "&"));
        return HttpRequest.newBuilder(target)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", target.getScheme() + "://" + target.getRawAuthority())
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        URI target = request.copy().build().uri();
        Map<String, String> jar = cookies.computeIfAbsent(target.getHost(), host -> new HashMap<>());
        if (!jar.isEmpty()) {
            request.header("Cookie", String.join("; ", jar.values()));
        }
        HttpResponse<String> answer =
                client.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
        for (String cookie : answer.headers().allValues("Set-Cookie")) {
            String pair = cookie.split(";", 2)[0];
            jar.put(pair.split("=", 2)[0], pair);
        }
        return answer;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
