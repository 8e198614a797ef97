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
 * @param readAhead records of one tier partition held in memory
 * @param readAheadBytes bytes of the records of all tier partitions held in memory
 * @param batch records moved by one transaction
 * @param heldFor how long deliveries wait for a webhook that is paused or disabled
 * @param replaysKept how long a finished replay stays in the topic {@code replays}
 * @param maxFinishedReplays how many finished replays stay there at most
 */
public record RetrySchedulerConfig(
        int readAhead, int readAheadBytes, int batch, Duration heldFor, Duration replaysKept, int maxFinishedReplays) {
    private static final String READ_AHEAD = "KURIER_TIER_READ_AHEAD";
    private static final String READ_AHEAD_BYTES = "KURIER_TIER_READ_AHEAD_BYTES";
    private static final String BATCH = "KURIER_MOVE_BATCH";
    private static final String HELD_FOR = "KURIER_HELD_FOR";
    private static final String REPLAYS_KEPT = "KURIER_REPLAYS_KEPT";
    private static final String MAX_FINISHED_REPLAYS = "KURIER_MAX_FINISHED_REPLAYS";

    public static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        READ_AHEAD,
                        Type.INT,
                        200,
                        ConfigDef.Range.between(1, 10_000),
                        Importance.LOW,
                        "Deliveries of one tier partition that are read into memory before they are due; the others wait in Kafka.")
                .define(
                        READ_AHEAD_BYTES,
                        Type.INT,
                        32 * 1024 * 1024,
                        ConfigDef.Range.between(1024, 1024 * 1024 * 1024),
                        Importance.LOW,
                        "Bytes of deliveries that are read into memory before they are due, of all tier partitions together.")
                .define(
                        BATCH,
                        Type.INT,
                        500,
                        ConfigDef.Range.between(1, 10_000),
                        Importance.LOW,
                        "Deliveries that one transaction moves at most, from tiers or by a replay.")
                .define(
                        HELD_FOR,
                        Type.STRING,
                        "29d",
                        Checks.duration("1s", "29d"),
                        Importance.LOW,
                        "How long deliveries are held for a paused or disabled webhook; then they become dead letters. The topic `held` keeps them for 30 days.")
                .define(
                        REPLAYS_KEPT,
                        Type.STRING,
                        "30d",
                        Checks.duration("1m", "3650d"),
                        Importance.LOW,
                        "How long the API still shows a replay after it finished; then it is removed from the topic `replays`.")
                .define(
                        MAX_FINISHED_REPLAYS,
                        Type.INT,
                        10_000,
                        ConfigDef.Range.between(1, 1_000_000),
                        Importance.LOW,
                        "Finished replays that are kept at most, of all tenants together; beyond, those that finished first are removed before `KURIER_REPLAYS_KEPT` is over.");
    }

    public static RetrySchedulerConfig from(Settings settings) {
        return new RetrySchedulerConfig(
                settings.number(READ_AHEAD),
                settings.number(READ_AHEAD_BYTES),
                settings.number(BATCH),
                settings.duration(HELD_FOR),
                settings.duration(REPLAYS_KEPT),
                settings.number(MAX_FINISHED_REPLAYS));
    }
}
