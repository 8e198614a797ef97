package io.kurier.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableFreshnessTest {
    @ParameterizedTest(name = "unconfirmed for {0} ms: retries {1}, holding {2}, first attempts {3}")
    @CsvSource({
        "0, true, true, true",
        "4999, true, true, true",
        "5000, false, false, true",
        "29999, false, false, true",
        "30000, false, false, false",
    })
    void retriesAndHoldingNeedTablesOfFiveSecondsAndFirstAttemptsOfThirty(
            long ms, boolean retries, boolean holding, boolean attempts) {
        TableFreshness tables = new TableFreshness(() -> Duration.ofMillis(ms));
        tables.refresh();

        assertThat(tables.allowsRetries()).isEqualTo(retries);
        assertThat(tables.allowsHolding()).isEqualTo(holding);
        assertThat(tables.allowsAttempts()).isEqualTo(attempts);
    }

    @Test
    void freshnessIsAsOfTheLastRefresh() {
        AtomicReference<Duration> age = new AtomicReference<>(Duration.ZERO);
        TableFreshness tables = new TableFreshness(age::get);
        tables.refresh();

        age.set(Duration.ofMinutes(1));
        assertThat(tables.allowsAttempts()).isTrue();
        tables.refresh();
        assertThat(tables.allowsAttempts()).isFalse();
    }
}
