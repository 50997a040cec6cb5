package org.mailcaravan.sandbox.ews;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a {@code SyncState} holds. On the wire it is opaque base64 that grows with the changes reported, as Exchange's does.
 *
 * @param folderId the state is of this folder only
 * @param generation states of an older generation have been invalidated
 * @param sequence log line up to which changes are reported
 * @param listedTo number of the last message of an initial listing that is not at its end
 * @param reported changes handed out so far
 */
record SyncPosition(String folderId, int generation, long sequence, OptionalLong listedTo, long reported) {
    private static final int MAGIC = 0x53594E43;
    private static final int BYTES_PER_CHANGE = 8;
    private static final int MOST_GROWTH = 24 * 1024;

    SyncPosition listed(long number, int more) {
        return new SyncPosition(folderId, generation, sequence, OptionalLong.of(number), reported + more);
    }

    SyncPosition read(long newSequence, int more) {
        return new SyncPosition(folderId, generation, newSequence, OptionalLong.empty(), reported + more);
    }

    String encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeUTF(folderId);
            out.writeInt(generation);
            out.writeLong(sequence);
            out.writeLong(listedTo.orElse(-1));
            out.writeLong(reported);
            out.write(growth());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return SealedState.seal(bytes.toByteArray());
    }

    private byte[] growth() {
        byte[] growth = new byte[(int) Math.min(MOST_GROWTH, reported * BYTES_PER_CHANGE)];
        for (int i = 0; i < growth.length; i++) {
            growth[i] = (byte) (i * 131 + reported);
        }
        return growth;
    }

    /** Empty if the text is no state of this server or was damaged. */
    static Optional<SyncPosition> decode(String state) {
        return SealedState.open(state).flatMap(SyncPosition::read);
    }

    private static Optional<SyncPosition> read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readInt() != MAGIC) {
                return Optional.empty();
            }
            String folderId = in.readUTF();
            int generation = in.readInt();
            long sequence = in.readLong();
            long listedTo = in.readLong();
            OptionalLong listing = listedTo < 0 ? OptionalLong.empty() : OptionalLong.of(listedTo);
            return Optional.of(new SyncPosition(folderId, generation, sequence, listing, in.readLong()));
        } catch (IOException tooShort) {
            return Optional.empty();
        }
    }
}
