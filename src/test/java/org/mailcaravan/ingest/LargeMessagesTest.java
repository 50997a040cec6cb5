package org.mailcaravan.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.testing.ChildJvm;

/** Row F47: four large messages at once through either protocol in a small heap, byte for byte. */
class LargeMessagesTest {
    private static final boolean LARGER = !"verify".equals(System.getProperty("mailcaravan.tier", "verify"));
    private static final String HEAP = LARGER ? "-Xmx256m" : "-Xmx96m";
    private static final int MEGABYTES = LARGER ? 150 : 30;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"graph", "ews"})
    void fourAtOnceFitAndAreStagedByteForByte(String protocol) throws IOException, InterruptedException {
        Process process = ChildJvm.start(
                List.of(HEAP), LargeMessages.class, directory.toString(), String.valueOf(MEGABYTES), protocol);
        try {
            assertThat(ChildJvm.awaitLine(process)).isEqualTo("ok");
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
