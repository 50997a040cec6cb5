package org.mailcaravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SettingsReferenceTest {
    private static final Path PAGE = Path.of("docs", "settings.md");

    @Test
    void thePageIsWhatTheListSays() throws IOException {
        if (System.getProperty("settings.write") != null) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, SettingsReference.markdown());
        }
        assertThat(PAGE)
                .as("write it anew: mvn test -Dtest=SettingsReferenceTest -Dsettings.write")
                .hasContent(SettingsReference.markdown());
    }

    @Test
    void everyDefaultIsValid() {
        assertThat(Arrays.stream(Setting.values())
                        .filter(setting -> setting.defaultText().isPresent()))
                .isNotEmpty()
                .allSatisfy(setting -> assertThat(setting.type()
                                .parser()
                                .apply(setting.defaultText().orElseThrow()))
                        .isNotNull());
    }

    @Test
    void everySettingIsDescribedInASentence() {
        assertThat(Setting.values())
                .allSatisfy(setting ->
                        assertThat(setting.description()).endsWith(".").doesNotContain("|"));
    }
}
