package io.kurier.benchmarks.options;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one run. Immutable.
 *
 * @param seconds length of the window at the highest rate
 * @param warmUpSeconds length of one warm-up step; 0 skips the warm-up
 * @param payloadBytes size of one published event's JSON
 * @param connections the generator's connections, each with one request outstanding
 * @param maxOutstanding the generator pauses while deliveries of this many events are accepted and not yet received
 * @param only the one subject to measure, or null for both
 * @param freshMemory whether the page cache is left as it is
 * @param scenario how the load differs from one webhook that gets every event
 */
public record BenchSettings(
        int seconds,
        int warmUpSeconds,
        int payloadBytes,
        int connections,
        int maxOutstanding,
        @Nullable Only only,
        boolean freshMemory,
        Scenario scenario) {

    /** The subjects of a run. */
    public enum Only {
        LIMIT,
        KURIER
    }

    /** @throws IllegalArgumentException with one line per value out of bounds */
    public BenchSettings {
        ArgumentErrors errors = new ArgumentErrors();
        errors.check("--seconds", seconds, 2, 600);
        errors.check("--warm-up", warmUpSeconds, 0, 60);
        errors.check("--payload-bytes", payloadBytes, 128, 256 * 1024);
        errors.check("--connections", connections, 1, 1024);
        errors.check("--outstanding", maxOutstanding, 1, 100_000);
        scenario.check(errors);
        errors.throwIfAny();
    }

    public boolean wants(Only subject) {
        return only == null || only == subject;
    }

    public Duration warmUpStep() {
        return Duration.ofSeconds(warmUpSeconds);
    }

    /** @return length of the window at the highest rate */
    public Duration window() {
        return Duration.ofSeconds(seconds);
    }
}
