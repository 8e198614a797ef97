package io.kurier.dispatcher.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentIdsTest {
    private static final int MOST = 100;
    private static final long WINDOW_MS = 1_000;

    private final RecentIds ids = new RecentIds(MOST, WINDOW_MS);

    @Test
    void theSameIdAtAHigherOffsetIsARepetitionAndAtItsOwnIsNone() {
        assertThat(ids.isDuplicate(1, 2, 10, 0)).isFalse();
        assertThat(ids.isDuplicate(1, 2, 10, 0)).as("read again").isFalse();
        assertThat(ids.isDuplicate(1, 2, 11, 0)).isTrue();
        assertThat(ids.isDuplicate(1, 2, 12, 0)).isTrue();
        assertThat(ids.isDuplicate(1, 3, 13, 0)).isFalse();
        assertThat(ids.isDuplicate(2, 2, 14, 0)).isFalse();
        assertThat(ids.lowest()).isEqualTo(10);
    }

    @Test
    void anIdIsForgottenWhenTheFirstOfItIsOlderThanTheWindow() {
        ids.isDuplicate(1, 1, 0, 5_000);
        assertThat(ids.isDuplicate(1, 1, 1, 6_000)).isTrue();
        assertThat(ids.isDuplicate(1, 1, 2, 6_001)).as("counted from the first").isFalse();
        assertThat(ids.isDuplicate(1, 1, 3, 6_002)).isTrue();
        assertThat(ids.lowest()).isEqualTo(2);
    }

    @Test
    void timesThatGoBackForgetNothing() {
        ids.isDuplicate(1, 1, 0, 5_000);
        ids.isDuplicate(2, 2, 1, 0);
        assertThat(ids.isDuplicate(1, 1, 2, 100)).isTrue();
        assertThat(ids.isDuplicate(2, 2, 3, 5_900)).isTrue();
    }

    @Test
    void theOldestIsForgottenWhenThereAreTooMany() {
        for (int i = 0; i <= MOST; i++) {
            ids.isDuplicate(i, i, i, 0);
        }
        assertThat(ids.size()).isEqualTo(MOST);
        assertThat(ids.lowest()).isEqualTo(1);
        assertThat(ids.isDuplicate(1, 1, 200, 0)).isTrue();
        assertThat(ids.isDuplicate(0, 0, 201, 0)).isFalse();
    }

    @Test
    void nothingRememberedHasNoLowestOffset() {
        assertThat(ids.lowest()).isEqualTo(Long.MAX_VALUE);
    }

    /** Against what the same is in a dozen lines; few different homes, so that places collide and move. */
    @Test
    void ringAndTableDoWhatAMapDoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<Long, long[]> model = new LinkedHashMap<>();
        long timeMs = 0;
        for (int offset = 0; offset < 200_000; offset++) {
            timeMs += random.nextInt(offset % 20_000 < 10_000 ? 20 : 5);
            long low = random.nextInt(300);
            long high = low % 7;

            boolean expected = expected(model, low, offset, timeMs);

            assertThat(ids.isDuplicate(high, low, offset, timeMs))
                    .as("seed %s offset %s", seed, offset)
                    .isEqualTo(expected);
            assertThat(ids.size()).as("seed %s offset %s", seed, offset).isEqualTo(model.size());
        }
    }

    private static boolean expected(Map<Long, long[]> model, long id, long offset, long timeMs) {
        model.values().removeIf(known -> known[1] < timeMs - WINDOW_MS);
        if (model.containsKey(id)) {
            return true;
        }
        if (model.size() == MOST) {
            Iterator<Long> oldest = model.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        model.put(id, new long[] {offset, timeMs});
        return false;
    }
}
