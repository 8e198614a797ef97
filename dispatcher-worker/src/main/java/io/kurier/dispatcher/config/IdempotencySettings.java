package io.kurier.dispatcher.config;

import io.kurier.runtime.config.Settings;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;

/** Settings that say how repeated events are recognised. */
public final class IdempotencySettings {
    private static final String WINDOW = "KURIER_IDEMPOTENCY_WINDOW";
    private static final String IDS = "KURIER_IDEMPOTENCY_IDS";
    private static final String READ_BACK = "KURIER_IDEMPOTENCY_READ_BACK";

    private IdempotencySettings() {}

    /**
     * Bounds on what is remembered.
     *
     * @param ids of one partition
     * @param readBack how long the taking over of a partition may take to find the ids that came before
     */
    public record Bounds(int ids, Duration window, Duration readBack) {}

    static void define(ConfigDef definition) {
        DispatcherConfig.duration(
                definition,
                WINDOW,
                "10m",
                "0ms",
                "24h",
                "How long after an event another one with the same id of its publisher's is taken for its repetition.");
        DispatcherConfig.number(
                definition,
                IDS,
                200_000,
                1,
                10_000_000,
                "Ids of publishers that are remembered for one partition, at about 48 bytes each; beyond, the oldest are forgotten.");
        DispatcherConfig.duration(
                definition,
                READ_BACK,
                "5s",
                "0ms",
                "5m",
                "How long reading the ids that came before may put off the work on a partition that is taken over; the newest are read first.");
    }

    static Bounds bounds(Settings settings) {
        return new Bounds(settings.number(IDS), settings.duration(WINDOW), settings.duration(READ_BACK));
    }
}
