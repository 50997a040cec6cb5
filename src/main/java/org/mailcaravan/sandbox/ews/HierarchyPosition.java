package org.mailcaravan.sandbox.ews;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the {@code SyncState} of a folder hierarchy holds.
 *
 * @param rootId the state is of the tree below this folder only
 * @param generation states of an older generation have been invalidated
 * @param sequence change of the mailbox's folders up to which all is told
 * @param known hashes of the folders told
 */
record HierarchyPosition(String rootId, int generation, long sequence, Set<Integer> known) {
    private static final int MAGIC = 0x48494552;

    HierarchyPosition {
        known = Set.copyOf(known);
    }

    boolean knows(String folderId) {
        return known.contains(folderId.hashCode());
    }

    String encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeUTF(rootId);
            out.writeInt(generation);
            out.writeLong(sequence);
            out.writeInt(known.size());
            for (int hash : known) {
                out.writeInt(hash);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return SealedState.seal(bytes.toByteArray());
    }

    /** Empty if the text is no such state. */
    static Optional<HierarchyPosition> decode(String state) {
        return SealedState.open(state).flatMap(HierarchyPosition::read);
    }

    private static Optional<HierarchyPosition> read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readInt() != MAGIC) {
                return Optional.empty();
            }
            String rootId = in.readUTF();
            int generation = in.readInt();
            long sequence = in.readLong();
            Set<Integer> known = new LinkedHashSet<>();
            for (int left = in.readInt(); left > 0; left--) {
                known.add(in.readInt());
            }
            return Optional.of(new HierarchyPosition(rootId, generation, sequence, known));
        } catch (IOException tooShort) {
            return Optional.empty();
        }
    }
}
