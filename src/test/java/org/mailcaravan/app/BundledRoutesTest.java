package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BundledRoutesTest {
    @Test
    void everyRouteFileIsStarted() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".camel.yaml")))
                    .containsExactlyInAnyOrderElementsOf(Bundle.BUNDLED_ROUTES);
        }
    }
}
