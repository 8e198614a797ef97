package io.kurier.scheduler.config;

import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Settings of the retry scheduler.
 *
 * @param readAhead records of one tier partition in memory
 * @param readAheadBytes of the records of all tier partitions together
 * @param batch records moved by one transaction
 * @param heldFor how long deliveries wait for a webhook that is paused or disabled
 */
public record RetrySchedulerConfig(int readAhead, int readAheadBytes, int batch, Duration heldFor) {
    private static final String READ_AHEAD = "KURIER_TIER_READ_AHEAD";
    private static final String READ_AHEAD_BYTES = "KURIER_TIER_READ_AHEAD_BYTES";
    private static final String BATCH = "KURIER_MOVE_BATCH";
    private static final String HELD_FOR = "KURIER_HELD_FOR";

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
                        "Deliveries moved by one transaction, from tiers or by a replay; what a crash makes a replay look at again.")
                .define(
                        HELD_FOR,
                        Type.STRING,
                        "29d",
                        Checks.duration("1s", "29d"),
                        Importance.LOW,
                        "How long deliveries are held for a paused or disabled webhook; then they become dead letters. The topic `held` keeps them for 30 days.");
    }

    public static RetrySchedulerConfig from(Settings settings) {
        return new RetrySchedulerConfig(
                settings.number(READ_AHEAD),
                settings.number(READ_AHEAD_BYTES),
                settings.number(BATCH),
                settings.duration(HELD_FOR));
    }
}
