package org.mailcaravan.credential;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that credentials are encrypted with: a Tink keyset in JSON of AES-256-GCM keys, from a file or a setting; never in the database. New secrets are
 * encrypted with the primary key, old ones stay readable as long as their key is in the ring and enabled.
 *
 * <p>A ring from a file follows it: the file is looked at once a second at most, and at once when a key is asked for that the ring does not hold. If the
 * changed file cannot be used, the keys read before stay in use and the log says so. Thread-safe.
 */
public final class KeyRing {
    static final String REMEDY =
            "Restore it from your backup, or create a new one (command keys new) and connect the mailboxes again.";

    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;

    private final String where;
    private final @Nullable Path file;
    private final LongSupplier nanoTime;
    private volatile Keys keys;
    private volatile long lookedAt;
    private KeyRingFile.@Nullable Stamp stamp;

    private KeyRing(String setting, Keys keys) {
        this.where = setting;
        this.file = null;
        this.nanoTime = () -> 0;
        this.keys = keys;
    }

    private KeyRing(Path file, LongSupplier nanoTime) {
        this.where = file.toString();
        this.file = file;
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong();
        this.stamp = KeyRingFile.stamp(file);
        this.keys = Keys.parse(where, KeyRingFile.read(file));
    }

    /**
     * Reads a ring from a file that only its owner may read, and follows the file from then on.
     *
     * @throws KeyRingException if it is missing, readable by others, no keyset, or holds a key that must not be used
     */
    public static KeyRing read(Path file) {
        return read(file, System::nanoTime);
    }

    static KeyRing read(Path file, LongSupplier nanoTime) {
        return new KeyRing(file, nanoTime);
    }

    /**
     * Reads a ring from the value of a setting.
     *
     * @param setting its name, for messages
     * @throws KeyRingException if it is no keyset or holds a key that must not be used
     */
    public static KeyRing parse(String setting, Secret json) {
        return new KeyRing(setting, Keys.parse(setting, json.value()));
    }

    /**
     * Makes a ring with one new key and keeps it in a new file that only its owner may read. The file appears with its whole content or not at all.
     *
     * @throws KeyRingException if there is a file already (it is never replaced: it may be the only way to read credentials) or it cannot be written
     */
    public static KeyRing create(Path file) {
        KeyRingFile.write(file, Keys.generate().json());
        return read(file);
    }

    /**
     * Adds a key to the ring in this file without using it to encrypt, so that every replica can hold it before one of them encrypts with it.
     *
     * @return the id of the new key
     * @throws KeyRingException if the file cannot be used or replaced; it is unchanged then
     */
    public static String prepare(Path file) {
        Keys changed = change(file, Keys::withPrepared);
        return changed.prepared().get(changed.prepared().size() - 1);
    }

    /**
     * Makes the key that was prepared, or else a new one, the key to encrypt with; the former ones decrypt only. Processes that use the file follow within a
     * second.
     *
     * @return the id of the key that is primary now
     * @throws KeyRingException if the file cannot be used or replaced; it is unchanged then
     */
    public static String rotate(Path file) {
        return change(file, Keys::rotated).primaryId();
    }

    /**
     * Removes former keys from the ring in this file. What is still encrypted with one of them can never be read again, backups of the database included.
     *
     * @throws KeyRingException if one of them is no former key, or the file cannot be used or replaced; it is unchanged then
     */
    public static void remove(Path file, List<String> ids) {
        change(file, keys -> old(file, keys, ids));
    }

    /** The keys as they are now, as far as one look per second at the file tells. */
    Keys current() {
        if (file != null && nanoTime.getAsLong() - lookedAt >= LOOK_AGAIN_NANOS) {
            look(file);
        }
        return keys;
    }

    /** The keys as they are now, after a look at the file if that key is not among the ones known. */
    Keys holding(String keyId) {
        Keys known = current();
        return known.holds(keyId) ? known : latest();
    }

    /** The keys as the file has them now. */
    Keys latest() {
        if (file != null) {
            look(file);
        }
        return keys;
    }

    /** Removes keys from the file and from this ring. */
    void retire(List<String> ids) {
        if (file == null) {
            throw new KeyRingException(
                    where,
                    "comes from a setting, which cannot be changed from here",
                    "Change the file it was made from (command keys remove FILE " + String.join(" ", ids)
                            + "), hand its content to every replica in the setting, and restart them.");
        }
        remove(file, ids);
        latest();
    }

    /** Whether it follows a file; else it comes from a setting and stays as it is. */
    boolean followsFile() {
        return file != null;
    }

    private static Keys old(Path file, Keys keys, List<String> ids) {
        for (String id : ids) {
            if (!keys.old().contains(id)) {
                throw new KeyRingException(
                        file.toString(),
                        "has no former key " + (id.matches("[0-9]{1,10}") ? id : "(no number)"),
                        "Former keys are: " + String.join(", ", keys.old())
                                + ". The primary key and those after it stay.");
            }
        }
        return keys.without(ids);
    }

    private static Keys change(Path file, UnaryOperator<Keys> change) {
        String where = file.toString();
        return Keys.parse(
                where,
                KeyRingFile.replace(
                        file, json -> change.apply(Keys.parse(where, json)).json()));
    }

    private synchronized void look(Path path) {
        lookedAt = nanoTime.getAsLong();
        KeyRingFile.Stamp now = KeyRingFile.stamp(path);
        if (now.equals(stamp)) {
            return;
        }
        stamp = now;
        try {
            keys = Keys.parse(where, KeyRingFile.read(path));
            LOG.info("the key ring {} changed and was read again: {}", where, keys);
        } catch (KeyRingException e) {
            LOG.error(
                    "the key ring changed and the new one is not used, the former keys stay in use: {}",
                    e.getMessage());
        }
    }

    /** Prints key ids, which are no secrets. */
    @Override
    public String toString() {
        return "KeyRing[" + keys + "]";
    }
}
