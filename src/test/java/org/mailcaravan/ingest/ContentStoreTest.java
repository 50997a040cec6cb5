package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.mailbox.MessageKey;
import org.mailcaravan.mailbox.StagingException;

class ContentStoreTest {
    @TempDir
    Path directory;

    private List<Path> files() throws IOException {
        try (var walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void keptBytesAreReadBackWithTheirSizeAndDigest() throws IOException {
        ContentStore store = new ContentStore(directory, 1);
        StoredContent content = store.keep(MessageKey.random(), ".json", "abc".getBytes());
        assertThat(content.size()).isEqualTo(3);
        assertThat(content.sha256()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        try (var in = store.open(content)) {
            assertThat(in.readAllBytes()).isEqualTo("abc".getBytes());
        }
    }

    @Test
    void abandonedDraftLeavesNothing() throws IOException {
        ContentStore store = new ContentStore(directory, 1);
        try (ContentStore.Draft draft = store.draft(MessageKey.random(), ".eml")) {
            draft.bytes().write(new byte[1000]);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void secondWritingReplacesTheFirst() throws IOException {
        ContentStore store = new ContentStore(directory, 1);
        MessageKey key = MessageKey.random();
        store.keep(key, ".eml", "first".getBytes());
        StoredContent second = store.keep(key, ".eml", "second".getBytes());
        assertThat(files()).hasSize(1);
        assertThat(store.open(second).readAllBytes()).isEqualTo("second".getBytes());
    }

    @Test
    void tooLittleSpacePausesIntakeAndNamesTheSetting() {
        ContentStore store = new ContentStore(directory, Long.MAX_VALUE);
        assertThatThrownBy(store::requireSpace)
                .isInstanceOf(StagingException.class)
                .hasMessageContaining("content.min-free-space");
    }

    @Test
    void directoryThatCannotBeMadeIsReported() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> new ContentStore(file.resolve("below"), 1)).isInstanceOf(StagingException.class);
    }
}
