package org.mailcaravan.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A person at a browser: signs in, accepts, presses the one button there is, until a page has no form any more. */
final class PersonBrowser {
    private static final Pattern FORM =
            Pattern.compile("<form method=\"post\" action=\"([^\"]+)\">(.*?)</form>", Pattern.DOTALL);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");
    private static final int MOST_STEPS = 14;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Map<String, String>> cookies = new HashMap<>();
    private final String apiToken;

    PersonBrowser(String apiToken) {
        this.apiToken = apiToken;
    }

    /** Where the walk ended. */
    record Page(URI at, int status, String body) {}

    /** Asks for a link as an operator does. */
    URI link(String address, String field) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(address)).header("Authorization", "Bearer " + apiToken));
        return URI.create(new ObjectMapper().readTree(answer.body()).path(field).asText(answer.body()));
    }

    Page walk(URI start, String login) throws IOException, InterruptedException {
        return walk(start, send(HttpRequest.newBuilder(start)), login);
    }

    Page enterCode(URI page, String code, String login) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(page));
        return walk(page, send(post(page, page.toString(), "otc=" + encoded(code))), login);
    }

    private Page walk(URI start, HttpResponse<String> first, String login) throws IOException, InterruptedException {
        URI at = start;
        HttpResponse<String> page = first;
        for (int step = 0; step < MOST_STEPS; step++) {
            Matcher forms = FORM.matcher(page.body());
            HttpRequest.Builder next;
            if (page.statusCode() / 100 == 3) {
                next = HttpRequest.newBuilder(
                        at.resolve(page.headers().firstValue("Location").orElseThrow()));
            } else if (forms.find()) {
                next = submit(at, forms, login);
            } else {
                return new Page(at, page.statusCode(), page.body());
            }
            at = next.copy().build().uri();
            page = send(next);
        }
        throw new AssertionError("no end in " + MOST_STEPS + " steps, last page " + at.getPath());
    }

    private static HttpRequest.Builder submit(URI at, Matcher forms, String login) {
        do {
            String content = forms.group(2);
            String button = content.contains("name=\"login\" value=\"" + login + "\"")
                    ? "login=" + encoded(login)
                    : content.contains("value=\"accept\"")
                            ? "action=accept"
                            : content.contains("id=\"login\"")
                                    ? "login=" + encoded(login)
                                    : content.contains("type=\"submit\"") ? "" : "none";
            if (!button.equals("none")) {
                return post(at, forms.group(1), hidden(content) + button);
            }
        } while (forms.find());
        throw new AssertionError("no button for " + login + " at " + at.getPath());
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
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
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
