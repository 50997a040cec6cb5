package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Base64DecoderTest {
    @Test
    void piecesOfAnyLengthAreDecodedAsTheWhole() throws IOException {
        Random random = new Random(7);
        for (int length = 0; length < 300; length++) {
            byte[] bytes = new byte[length * 97 % 30_011];
            random.nextBytes(bytes);
            char[] text = Base64.getMimeEncoder().encodeToString(bytes).toCharArray();
            assertThat(decoded(text, 1 + random.nextInt(100))).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "QUJ*",
                "QU\uFFFDJD",
                "QUJ\u00e4",
                "QUI=QUI=",
                "QQ",
                "QUI",
                "Q",
                "Q===",
                "=",
                "====",
                "QQ=",
                "QUJD="
            })
    void whatIsNoBase64IsRefused(String text) {
        assertThatThrownBy(() -> decoded(text.toCharArray(), 3)).isInstanceOf(UnusableContentException.class);
    }

    private static byte[] decoded(char[] text, int piece) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Base64Decoder decoder = new Base64Decoder(out);
        for (int i = 0; i < text.length; i += piece) {
            decoder.decode(text, i, Math.min(piece, text.length - i));
        }
        decoder.finish();
        return out.toByteArray();
    }
}
