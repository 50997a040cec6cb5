package org.mailcaravan.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** A small file that only its owner may use, written whole or not at all. */
final class OwnerOnlyFile {
    private static final long MOST_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private OwnerOnlyFile() {}

    /** Another text whenever the file may have changed; empty if there is none. */
    static String stamp(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            String permissions = posix(file) ? PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) : "";
            return now.size() + " " + now.lastModifiedTime() + " " + now.fileKey() + " " + permissions;
        } catch (IOException e) {
            return "";
        }
    }

    static void check(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UnusableFileException("it is no file");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new UnusableFileException("it has more than " + MOST_BYTES + " bytes");
        }
        if (posix(file) && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            throw new UnusableFileException("others may use it; make it its owner's: chmod 600");
        }
    }

    static void write(Path file, String text) throws IOException {
        Path directory = file.getParent();
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, ".console", ".tmp", ownerOnly(directory));
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
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
}
