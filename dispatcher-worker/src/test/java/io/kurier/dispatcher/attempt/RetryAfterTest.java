package io.kurier.dispatcher.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final long NOW = Instant.parse("2026-11-08T12:00:00Z").toEpochMilli();
    private static final Duration DAY = Duration.ofHours(24);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0                              | 0
                    1                              | 1
                    ' 90 '                         | 90
                    3600                           | 3600
                    86400                          | 86400
                    86401                          | 86400
                    999999999                      | 86400
                    1000000000000000000            | 86400
                    99999999999999999999999999     | 86400
                    Sun, 08 Nov 2026 12:05:00 GMT  | 300
                    Sun, 8 Nov 2026 12:05:00 GMT   | 300
                    Sun, 08 Nov 2026 11:00:00 GMT  | 0
                    Thu, 08 Nov 2096 12:00:00 GMT  | 86400
                    ''                             | 0
                    -1                             | 0
                    1.5                            | 0
                    soon                           | 0
                    Sun, 08 Nov 2026               | 0
                    ١٢                             | 0
                    """)
    void secondsAndDatesAreHonouredWithinTheBoundAndNothingElseIs(String header, long seconds) {
        assertThat(RetryAfter.atMs(header, NOW, DAY)).isEqualTo(NOW + seconds * 1_000);
    }
}
