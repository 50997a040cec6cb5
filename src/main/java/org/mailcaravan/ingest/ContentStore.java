package org.mailcaravan.ingest;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.StagingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Message bytes on disk under a checksum (Claim Check). Bytes are written to a temporary file, then renamed, and forced to disk before the ledger says that they
 * are there: a name that it knows is whole. Thread-safe.
 */
public final class ContentStore {
    private static final Logger LOG = LoggerFactory.getLogger(ContentStore.class);

    /** File systems write their journal once for everybody who waits for it: many files forced at once cost little more than one. */
    private static final int FORCED_AT_ONCE = 16;

    private final Path root;
    private final long minFreeBytes;
    private final ExecutorService forcing = forcing();

    /**
     * @param root the directory; made if missing
     * @param minFreeBytes below this much free space nothing new is taken in
     * @throws StagingException if the directory cannot be made or written
     */
    public ContentStore(Path root, long minFreeBytes) {
        this.root = root;
        this.minFreeBytes = minFreeBytes;
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** @throws StagingException if the directory is gone, read-only or nearly full: intake pauses */
    public void requireSpace() {
        try {
            if (!Files.isWritable(root)) {
                throw new StagingException(
                        "content directory is missing or not writable; restore it, reading goes on by itself");
            }
            long free = Files.getFileStore(root).getUsableSpace();
            if (free < minFreeBytes) {
                throw new StagingException(
                        "content directory has " + free + " bytes free, fewer than content.min-free-space = "
                                + minFreeBytes + "; make room, reading goes on by itself");
            }
        } catch (IOException e) {
            throw broken(e);
        }
    }

    Path root() {
        return root;
    }

    /** @param suffix {@code .eml} or {@code .json} */
    Draft draft(MessageKey key, String suffix) {
        String name = key.toString().substring(0, 2) + "/" + key + suffix;
        try {
            Files.createDirectories(root.resolve(name).getParent());
            return new Draft(name, root.resolve(name + "." + UUID.randomUUID() + ".part"));
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Writes bytes that are at hand; {@link #force} makes them durable. */
    StoredContent keep(MessageKey key, String suffix, byte[] bytes) {
        try (Draft draft = draft(key, suffix)) {
            draft.bytes().write(bytes);
            return draft.keep();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /**
     * Makes what was kept durable: the bytes, then the names.
     *
     * @throws StagingException if the disk is full or gone
     */
    void force(Collection<StoredContent> kept) {
        List<Path> files =
                kept.stream().map(content -> root.resolve(content.name())).toList();
        forceAll(files);
        forceAll(files.stream().map(Path::getParent).distinct().toList());
    }

    private void forceAll(List<Path> paths) {
        List<CompletableFuture<Void>> forced = paths.stream()
                .map(path -> CompletableFuture.runAsync(() -> force(path), forcing))
                .toList();
        try {
            CompletableFuture.allOf(forced.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StagingException broken ? broken : e;
        }
    }

    /** A file, or the names in a directory; whoever opened it, the file system forces all of it. */
    private static void force(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static ExecutorService forcing() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                FORCED_AT_ONCE, FORCED_AT_ONCE, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "content-force");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Keeps what a listing showed until the message is fetched. Not forced to disk: what is lost is asked for again. */
    void remember(MessageKey key, String listed) {
        try {
            Path file = listed(key);
            Files.createDirectories(file.getParent());
            Files.writeString(file, listed);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** What {@link #remember} kept, if it is there. */
    Optional<String> recall(MessageKey key) {
        try {
            return Optional.of(Files.readString(listed(key)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void forget(MessageKey key) {
        try {
            Files.deleteIfExists(listed(key));
        } catch (IOException e) {
            LOG.debug(
                    "{} stays until the content directory is cleared",
                    listed(key).getFileName());
        }
    }

    private Path listed(MessageKey key) {
        return root.resolve(key.toString().substring(0, 2) + "/" + key + ".listed");
    }

    /** @throws UncheckedIOException if the content is gone or unreadable */
    public InputStream open(StoredContent content) {
        try {
            return Files.newInputStream(root.resolve(content.name()));
        } catch (IOException e) {
            throw new UncheckedIOException("content " + content.name() + " cannot be read", e);
        }
    }

    /** Deletes what nobody needs any more; a file that cannot be deleted is told in the log and stays. */
    void remove(List<String> names) {
        for (String name : names) {
            try {
                Files.deleteIfExists(root.resolve(name));
            } catch (IOException e) {
                LOG.error(
                        "content {} is purged but its file could not be deleted ({}); delete it in the content directory",
                        name,
                        e.getClass().getSimpleName());
            }
        }
    }

    private static StagingException broken(IOException e) {
        return new StagingException(
                "content directory cannot be written: " + e.getClass().getSimpleName() + ": " + e.getMessage(), e);
    }

    /** Content that is still being written. */
    final class Draft implements Closeable {
        private final String name;
        private final Path part;
        private final FileChannel channel;
        private final MessageDigest digest = sha256();
        private final Counting bytes;

        private Draft(String name, Path part) throws IOException {
            this.name = name;
            this.part = part;
            channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            bytes = new Counting(new DigestOutputStream(Channels.newOutputStream(channel), digest));
        }

        OutputStream bytes() {
            return bytes;
        }

        /** Gives the bytes their name; {@link #force} makes both durable. */
        StoredContent keep() {
            try {
                channel.close();
                Path whole = root.resolve(name);
                Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return new StoredContent(name, bytes.count, HexFormat.of().formatHex(digest.digest()));
            } catch (IOException e) {
                throw broken(e);
            }
        }

        /** Discards the bytes unless they were kept. */
        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(part);
        }
    }

    /** Counts, and turns a full disk into a pause of the intake. */
    private static final class Counting extends FilterOutputStream {
        private long count;

        private Counting(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            try {
                out.write(source, offset, length);
                count += length;
            } catch (IOException e) {
                throw broken(e);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
