package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as the same message. */
class MimeOutlineTest {
    private static MimeOutline outline(String mime) throws IOException {
        return MimeOutline.read(
                new ByteArrayInputStream(mime.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII)));
    }

    private static String mime(String boundary, String subject, String part) {
        return "Subject: " + subject + "\nMessage-ID: <1@example.org>\nX-Received-By: a\nMIME-Version: 1.0\n"
                + "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary
                + "\nContent-Type: text/plain\n\nhello\n--" + boundary + "\n" + part + "\n--" + boundary + "--\n";
    }

    private static final String BASE64 =
            "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nYWJjZGVm";

    @Test
    void boundariesFoldingAndTransferEncodingsAreNoDifference() throws IOException {
        String quoted =
                "Content-Type: application/octet-stream\nContent-Transfer-Encoding: quoted-printable\n\nabc=64ef";

        assertThat(outline(mime("one", "a long subject", BASE64))
                        .differences(outline(mime("two", "a long\n subject", quoted))))
                .isEmpty();
    }

    @Test
    void otherHeadersAndOtherBytesAreNamedWithoutQuotingThem() throws IOException {
        String other = BASE64.replace("YWJjZGVm", "YWJjZGVn");

        List<String> differences =
                outline(mime("one", "secret", BASE64)).differences(outline(mime("one", "other", other)));

        assertThat(differences).containsExactly("header subject", "bytes of part 2");
    }

    @Test
    void aMissingPartIsNamed() throws IOException {
        assertThat(outline(mime("one", "x", BASE64))
                        .differences(outline("Subject: x\nMessage-ID: <1@example.org>\n\nhello")))
                .containsExactly("number of parts: 2 and 1");
    }
}
