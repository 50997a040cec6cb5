package org.mailcaravan.credential;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** The file a key ring is kept in: for its owner's eyes only, written whole or not at all. */
final class KeyRingFile {
    private static final long MAX_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private KeyRingFile() {}

    static String read(Path file) {
        try {
            refuseWhatOthersMayRead(file);
            long size = Files.size(file);
            if (size == 0 || size > MAX_BYTES) {
                throw new KeyRingException(
                        file.toString(), "has " + size + " bytes, which no key ring has", KeyRing.REMEDY);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new KeyRingException(
                    file.toString(),
                    "cannot be read (" + reason(e) + ")",
                    "Check the setting credential.key-ring-file. If there never was a ring, create one with the command"
                            + " key-ring; else restore it from your backup.",
                    e);
        }
    }

    static void write(Path file, String json) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, ".key-ring", ".tmp", ownerOnly(directory));
            try {
                writeDurably(temporary, json);
                publish(temporary, file);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (FileAlreadyExistsException e) {
            throw new KeyRingException(
                    file.toString(),
                    "exists already and is not replaced",
                    "Use it, or name another file: without it the credentials it encrypted are lost.");
        } catch (IOException e) {
            throw new KeyRingException(
                    file.toString(),
                    "cannot be written (" + reason(e) + ")",
                    "Name a place this process may write to.",
                    e);
        }
    }

    private static void refuseWhatOthersMayRead(Path file) throws IOException {
        if (!posix(file)) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            throw new KeyRingException(
                    file.toString(),
                    "may be used by others (" + PosixFilePermissions.toString(permissions) + ")",
                    "Run: chmod 600 " + file
                            + " (on Kubernetes, where a mounted secret is readable by its group, hand the ring over in the"
                            + " environment variable MAILCARAVAN_CREDENTIAL_KEY_RING instead).");
        }
    }

    private static void writeDurably(Path file, String json) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** A link appears at once and never replaces a file; where there are no links, a move that refuses to replace is the next best. */
    private static void publish(Path temporary, Path file) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            Files.move(temporary, file);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path directory) {
        return posix(directory)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException fileSystem && fileSystem.getReason() != null) {
            return fileSystem.getReason();
        }
        return e.getClass().getSimpleName();
    }
}
