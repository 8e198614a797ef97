package io.kurier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "0ms, 0",
        "250ms, 250",
        "1s, 1000",
        "10s, 10000",
        "1m, 60000",
        "6h, 21600000",
        "7d, 604800000",
        "010s, 10000",
        "999999999ms, 999999999"
    })
    void readsWhatPeopleWrite(String text, long ms) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(ms));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "10",
                "s",
                "10 s",
                " 10s",
                "10s ",
                "-1s",
                "+1s",
                "1.5s",
                "1e3s",
                "10S",
                "10sec",
                "1m30s",
                "PT10S",
                "1w",
                "1000000000s",
                "１０s",
                "10s\n"
            })
    void refusesAnythingElseAndSaysWhatWasExpected(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("expected a number and a unit (ms, s, m, h or d)");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0ms",
        "1, 1ms",
        "1500, 1500ms",
        "1000, 1s",
        "90000, 90s",
        "60000, 1m",
        "5400000, 90m",
        "3600000, 1h",
        "86400000, 1d",
        "129600000, 36h",
        "604800000, 7d"
    })
    void writesTheLargestUnitThatIsWhole(long ms, String text) {
        assertThat(Durations.format(Duration.ofMillis(ms))).isEqualTo(text);
    }

    @Test
    void readsBackWhatItWrote() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            Duration duration = Duration.ofMillis(random.nextLong(1_000_000_000L));
            assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
        }
    }
}
