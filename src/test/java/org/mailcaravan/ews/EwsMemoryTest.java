package org.mailcaravan.ews;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.mailcaravan.mailbox.ContentReceiver;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.testing.ScriptedHttpServer;

/** Row F47 at its smallest honest size: 64 MB of MIME pass through a few megabytes of live heap. */
final class EwsMemoryTest {
    private static final int ROUNDS = 64;
    private static final int MEGABYTE = 1024 * 1024;

    @Test
    void aLargeMessageStreamsThroughWithoutBeingHeld() {
        try (EwsFixture ews = new EwsFixture()) {
            ews.server.then(large());
            Meter meter = new Meter();
            System.gc();
            long before = used();

            ews.source.fetchContent(
                    ews.mailbox, List.of(EwsFixture.wanted(OptionalLong.of((long) ROUNDS * MEGABYTE), "large")), meter);

            assertThat(meter.bytes).isEqualTo((long) ROUNDS * MEGABYTE);
            assertThat(meter.complete).isTrue();
            assertThat(meter.mostUsed - before).isLessThan(24L * MEGABYTE);
        }
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static ScriptedHttpServer.Answer large() {
        byte[] base64 = new byte[4 * MEGABYTE / 3 / 4 * 4];
        Arrays.fill(base64, (byte) 'Q');
        String whole = EwsAnswers.items(EwsAnswers.item("large", "CUT", ""));
        String[] around = whole.split("CUT", 2);
        long digits = (long) ROUNDS * MEGABYTE / 3 * 4;
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/xml; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            out.write(around[0].getBytes(StandardCharsets.US_ASCII));
            for (long left = digits; left > 0; left -= base64.length) {
                out.write(base64, 0, (int) Math.min(left, base64.length));
            }
            out.write("QQ==".getBytes(StandardCharsets.US_ASCII)); // 64 MB are not divisible by three
            out.write(around[1].getBytes(StandardCharsets.US_ASCII));
            out.close();
        };
    }

    /** Counts, and looks at the live heap now and then while the message is on its way. */
    private static final class Meter implements ContentReceiver {
        private long bytes;
        private long mostUsed;
        private long nextLook = 8L * MEGABYTE;
        private boolean complete;

        @Override
        public Content begin(MessageKey key) {
            return new Content() {
                @Override
                public OutputStream mime() {
                    return new OutputStream() {
                        @Override
                        public void write(int b) {
                            count(1);
                        }

                        @Override
                        public void write(byte[] b, int offset, int length) {
                            count(length);
                        }
                    };
                }

                @Override
                public void complete(String metadata) {
                    complete = true;
                }

                @Override
                public void close() {}
            };
        }

        private void count(int length) {
            bytes += length;
            if (bytes > nextLook) {
                System.gc();
                mostUsed = Math.max(mostUsed, used());
                nextLook += 16L * MEGABYTE;
            }
        }

        @Override
        public void vanished(MessageKey key, String evidence) {
            throw new AssertionError(evidence);
        }

        @Override
        public void failed(MessageKey key, String reason) {
            throw new AssertionError(reason);
        }
    }
}
