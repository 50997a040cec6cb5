package org.mailcaravan.console;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may log in: a properties file of names and password hashes that only its owner may use. The file is followed: whoever is added may log in at once, whoever is
 * removed is logged out. A file that cannot be used lets nobody in; the log says why. Thread-safe.
 */
public final class ConsoleUsers {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleUsers.class);
    private static final int SHORTEST_PASSWORD = 12;
    private static final int LONGEST_PASSWORD = 256;
    private static final String NAME = "[A-Za-z0-9._@-]{1,64}";

    private final Path file;
    private String read = "";
    private Map<String, ConsoleUser> users = Map.of();

    ConsoleUsers(Path file) {
        this.file = file;
    }

    /**
     * Adds somebody, or replaces the password of somebody.
     *
     * @param file made if it is not there yet, for its owner only
     * @throws IllegalArgumentException if the name or the password will not do; the message never holds the password
     * @throws IllegalStateException if the file cannot be used
     */
    public static void put(Path file, String name, String password, SecureRandom random) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "A user's name has 1 to 64 letters, digits and . _ @ - and no other characters.");
        }
        if (password.length() < SHORTEST_PASSWORD || password.length() > LONGEST_PASSWORD) {
            throw new IllegalArgumentException("A password has " + SHORTEST_PASSWORD + " to " + LONGEST_PASSWORD
                    + " characters, for example from: openssl rand -base64 18");
        }
        try {
            Map<String, String> lines = new TreeMap<>();
            if (Files.exists(file)) {
                load(file).values().forEach(user -> lines.put(user.name(), user.hash()));
            }
            lines.put(name, Passwords.hash(password, random));
            OwnerOnlyFile.write(file.toAbsolutePath(), text(lines));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The users file " + file + " cannot be used (" + problem(e) + "). Name one that this account owns.",
                    e);
        }
    }

    private static String text(Map<String, String> lines) {
        StringBuilder text =
                new StringBuilder("# Who may log in to the console. Made by: mailcaravan console add-user\n");
        lines.forEach((name, hash) -> text.append(name).append('=').append(hash).append('\n'));
        return text.toString();
    }

    static boolean isName(String text) {
        return text.matches(NAME);
    }

    /** Whether there is anybody who could log in. */
    boolean any() {
        return !current().isEmpty();
    }

    Optional<ConsoleUser> find(String name) {
        return Optional.ofNullable(current().get(name));
    }

    private synchronized Map<String, ConsoleUser> current() {
        String stamp = OwnerOnlyFile.stamp(file);
        if (!stamp.equals(read)) {
            users = stamp.isEmpty() ? Map.of() : loadOrNobody();
            read = stamp;
        }
        return users;
    }

    private Map<String, ConsoleUser> loadOrNobody() {
        try {
            return load(file);
        } catch (IOException e) {
            LOG.error("nobody can log in to the console, because of console.users-file {}: {}", file, problem(e));
            return Map.of();
        }
    }

    private static String problem(IOException e) {
        return e instanceof UnusableFileException
                ? e.getMessage()
                : "it cannot be read or written: " + e.getClass().getSimpleName();
    }

    private static Map<String, ConsoleUser> load(Path file) throws IOException {
        OwnerOnlyFile.check(file);
        Properties lines = new Properties();
        try {
            lines.load(new StringReader(Files.readString(file)));
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw new UnusableFileException("it is no properties file in UTF-8");
        }
        Map<String, ConsoleUser> users = new TreeMap<>();
        for (String name : lines.stringPropertyNames()) {
            String hash = lines.getProperty(name);
            if (!isName(name) || !Passwords.isHash(hash)) {
                throw new UnusableFileException(
                        "an entry is no name with a password hash; make entries by: mailcaravan console add-user");
            }
            users.put(name, new ConsoleUser(name, hash));
        }
        return users;
    }
}
