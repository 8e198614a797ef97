package io.kurier.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/configuration.md} with the settings that the code declares. */
class ConfigurationReferenceTest {
    @Test
    void theConfigurationPageMatchesTheDeclaredSettings() throws IOException {
        Path page = Path.of("..", "docs", "configuration.md");

        assertThat(Files.readString(page))
                .as("run ./kurier configuration > docs/configuration.md")
                .isEqualTo(ConfigurationReference.page());
    }
}
