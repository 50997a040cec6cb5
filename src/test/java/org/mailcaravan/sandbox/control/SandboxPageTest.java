package org.mailcaravan.sandbox.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sandbox.mail.SandboxMessage;

/** The page on which a person sends mail to the tenant. */
class SandboxPageTest {
    private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([0-9a-f]{32})\"");

    private final ControlFixture sandbox = new ControlFixture();

    @AfterEach
    void close() {
        sandbox.close();
    }

    @Test
    void bareAddressLeadsToThePage() {
        assertThat(sandbox.get("/").headers().firstValue("Location")).contains("/sandbox/");
        assertThat(sandbox.get("/sandbox").headers().firstValue("Location")).contains("/sandbox/");
    }

    @Test
    void pageOffersEveryMailboxAndForbidsForeignContent() {
        HttpResponse<String> page = sandbox.get("/sandbox/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'")
                .contains("form-action 'self'");
        assertThat(sandbox.part.mailboxes().all())
                .isNotEmpty()
                .allSatisfy(mailbox -> assertThat(page.body())
                        .contains(
                                "value=\"" + mailbox.ownerId() + "\"", "&lt;" + mailbox.userPrincipalName() + "&gt;"));
    }

    @Test
    void formSendsAMailAndThePageSaysSo() {
        HttpResponse<String> sent = submit(Map.of("subject", "Größe & Gewicht", "file", "list.pdf", "size", "3"));

        SandboxMessage message = sandbox.mailbox.messages().get(0);
        String location = sent.headers().firstValue("Location").orElseThrow();
        assertThat(sent.statusCode()).isEqualTo(303);
        assertThat(location).isEqualTo("/sandbox/?sent=" + message.number());
        assertThat(message.subject()).isEqualTo("Größe & Gewicht");
        assertThat(message.attachments()).hasSize(1);
        assertThat(sandbox.get(location).body()).contains("Sent: message number " + message.number());
    }

    @Test
    void whatWasTypedComesBackEscapedWithTheReason() {
        HttpResponse<String> refused =
                submit(Map.of("from", "\"><script>alert(1)</script>", "text", "</textarea><b>'x'"));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains("role=\"alert\"", "someone@example.org")
                .contains("&quot;&gt;&lt;script&gt;", "&lt;/textarea&gt;&lt;b&gt;&#39;x&#39;")
                .doesNotContain("<script>", "</textarea><b>");
        assertThat(sandbox.mailbox.size()).isZero();
    }

    @Test
    void sentNumberOfAForgedLinkIsNotEchoed() {
        assertThat(sandbox.get("/sandbox/?sent=%3Cb%3E1").body()).doesNotContain("<b>", "Sent:");
    }

    @Test
    void formOfAnotherSiteSendsNothing() {
        HttpResponse<String> forged = submit(Map.of("token", "0".repeat(32)));

        assertThat(forged.statusCode()).isEqualTo(403);
        assertThat(forged.body()).contains("out of date");
        assertThat(sandbox.mailbox.size()).isZero();
    }

    @Test
    void wrongSizesAndRecipientsAreRefusedInPlainWords() {
        assertThat(submit(Map.of("size", "-1")).body()).contains("whole number of kilobytes");
        assertThat(submit(Map.of("size", "153601", "file", "a")).body()).contains("between 0 and 150 MB");
        assertThat(submit(Map.of("to", "nobody")).body()).contains("Choose one of the mailboxes");
        assertThat(submit(Map.of("text", "x".repeat(1024 * 1024))).statusCode()).isEqualTo(413);
        assertThat(sandbox.get("/sandbox/send").statusCode()).isEqualTo(405);
        assertThat(sandbox.get("/sandbox/nothing").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> submit(Map<String, String> changes) {
        Matcher token = TOKEN.matcher(sandbox.get("/sandbox/").body());
        assertThat(token.find()).isTrue();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("token", token.group(1));
        form.put("to", sandbox.mailbox.ownerId().toString());
        form.put("from", "customer@example.org");
        form.put("subject", "A question");
        form.put("text", "Hello.");
        form.putAll(changes);
        return sandbox.postForm(
                "/sandbox/send",
                form.entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&")));
    }
}
