package org.mailcaravan.credential;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

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
                            + " keys new; else restore it from your backup.",
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

    /**
     * Replaces the content at once or not at all. The file it is prepared in is the lock: of two that change a ring at the same moment one is refused.
     *
     * @param change gets the content and answers the new one
     * @return the new content
     */
    static String replace(Path ring, UnaryOperator<String> change) {
        try {
            Path file = real(ring);
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.createFile(next, ownerOnly(next));
            return replace(file, next, change);
        } catch (FileAlreadyExistsException e) {
            throw new KeyRingException(
                    ring.toString(),
                    "is being changed by another process, or was when that was killed (there is " + e.getFile() + ")",
                    "Try again; if no other is at work, delete that file first.");
        } catch (IOException e) {
            throw new KeyRingException(
                    ring.toString(),
                    "cannot be replaced (" + reason(e) + ")",
                    "Run this as the user who owns the file, where its folder can be written; a mounted secret is changed at"
                            + " its source.",
                    e);
        }
    }

    private static String replace(Path file, Path next, UnaryOperator<String> change) throws IOException {
        boolean replaced = false;
        try {
            keepOwner(file, next);
            String content = change.apply(read(file));
            writeDurably(next, content);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            replaced = true;
            forceDirectory(file);
            return content;
        } finally {
            if (!replaced) {
                Files.deleteIfExists(next);
            }
        }
    }

    /** Where a link leads, so that the link stays; a file that cannot be read is refused with its remedy. */
    private static Path real(Path ring) throws IOException {
        read(ring);
        return ring.toRealPath();
    }

    /** Whoever changes a ring as root leaves it readable by the process that owns it. */
    private static void keepOwner(Path file, Path next) throws IOException {
        if (posix(file) && !Files.getOwner(file).equals(Files.getOwner(next))) {
            Files.setOwner(next, Files.getOwner(file));
        }
    }

    private static void forceDirectory(Path file) throws IOException {
        if (posix(file)) {
            try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    /** What tells one state of a file from another without reading it; all zero if there is no file. */
    record Stamp(long size, FileTime changed, Object key, Set<PosixFilePermission> permissions) {}

    static Stamp stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    found.size(),
                    found.lastModifiedTime(),
                    Objects.requireNonNullElse(found.fileKey(), "none"),
                    posix(file) ? Files.getPosixFilePermissions(file) : Set.of());
        } catch (IOException e) {
            return new Stamp(0, FileTime.fromMillis(0), "none", Set.of());
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
