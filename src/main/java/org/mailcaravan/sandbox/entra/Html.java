package org.mailcaravan.sandbox.entra;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The frame of every page: one style sheet, no outside asset, and no script but the one that submits a {@code form_post} answer. */
final class Html {
    private static final String CSS = styleSheet();
    private static final String SUBMIT = "document.forms[0].submit()";

    /**
     * Only our own style and script run. {@code form-action} cannot be narrowed to one origin: browsers apply it to every hop after a form, and where the
     * client redirects after its callback is not ours to know.
     */
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src " + hash(CSS) + "; script-src "
            + hash(SUBMIT) + "; form-action 'self' http: https:; base-uri 'none'; frame-ancestors 'none'";

    private Html() {}

    static String page(String title, String body) {
        return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" + escape(title)
                + "</title><style>" + CSS + "</style></head><body><main>" + body + "</main></body></html>";
    }

    /** The page that carries a {@code form_post} answer to the client, by itself or, without scripts, by a button. */
    static String formPost(String action, Map<String, String> fields) {
        String inputs = fields.entrySet().stream()
                .map(field -> hidden(field.getKey(), field.getValue()))
                .collect(Collectors.joining());
        return page(
                "Working…",
                "<h1>One moment</h1><form method=\"post\" action=\"" + escape(action) + "\">" + inputs
                        + "<button class=\"main\">Continue</button></form><script>" + SUBMIT + "</script>");
    }

    static String hidden(String name, String value) {
        return "<input type=\"hidden\" name=\"" + escape(name) + "\" value=\"" + escape(value) + "\">";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String styleSheet() {
        try (InputStream in = Objects.requireNonNull(Html.class.getResourceAsStream("pages.css"), "pages.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
