package io.kurier.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run was asked for.
 *
 * @param seconds length of the window at the highest rate
 * @param warmUpSeconds length of one step of the {@link WarmUp}; 0 for none
 * @param payloadBytes size of a published event's JSON
 * @param connections the generator's connections, each with one request outstanding
 * @param maxOutstanding deliveries accepted and not yet received, at which the generator holds back
 * @param only the one subject to measure, or null for both
 */
record Settings(
        int seconds,
        int warmUpSeconds,
        int payloadBytes,
        int connections,
        int maxOutstanding,
        @Nullable Only only) {

    /** A part of the run, for when the other is not wanted. */
    enum Only {
        LIMIT,
        KURIER
    }

    Settings {
        List<String> wrong = new ArrayList<>();
        check(wrong, "--seconds", seconds, 2, 600);
        check(wrong, "--warm-up", warmUpSeconds, 0, 60);
        check(wrong, "--payload-bytes", payloadBytes, 128, 256 * 1024);
        check(wrong, "--connections", connections, 1, 1024);
        check(wrong, "--outstanding", maxOutstanding, 1, 100_000);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", wrong));
        }
    }

    boolean wants(Only subject) {
        return only == null || only == subject;
    }

    Duration warmUpStep() {
        return Duration.ofSeconds(warmUpSeconds);
    }

    /** The window at the highest rate. */
    Duration window() {
        return Duration.ofSeconds(seconds);
    }

    private static void check(List<String> wrong, String option, int value, int min, int max) {
        if (value < min || value > max) {
            wrong.add(option + " is " + value + ", expected " + min + " to " + max);
        }
    }
}
