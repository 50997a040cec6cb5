package org.mailcaravan.oauth;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.credential.Secret;

/**
 * Where the text that a proof is made from stands. A file is read before each use, so that whoever exchanges it need not tell us: a token request costs more.
 *
 * @param setting what names it, for messages
 * @param file read anew each time
 * @param text instead of a file
 */
public record ProofSource(String setting, Optional<Path> file, Optional<Secret> text) {
    private static final long MAX_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    public ProofSource {
        if (file.isPresent() == text.isPresent()) {
            throw new IllegalArgumentException(setting + " is either a file or a text");
        }
    }

    public static ProofSource file(String setting, Path file) {
        return new ProofSource(setting, Optional.of(file), Optional.empty());
    }

    public static ProofSource text(String setting, Secret text) {
        return new ProofSource(setting, Optional.empty(), Optional.of(text));
    }

    /** @throws ClientProofException if the file is missing, empty, too long or no text */
    String read() {
        return file.map(this::read).orElseGet(() -> text.orElseThrow().value());
    }

    /** As {@link #read()}, of a file that only its owner may use. */
    String readPrivate() {
        file.ifPresent(this::refuseWhatOthersMayUse);
        return read();
    }

    ClientProofException refused(String problem, String remedy) {
        return new ClientProofException(setting, file, problem, remedy);
    }

    private String read(Path path) {
        try {
            long size = Files.size(path);
            if (size > MAX_BYTES) {
                throw refused("has more than " + MAX_BYTES + " bytes", "Name the right file.");
            }
            String content = Files.readString(path);
            if (content.isBlank()) {
                throw refused("is empty", "Write it anew, or name another file.");
            }
            return content;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void refuseWhatOthersMayUse(Path path) {
        try {
            if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                return;
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                throw refused(
                        "may be used by others (" + PosixFilePermissions.toString(permissions) + ")",
                        "Run chmod 600 on it (on Kubernetes, where a mounted secret is readable by its group, hand the text"
                                + " over in an environment variable instead).");
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private ClientProofException unreadable(IOException e) {
        String reason = e instanceof FileSystemException known && known.getReason() != null
                ? known.getReason()
                : e.getClass().getSimpleName();
        return refused(
                "cannot be read (" + reason + ")", "Name a text file that exists and that this process may read.");
    }
}
