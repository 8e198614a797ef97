package io.kurier.dispatcher.offsets;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random lives of a partition, step by step beside a model that keeps plain sets. {@code -Dseed=N} plays one again. */
class OpenOffsetsPropertyTest {
    private static final int LIVES = 50;
    private static final int STEPS = 3_000;

    @Test
    void noLifeOfAPartitionLosesOrRepeatsWhatWasCommitted() {
        Long chosen = Long.getLong("seed");
        long first = chosen == null ? System.nanoTime() : chosen;
        for (long seed = first; seed < first + (chosen == null ? LIVES : 1); seed++) {
            try {
                new PartitionLife(new Random(seed)).live(STEPS);
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("play it again with -Dseed=" + seed + ": " + broken.getMessage(), broken);
            }
        }
        System.out.println("OpenOffsetsPropertyTest: seeds from " + first + " held");
    }
}
