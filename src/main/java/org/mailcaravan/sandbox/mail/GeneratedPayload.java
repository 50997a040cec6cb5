package org.mailcaravan.sandbox.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/** A file's bytes: the signature of its type, then noise or rows, the same for the same seed and never held as a whole. */
final class GeneratedPayload implements Payload {
    private static final int BLOCK = 8192;
    private static final Map<String, byte[]> SIGNATURES = Map.of(
            "application/pdf", "%PDF-1.7\n%\u00e2\u00e3\n".getBytes(StandardCharsets.ISO_8859_1),
            "image/png", new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'},
            "application/zip", new byte[] {'P', 'K', 3, 4},
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                    new byte[] {'P', 'K', 3, 4, 20, 0},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", new byte[] {'P', 'K', 3, 4, 20, 0},
            "application/ms-tnef", new byte[] {0x78, (byte) 0x9F, 0x3E, 0x22},
            "application/pkcs7-mime", new byte[] {0x30, (byte) 0x80, 0x06, 0x09},
            "application/x-microsoft-rpmsg-message", new byte[] {0x76, (byte) 0xE8, 0x04, 0x60});

    private final String type;
    private final long size;
    private final long seed;

    GeneratedPayload(String type, long size, long seed) {
        this.type = type;
        this.size = size;
        this.seed = seed;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] block = signed(next(random));
        for (long left = size; left > 0; left -= block.length) {
            out.write(block, 0, (int) Math.min(left, block.length));
            block = next(random);
        }
    }

    private byte[] signed(byte[] block) {
        byte[] signature = SIGNATURES.getOrDefault(type, new byte[0]);
        System.arraycopy(signature, 0, block, 0, signature.length);
        return block;
    }

    private byte[] next(SplittableRandom random) {
        return type.startsWith("text/") ? rows(random) : noise(random);
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] block = new byte[BLOCK];
        random.nextBytes(block);
        return block;
    }

    private static byte[] rows(SplittableRandom random) {
        StringBuilder rows = new StringBuilder(BLOCK + 32);
        while (rows.length() < BLOCK) {
            rows.append(random.nextInt(100_000, 999_999))
                    .append(';')
                    .append(random.nextInt(1, 500))
                    .append(";EUR\r\n");
        }
        return Arrays.copyOf(rows.toString().getBytes(StandardCharsets.US_ASCII), BLOCK);
    }
}
