package io.kurier.dispatcher.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.offsets.RecentIdsMark;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecentIdsRecoveryTest {
    private static final long HOUR = 3_600_000_000_000L;

    private final RecentIds ids = new RecentIds(1_000_000, HOUR);

    /** Reads as a consumer does, in pieces that do not end where steps do. */
    private List<Long> read(RecentIdsRecovery recovery, int piece, long nowNanos) {
        List<Long> begins = new ArrayList<>();
        while (!recovery.isDone()) {
            long at = recovery.position();
            begins.add(at);
            do {
                for (long offset = at; offset < at + piece && recovery.takes(offset); offset++) {
                    recovery.found(offset, 0, offset, 0);
                }
                at += piece;
            } while (!recovery.endsStep(at, nowNanos));
        }
        recovery.addTo(ids);
        return begins;
    }

    @ParameterizedTest
    @CsvSource({"1", "777", "10000", "1000000"})
    void everyIdIsFoundOnceTheNewestStepFirst(int piece) {
        RecentIdsRecovery recovery = new RecentIdsRecovery(5, 25_000, HOUR);

        assertThat(read(recovery, piece, 0)).containsExactly(15_000L, 5_000L, 5L);

        assertThat(recovery.position()).isEqualTo(25_000);
        assertThat(ids.size()).isEqualTo(24_995);
        assertThat(ids.lowest()).isEqualTo(5);
        assertThat(ids.isDuplicate(5, 0, 25_000, 0)).isTrue();
        assertThat(ids.isDuplicate(24_999, 0, 25_001, 0)).isTrue();
        assertThat(ids.isDuplicate(4, 0, 25_002, 0)).isFalse();
    }

    @Test
    void whenTheTimeIsUpTheNewestIdsAreKnown() {
        RecentIdsRecovery recovery = new RecentIdsRecovery(0, 25_000, 10);

        assertThat(read(recovery, 500, 10)).containsExactly(15_000L);

        assertThat(recovery.position()).isEqualTo(25_000);
        assertThat(ids.lowest()).isEqualTo(15_000);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 90, ~a",
        "100, 100, ''",
        "100, 9223372036854775807, ''",
        "3000000000000, 0, ''",
        "2000000000000, 1, ~piscd0jj",
    })
    void markTellsHowFarBackIdsAreOfUse(long base, long lowest, String mark) {
        String text = "payload" + RecentIdsMark.of(base, lowest);

        assertThat(text).isEqualTo("payload" + mark);
        assertThat(RecentIdsMark.withoutMark(text)).isEqualTo("payload");
        assertThat(RecentIdsMark.lowest(text, base)).isEqualTo(mark.isEmpty() ? base : lowest);
        assertThat(mark.length()).isLessThanOrEqualTo(RecentIdsMark.MAX_LENGTH);
    }

    @ParameterizedTest
    @CsvSource({"~", "~-5", "~zzzzzzzzzzzzzzzz", "~?", "~zz"})
    void aMalformedMarkReadsNothingBack(String mark) {
        assertThat(RecentIdsMark.lowest("payload" + mark, 100)).isEqualTo(100);
    }
}
