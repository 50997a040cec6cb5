package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a message goes into the draft and what is uploaded beside it. */
class LargeMimeTest {
    private static final byte[] FILE = random();
    private static final String TEXT = """
            Content-Type: multipart/alternative; boundary="in ner"

            --in ner
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            Gr\u00fc\u00dfe

            --in ner
            Content-Type: text/html

            <p>Hello</p>
            --in ner--
            """;

    static String message() {
        return crlf("""
                From: a@contoso.example
                Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
                X-Folded: one
                \ttwo
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=outer

                preamble
                --outer
                """ + TEXT + """

                --outer
                Content-Type: image/png; name="=?utf-8?q?Gr=C3=BC=C3=9Fe.png?="
                Content-Disposition: inline; filename="=?utf-8?q?Gr=C3=BC=C3=9Fe.png?="
                Content-ID: <cid1@x>
                Content-Transfer-Encoding: base64

                AAEC/w==
                --outer
                Content-Type: message/rfc822
                Content-Disposition: attachment; filename="kept.eml"

                Subject: inner

                Inner body
                --outer
                Content-Type: application/zip
                Content-Disposition: attachment; filename*=utf-8''large%20file.zip
                Content-Transfer-Encoding: base64

                """ + Base64.getMimeEncoder().encodeToString(FILE) + "\n--outer--\n");
    }

    @Test
    void theFilesAreDetachedAndTheRestStaysAsItWas() {
        try (LargeMime mime = LargeMime.of(OutgoingContent.of(message().getBytes(StandardCharsets.UTF_8)))) {
            assertThat(mime.files())
                    .extracting(file -> file.description().toString())
                    .containsExactly(
                            "{\"name\":\"Gr\u00fc\u00dfe.png\",\"contentType\":\"image/png\",\"isInline\":true,\"contentId\":\"cid1@x\"}",
                            "{\"name\":\"large file.zip\",\"contentType\":\"application/zip\"}");
            assertThat(mime.files().get(0).content().bytes()).containsExactly(0, 1, 2, 255);
            assertThat(mime.files().get(1).content().length()).isEqualTo(FILE.length);
            assertThat(new String(mime.rest(), StandardCharsets.UTF_8))
                    .startsWith(crlf(
                            "From: a@contoso.example\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nX-Folded: one\n\ttwo\n"))
                    .contains(
                            crlf("Gr\u00fc\u00dfe"),
                            "<p>Hello</p>",
                            "kept.eml",
                            "Inner body",
                            "--in ner--",
                            "--outer--")
                    .doesNotContain("large", "AAEC");
        }
    }

    @Test
    void aDetachedFileKeepsEveryByte() throws Exception {
        try (LargeMime mime = LargeMime.of(OutgoingContent.of(message().getBytes(StandardCharsets.UTF_8)));
                var file = mime.files().get(1).content().open()) {
            assertThat(Arrays.equals(file.readAllBytes(), FILE)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/signed", "multipart/encrypted"})
    void whatIsSignedIsNotTakenApart(String type) {
        String message = crlf("Content-Type: " + type + "; boundary=b\n\n--b\n\nx\n--b--\n");

        assertThatThrownBy(() -> LargeMime.of(OutgoingContent.of(message.getBytes(StandardCharsets.US_ASCII))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("signed or encrypted");
    }

    @Test
    void aMessageThatIsLargeWithoutItsFilesIsRefused() {
        String message = "Subject: s\r\n\r\n" + "x".repeat(OutgoingContent.MOST_AT_ONCE);

        assertThatThrownBy(() -> LargeMime.of(OutgoingContent.of(message.getBytes(StandardCharsets.US_ASCII))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without its files");
    }

    private static byte[] random() {
        byte[] bytes = new byte[4_000_000];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private static String crlf(String text) {
        return text.replace("\r\n", "\n").replace("\n", "\r\n");
    }
}
