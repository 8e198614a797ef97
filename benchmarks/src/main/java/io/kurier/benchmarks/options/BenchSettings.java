package io.kurier.benchmarks.options;

import io.kurier.benchmarks.measure.WarmUp;
import io.kurier.benchmarks.process.PageCache;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a run was asked for.
 *
 * @param seconds length of the window at the highest rate
 * @param warmUpSeconds length of one step of the {@link WarmUp}; 0 for none
 * @param payloadBytes size of a published event's JSON
 * @param connections the generator's connections, each with one request outstanding
 * @param maxOutstanding events whose deliveries are accepted and not yet received, at which the generator holds back
 * @param only the one subject to measure, or null for both
 * @param freshMemory leave the {@link PageCache} as it is
 * @param scenario what else there is besides one webhook that gets everything
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

    /** A part of the run, for when the other is not wanted. */
    public enum Only {
        LIMIT,
        KURIER
    }

    public BenchSettings {
        ArgumentErrors bounds = new ArgumentErrors();
        bounds.check("--seconds", seconds, 2, 600);
        bounds.check("--warm-up", warmUpSeconds, 0, 60);
        bounds.check("--payload-bytes", payloadBytes, 128, 256 * 1024);
        bounds.check("--connections", connections, 1, 1024);
        bounds.check("--outstanding", maxOutstanding, 1, 100_000);
        scenario.check(bounds);
        bounds.throwIfAny();
    }

    public boolean wants(Only subject) {
        return only == null || only == subject;
    }

    public Duration warmUpStep() {
        return Duration.ofSeconds(warmUpSeconds);
    }

    /** The window at the highest rate. */
    public Duration window() {
        return Duration.ofSeconds(seconds);
    }
}
