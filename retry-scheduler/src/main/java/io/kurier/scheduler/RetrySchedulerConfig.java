package io.kurier.scheduler;

import io.kurier.runtime.config.Settings;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of the retry scheduler.
 *
 * @param readAhead records of one tier partition in memory
 * @param readAheadBytes of the records of all tier partitions together
 * @param batch records moved by one transaction
 */
public record RetrySchedulerConfig(int readAhead, int readAheadBytes, int batch) {
    private static final String READ_AHEAD = "KURIER_TIER_READ_AHEAD";
    private static final String READ_AHEAD_BYTES = "KURIER_TIER_READ_AHEAD_BYTES";
    private static final String BATCH = "KURIER_MOVE_BATCH";

    public static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        READ_AHEAD,
                        Type.INT,
                        200,
                        ConfigDef.Range.between(1, 10_000),
                        Importance.LOW,
                        "Deliveries of one tier partition held in memory ahead of their time; the others wait on disk.")
                .define(
                        READ_AHEAD_BYTES,
                        Type.INT,
                        32 * 1024 * 1024,
                        ConfigDef.Range.between(1024, 1024 * 1024 * 1024),
                        Importance.LOW,
                        "Bytes of deliveries held in memory ahead of their time, of all tier partitions together.")
                .define(
                        BATCH,
                        Type.INT,
                        500,
                        ConfigDef.Range.between(1, 10_000),
                        Importance.LOW,
                        "Deliveries moved by one transaction, from tiers or by a replay; what a crash makes a replay look at again.");
    }

    public static RetrySchedulerConfig from(Settings settings) {
        return new RetrySchedulerConfig(
                settings.number(READ_AHEAD), settings.number(READ_AHEAD_BYTES), settings.number(BATCH));
    }
}
