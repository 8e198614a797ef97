package io.kurier.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.model.egress.IpNetwork;
import io.kurier.model.secret.SecretBox;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.PartMain;
import io.kurier.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String KEY = SecretBox.newKey();

    private static Settings parse(Map<String, String> given) {
        return Settings.parse(
                given,
                List.of(
                        KafkaSettings.definition(),
                        KurierRuntime.definition(),
                        PartMain.adminDefinition(),
                        EgressSettings.definition()));
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        Settings settings = parse(Map.of("KURIER_ENCRYPTION_KEY", KEY));
        KafkaSettings kafka = KafkaSettings.from(settings);

        assertThat(kafka.client()).containsExactly(Map.entry("bootstrap.servers", "127.0.0.1:9092"));
        assertThat(kafka.prefix()).isEqualTo("kurier.");
        assertThat(kafka.partitions()).isEqualTo(12);
        assertThat(kafka.retryTiers().delays().keySet()).containsExactly("1s", "5s", "30s", "2m", "10m", "1h", "6h");
        assertThat(EgressSettings.rules(settings).allowPrivate()).isFalse();
        assertThat(settings.secret("KURIER_ENCRYPTION_KEY")).isEqualTo(KEY);
    }

    @Test
    void allErrorsAreReportedAtOnceByName() {
        assertThatExceptionOfType(BadSettingsException.class)
                .isThrownBy(() -> parse(Map.of(
                        "KURIER_PARTITIONS", "0",
                        "KURIER_RETRY_TIERS", "5s 1s",
                        "KURIER_TOPIC_PREFIX", "a b",
                        "KURIER_ADMIN_LISTEN", "nowhere",
                        "KURIER_ALLOW_HTTP", "perhaps")))
                .satisfies(bad -> assertThat(bad.getMessage().lines())
                        .hasSize(6)
                        .anyMatch(line -> line.contains("KURIER_PARTITIONS") && line.contains("0"))
                        .anyMatch(line -> line.contains("KURIER_RETRY_TIERS") && line.contains("tiers rise"))
                        .anyMatch(line -> line.contains("KURIER_TOPIC_PREFIX"))
                        .anyMatch(line -> line.contains("KURIER_ADMIN_LISTEN") && line.contains("host:port"))
                        .anyMatch(line -> line.contains("KURIER_ALLOW_HTTP") && line.contains("perhaps"))
                        .anyMatch(line -> line.contains("KURIER_ENCRYPTION_KEY")));
    }

    @Test
    void allowedNetworksAreRead() {
        Settings settings =
                parse(Map.of("KURIER_ENCRYPTION_KEY", KEY, "KURIER_ALLOWED_NETWORKS", "10.1.0.0/16, fd00:1::/64"));

        assertThat(EgressSettings.rules(settings).allowed())
                .containsExactly(IpNetwork.parse("10.1.0.0/16"), IpNetwork.parse("fd00:1::/64"));
        assertThat(EgressSettings.rules(parse(Map.of("KURIER_ENCRYPTION_KEY", KEY)))
                        .allowed())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1/16", "10.1.0.0", "10.0.0.0/8,", "10.0.0.0/33", "inside", "fd00::1/8"})
    void aNetworkThatIsNoneIsRefusedWithTheSettingTheValueAndWhatWasExpected(String text) {
        assertThatExceptionOfType(BadSettingsException.class)
                .isThrownBy(() -> parse(Map.of("KURIER_ENCRYPTION_KEY", KEY, "KURIER_ALLOWED_NETWORKS", text)))
                .withMessageContaining("KURIER_ALLOWED_NETWORKS")
                .withMessageContaining(text)
                .withMessageContaining("expected");
    }

    @Test
    void aPasswordIsNeverShown() {
        assertThatExceptionOfType(BadSettingsException.class)
                .isThrownBy(() -> parse(Map.of("KURIER_ENCRYPTION_KEY", "my-s3cret-key")))
                .withMessageContaining("KURIER_ENCRYPTION_KEY")
                .withMessageContaining("base64 of 32 bytes")
                .satisfies(bad -> assertThat(bad.getMessage()).doesNotContain("s3cret"));
        assertThat(parse(Map.of("KURIER_ENCRYPTION_KEY", KEY)).toString()).doesNotContain(KEY);
    }

    @Test
    void kafkasOwnSettingsArePassedThroughAndOursAreNot() {
        Settings settings = parse(Map.of(
                "KURIER_ENCRYPTION_KEY", KEY,
                "KURIER_KAFKA_BOOTSTRAP_SERVERS", "kafka:9093",
                "KURIER_KAFKA_SASL_MECHANISM", "PLAIN",
                "KURIER_KAFKA_SSL_TRUSTSTORE_LOCATION", "/trust",
                "KURIER_TOPIC_PREFIX", "other."));

        assertThat(KafkaSettings.from(settings).client())
                .containsOnly(
                        Map.entry("bootstrap.servers", "kafka:9093"),
                        Map.entry("sasl.mechanism", "PLAIN"),
                        Map.entry("ssl.truststore.location", "/trust"));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:8080, 127.0.0.1, 8080", "[::1]:0, [::1], 0", "host.example:65535, host.example, 65535"})
    void anAddressIsHostAndPort(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":80", "host", "host:", "host:x", "host:-1", "host:65536", "host:80:x"})
    void whatIsNoAddressIsRefusedAndNamed(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> HostPort.parse(text))
                .withMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"1s, true", "10s, true", "1m, true", "999ms, false", "61s, false", "x, false"})
    void aDurationHasBounds(String text, boolean accepted) {
        ConfigDef definition = new ConfigDef()
                .define("KURIER_WAIT", Type.STRING, "5s", Checks.duration("1s", "1m"), Importance.LOW, "A wait.");
        Map<String, String> given = Map.of("KURIER_WAIT", text);

        if (accepted) {
            assertThat(Settings.parse(given, List.of(definition)).duration("KURIER_WAIT"))
                    .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
        } else {
            assertThatExceptionOfType(BadSettingsException.class)
                    .isThrownBy(() -> Settings.parse(given, List.of(definition)))
                    .withMessageContaining("KURIER_WAIT");
        }
    }

    @Test
    void askingForWhatWasNotDeclaredIsABug() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> parse(Map.of("KURIER_ENCRYPTION_KEY", KEY)).text("KURIER_OTHER"))
                .withMessageContaining("KURIER_OTHER");
    }

    @Test
    void thePageListsEverySettingWithDefaultAndBounds() {
        String page = ConfigurationPage.render(Map.of("Kafka", KafkaSettings.definition()));

        assertThat(page.lines())
                .contains("## Kafka")
                .containsSubsequence("### `KURIER_PARTITIONS`", "", "Default: `12`. Value: 1 to 1000.");
        assertThat(page.lines().filter(line -> line.startsWith("### `KURIER_")))
                .hasSize(KafkaSettings.definition().names().size());
    }
}
