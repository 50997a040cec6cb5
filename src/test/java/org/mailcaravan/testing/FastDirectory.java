package org.mailcaravan.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory in memory, where there is one: every message is forced to disk, which costs nothing there, and no power fails in tests. */
public final class FastDirectory implements AutoCloseable {
    private final Path path;

    public FastDirectory(String name) throws IOException {
        Path memory = Path.of("/dev/shm");
        path = Files.isWritable(memory) ? Files.createTempDirectory(memory, name) : Files.createTempDirectory(name);
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
