package io.kurier.ingest.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.runtime.config.BadSettingsException;
import io.kurier.runtime.config.Settings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessConfigTest {
    private static AccessConfig with(Map<String, String> given) {
        return AccessConfig.from(Settings.parse(given, List.of(AccessConfig.addTo(new ConfigDef()))));
    }

    @Test
    void byDefaultNoProxyIsTrustedAndNoOriginIsAllowed() {
        AccessConfig config = with(Map.of());
        assertThat(config.corsOrigins()).isEmpty();
        assertThat(config.trustedProxies().networks()).isEmpty();
        assertThat(config.wrongKeysPerMinute()).isEqualTo(30);
    }

    @Test
    void originsAreSeparatedByCommas() {
        assertThat(with(Map.of("KURIER_CORS_ORIGINS", "https://a.example.com, http://localhost:5173"))
                        .corsOrigins())
                .containsExactly("https://a.example.com", "http://localhost:5173");
        assertThat(with(Map.of("KURIER_CORS_ORIGINS", "*")).corsOrigins()).containsExactly("*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "https://example.com/",
                "https://Example.com",
                "https://user@example.com",
                "ftp://example.com",
                "https://a.example.com,",
                "https://a b",
                "null"
            })
    void malformedOriginIsRefused(String text) {
        assertThatExceptionOfType(BadSettingsException.class)
                .isThrownBy(() -> with(Map.of("KURIER_CORS_ORIGINS", text)))
                .withMessageContaining("KURIER_CORS_ORIGINS");
    }
}
