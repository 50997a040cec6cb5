package org.mailcaravan.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleUsersTest {
    private static final String PASSWORD = "correct horse battery";
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path directory;

    private Path file;
    private ConsoleUsers users;

    @BeforeEach
    void name() {
        file = directory.resolve("made/console-users.properties");
        users = new ConsoleUsers(file);
    }

    @Test
    void withoutAFileThereIsNobody() {
        assertThat(users.any()).isFalse();
        assertThat(users.find("ann")).isEmpty();
    }

    @Test
    void whoIsAddedIsFoundWithoutARestartAndTheFileIsItsOwnersAndHoldsNoPassword() throws IOException {
        assertThat(users.any()).isFalse();
        ConsoleUsers.put(file, "ann", PASSWORD, RANDOM);

        ConsoleUser ann = users.find("ann").orElseThrow();
        assertThat(Passwords.matches(ann.hash(), PASSWORD)).isTrue();
        assertThat(Passwords.matches(ann.hash(), PASSWORD + " ")).isFalse();
        assertThat(Files.readString(file)).contains("$pbkdf2$it=210000$").doesNotContain(PASSWORD);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ann.toString()).doesNotContain("pbkdf2");
    }

    @Test
    void aNewPasswordReplacesTheFormerOneAndLeavesTheOthersAlone() {
        ConsoleUsers.put(file, "ann", PASSWORD, RANDOM);
        ConsoleUsers.put(file, "ben@example.org", PASSWORD, RANDOM);
        ConsoleUser ben = users.find("ben@example.org").orElseThrow();
        ConsoleUsers.put(file, "ann", "another password", RANDOM);

        assertThat(Passwords.matches(users.find("ann").orElseThrow().hash(), PASSWORD))
                .isFalse();
        assertThat(Passwords.matches(users.find("ann").orElseThrow().hash(), "another password"))
                .isTrue();
        assertThat(users.find("ben@example.org")).contains(ben);
    }

    @Test
    void aFileThatOthersMayUseLetsNobodyIn() throws IOException {
        ConsoleUsers.put(file, "ann", PASSWORD, RANDOM);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(users.any()).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertThat(users.any()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann=correct horse battery",
                "ann=",
                "ann=$pbkdf2$it=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo",
                "ann=$sha1$it=210000$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo",
                "an\\nn=$pbkdf2$it=210000$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo",
                "ann=\\u00zz"
            })
    void aFileWithALineThatIsNoEntryLetsNobodyIn(String line) throws IOException {
        ConsoleUsers.put(file, "ben", PASSWORD, RANDOM);
        assertThat(users.any()).isTrue();
        Files.writeString(file, Files.readString(file) + line + "\n");

        assertThat(users.any()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=b", "a b", "#ann", "änn", "ann\n"})
    void aNameThatWouldNotDoIsRefused(String name) {
        assertThatThrownBy(() -> ConsoleUsers.put(file, name, PASSWORD, RANDOM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 64 letters");
        assertThat(file).doesNotExist();
    }

    @Test
    void aShortPasswordIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> ConsoleUsers.put(file, "ann", "hunter2-abc", RANDOM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12 to 256")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aBrokenFileIsNotOverwritten() throws IOException {
        ConsoleUsers.put(file, "ann", PASSWORD, RANDOM);
        Files.writeString(file, "something else");

        assertThatThrownBy(() -> ConsoleUsers.put(file, "ben", PASSWORD, RANDOM))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("console-users.properties");
        assertThat(file).hasContent("something else");
    }
}
