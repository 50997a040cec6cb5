package org.mailcaravan.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/components/microsoft-graph.md is made from the component's catalog entry; {@code -Dcomponent.write} writes it anew. */
class ComponentReferenceTest {
    private static final Path PAGE = Path.of("docs/components/microsoft-graph.md");

    @Test
    void thePageSaysWhatTheCatalogSays() throws IOException {
        String page = ComponentReference.page();
        if (System.getProperty("component.write") != null) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE))
                .as("stale: mvn test -Dtest=ComponentReferenceTest -Dcomponent.write")
                .isEqualTo(page);
    }
}
