package org.mailcaravan.sandbox.ews;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/** The opaque base64 of a {@code SyncState}, with a checksum, so that a damaged one is known. */
final class SealedState {
    private SealedState() {}

    static String seal(byte[] content) {
        byte[] sealed = Arrays.copyOf(content, content.length + Long.BYTES);
        ByteBuffer.wrap(sealed).putLong(content.length, checksum(content));
        return Base64.getEncoder().encodeToString(sealed);
    }

    /** Empty if the text is no state of this server or was damaged. */
    static Optional<byte[]> open(String state) {
        try {
            byte[] sealed = Base64.getDecoder().decode(state.replaceAll("\\s", ""));
            int length = sealed.length - Long.BYTES;
            return length > 0 && ByteBuffer.wrap(sealed).getLong(length) == checksum(Arrays.copyOf(sealed, length))
                    ? Optional.of(Arrays.copyOf(sealed, length))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static long checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue() ^ 0x5A5A_0000_0000L;
    }
}
