package io.kurier.dispatcher.config;

import io.kurier.runtime.config.Settings;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;

/** Settings of the filter that recognises duplicate events by their publishers' ids. */
public final class IdempotencySettings {
    private static final String WINDOW = "KURIER_IDEMPOTENCY_WINDOW";
    private static final String IDS = "KURIER_IDEMPOTENCY_IDS";
    private static final String READ_BACK = "KURIER_IDEMPOTENCY_READ_BACK";

    private IdempotencySettings() {}

    /**
     * Bounds of the filter.
     *
     * @param ids number of ids that are remembered for one partition
     * @param window how long an id is remembered
     * @param readBack how long a new owner of a partition may spend on reading earlier ids before it starts to deliver
     */
    public record Bounds(int ids, Duration window, Duration readBack) {}

    static void define(ConfigDef definition) {
        DispatcherConfig.duration(
                definition,
                WINDOW,
                "10m",
                "0ms",
                "24h",
                "How long the id that a publisher gave to an event is remembered. Another event with the same id in this time is a duplicate and is not delivered.");
        DispatcherConfig.number(
                definition,
                IDS,
                200_000,
                1,
                10_000_000,
                "Number of publishers' ids that are remembered for one partition, at about 48 bytes each; beyond it, the oldest are forgotten.");
        DispatcherConfig.duration(
                definition,
                READ_BACK,
                "5s",
                "0ms",
                "5m",
                "Longest delay after a worker takes over a partition and before it starts to deliver, used to read the ids that came before. The newest are read first.");
    }

    static Bounds bounds(Settings settings) {
        return new Bounds(settings.number(IDS), settings.duration(WINDOW), settings.duration(READ_BACK));
    }
}
