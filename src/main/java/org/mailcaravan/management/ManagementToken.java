package org.mailcaravan.management;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * What a caller of the management channel must show (RFC 6750): 256 bits, new at each start, in a file that only the owner of the process may read. Whoever can
 * read the file may do what the owner may do. Every process needs a file of its own.
 */
public final class ManagementToken implements AutoCloseable {
    private static final int BYTES = 32;

    private final Path file;
    private final String value;

    private ManagementToken(Path file, String value) {
        this.file = file;
        this.value = value;
    }

    /**
     * Makes a token and writes its file, which appears with its whole content or not at all; one that a former process left is replaced.
     *
     * @throws ManagementException if it cannot be written
     */
    public static ManagementToken create(Path file, SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String value = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try {
            write(file.toAbsolutePath(), value);
        } catch (IOException e) {
            throw new ManagementException(
                    "The token file of the management channel cannot be written: " + file + " ("
                            + e.getClass().getSimpleName()
                            + "). Set management.token-file to a place this process may write to.",
                    false);
        }
        return new ManagementToken(file, value);
    }

    private static void write(Path file, String value) throws IOException {
        Path directory = file.getParent();
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, ".management", ".tmp", ownerOnly(directory));
        try {
            Files.writeString(temporary, value);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path directory) {
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Whether an {@code Authorization} header shows this token; takes the same time wherever the difference is. */
    boolean shownBy(Optional<String> authorization) {
        byte[] shown = authorization.orElse("").getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(("Bearer " + value).getBytes(StandardCharsets.UTF_8), shown);
    }

    /** Removes the file, unless another process has put its own there meanwhile. */
    @Override
    public void close() throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(value)) {
            Files.delete(file);
        }
    }

    @Override
    public String toString() {
        return "ManagementToken[" + file + "]";
    }
}
