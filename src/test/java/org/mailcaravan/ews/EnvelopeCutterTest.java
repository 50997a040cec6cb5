package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One document after the other, cut by the network wherever it likes. */
final class EnvelopeCutterTest {
    private static final List<String> DOCUMENTS = List.of(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s='a>b'><s:Body><t:X a=\"/>\"/>text</s:Body></s:Envelope>",
            "<Envelope><!-- </Envelope> -- > - --><a><![CDATA[ ]] > </Envelope> ]]></a></Envelope>",
            "<Envelope/>",
            "<e attribute='\"'><!----><?target > ?>\u00fc \u4e2d \ud83d\ude00</e >",
            EwsAnswers.HEAD + EwsAnswers.FOOT);

    private final EnvelopeCutter cutter = new EnvelopeCutter();
    private final List<String> cut = new ArrayList<>();

    private void feed(byte[] bytes, int from, int to) throws IOException {
        cutter.feed(
                ByteBuffer.wrap(bytes, from, to - from),
                envelope -> cut.add(new String(envelope, StandardCharsets.UTF_8)));
    }

    private void feed(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        feed(bytes, 0, bytes.length);
    }

    @Test
    void documentsAreFoundWhereverTheyAreCut() throws IOException {
        SplittableRandom random = new SplittableRandom(20_261_124);
        for (int round = 0; round < 2_000; round++) {
            List<String> expected = new ArrayList<>();
            StringBuilder all = new StringBuilder(random.nextBoolean() ? "\ufeff" : "");
            for (int i = random.nextInt(6); i >= 0; i--) {
                String document = DOCUMENTS.get(random.nextInt(DOCUMENTS.size()));
                expected.add(document);
                all.append(document).append(random.nextBoolean() ? "" : "\r\n ");
            }
            byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);
            cut.clear();
            for (int at = 0; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 200));
                feed(bytes, at, to);
                at = to;
            }
            assertThat(cut).isEqualTo(expected);
        }
    }

    @Test
    void anEnvelopeThatIsNotWholeIsNotHandedOut() throws IOException {
        feed("<Envelope><Body></Body></Envelope");
        assertThat(cut).isEmpty();

        feed(">");
        assertThat(cut).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE x SYSTEM \"http://127.0.0.1/x\"><Envelope/>",
                "Service unavailable",
                "<Envelope></Envelope>text",
                "</Envelope>"
            })
    void whatIsNoRowOfEnvelopesIsRefused(String text) { // S39
        assertThatThrownBy(() -> feed(text)).isInstanceOf(BrokenXmlException.class);
    }

    @Test
    void anEnvelopeWithoutEndIsRefusedBeforeItFillsTheHeap() throws IOException {
        feed("<Envelope>");
        byte[] much = "x".repeat(1024 * 1024).getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 5; i++) {
                        feed(much, 0, much.length);
                    }
                })
                .isInstanceOf(BrokenXmlException.class)
                .hasMessageContaining("no end");
    }
}
