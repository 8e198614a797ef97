package io.kurier.dispatcher.config;

import io.kurier.dispatcher.decoding.RegistryConfig;
import io.kurier.dispatcher.lane.CircuitBreaker;
import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import io.kurier.schemas.registry.RegistrySettings;
import io.kurier.sender.SenderConfig;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the dispatcher worker; {@link #definition} describes each of them.
 *
 * @param registry null if no schema registry is configured
 */
public record DispatcherConfig(
        int webhookConcurrency,
        int hostConcurrency,
        int maxInFlight,
        int queueLength,
        Duration directWait,
        Duration holdBack,
        Duration laneWork,
        int maxOpenOffsets,
        int maxOpenBytes,
        Duration commitInterval,
        Duration drainTimeout,
        Duration maxRetryAfter,
        CircuitBreaker.Rules circuits,
        IdempotencySettings.Bounds idempotency,
        @Nullable RegistrySettings registry,
        SenderConfig sender) {

    private static final String WEBHOOK_CONCURRENCY = "KURIER_WEBHOOK_CONCURRENCY";
    private static final String HOST_CONCURRENCY = "KURIER_HOST_CONCURRENCY";
    private static final String MAX_RETRY_AFTER = "KURIER_MAX_RETRY_AFTER";
    private static final String MAX_IN_FLIGHT = "KURIER_MAX_IN_FLIGHT";
    private static final String QUEUE_LENGTH = "KURIER_LINE_LENGTH";
    private static final String DIRECT_WAIT = "KURIER_DIRECT_WAIT";
    private static final String HOLD_BACK = "KURIER_HOLD_BACK";
    private static final String LANE_WORK = "KURIER_LANE_WORK";
    private static final String MAX_OPEN_OFFSETS = "KURIER_MAX_OPEN_OFFSETS";
    private static final String MAX_OPEN_BYTES = "KURIER_MAX_OPEN_BYTES";
    private static final String COMMIT_INTERVAL = "KURIER_COMMIT_INTERVAL";
    private static final String DRAIN_TIMEOUT = "KURIER_DRAIN_TIMEOUT";

    /** Every setting with its type, default, bounds and description. */
    public static ConfigDef definition() {
        ConfigDef definition = new ConfigDef();
        defineConcurrency(definition);
        defineQueues(definition);
        defineTimes(definition);
        CircuitSettings.define(definition);
        IdempotencySettings.define(definition);
        RegistryConfig.define(definition);
        return definition;
    }

    private static void defineConcurrency(ConfigDef definition) {
        number(
                definition,
                WEBHOOK_CONCURRENCY,
                64,
                1,
                10_000,
                "Attempts in flight to one webhook, per worker and path (direct path or lane). It bounds how much of a worker a slow receiver can occupy.");
        number(
                definition,
                HOST_CONCURRENCY,
                256,
                1,
                100_000,
                "Attempts in flight to one host, per worker, to all webhooks at that host together.");
        number(
                definition,
                MAX_IN_FLIGHT,
                2_048,
                1,
                100_000,
                "Attempts in flight to all webhooks, per worker. It also bounds the worker's connections in use.");
    }

    private static void defineQueues(ConfigDef definition) {
        number(
                definition,
                QUEUE_LENGTH,
                500,
                1,
                100_000,
                "Deliveries that wait in the memory of a worker for one webhook, per path. If the queue is full, reading from the partition pauses (see `KURIER_HOLD_BACK`), or further deliveries move to the webhook's lane or to a retry tier.");
        duration(
                definition,
                DIRECT_WAIT,
                "5s",
                "0ms",
                "60s",
                "Longest estimated wait of a first attempt on the direct path. A delivery that would wait longer is parked in the webhook's lane.");
        duration(
                definition,
                HOLD_BACK,
                "1s",
                "0ms",
                "10s",
                "Longest estimated wait at which a full queue pauses reading from its partition. With a longer wait, deliveries move to the webhook's lane or to a retry tier.");
        duration(
                definition,
                LANE_WORK,
                "60s",
                "1s",
                "10m",
                "Longest estimated wait of a delivery in a lane's queue in memory. A delivery that would wait longer is postponed into a retry tier.");
        number(
                definition,
                MAX_OPEN_OFFSETS,
                1_000,
                1,
                100_000,
                "Unsettled records of a partition at which reading from it pauses.");
        number(
                definition,
                MAX_OPEN_BYTES,
                32 * 1024 * 1024,
                1024,
                1024 * 1024 * 1024,
                "Bytes of unsettled records above which reading pauses, per worker and path.");
    }

    private static void defineTimes(ConfigDef definition) {
        duration(
                definition,
                COMMIT_INTERVAL,
                "100ms",
                "10ms",
                "10s",
                "How long outcomes are collected before a transaction writes them. A crash may repeat the attempts of this time.");
        duration(
                definition,
                DRAIN_TIMEOUT,
                "2s",
                "0ms",
                "30s",
                "How long attempts in flight may take to end when a partition is handed over or when the worker stops.");
        duration(
                definition,
                MAX_RETRY_AFTER,
                "24h",
                "0ms",
                "7d",
                "Longest wait that a receiver can ask for with `Retry-After`; a longer one counts as this.");
    }

    static void number(ConfigDef definition, String name, int preset, int min, int max, String doc) {
        definition.define(name, Type.INT, preset, ConfigDef.Range.between(min, max), Importance.MEDIUM, doc);
    }

    static void duration(ConfigDef definition, String name, String preset, String min, String max, String doc) {
        definition.define(name, Type.STRING, preset, Checks.duration(min, max), Importance.MEDIUM, doc);
    }

    public static DispatcherConfig from(Settings settings) {
        return new DispatcherConfig(
                settings.number(WEBHOOK_CONCURRENCY),
                settings.number(HOST_CONCURRENCY),
                settings.number(MAX_IN_FLIGHT),
                settings.number(QUEUE_LENGTH),
                settings.duration(DIRECT_WAIT),
                settings.duration(HOLD_BACK),
                settings.duration(LANE_WORK),
                settings.number(MAX_OPEN_OFFSETS),
                settings.number(MAX_OPEN_BYTES),
                settings.duration(COMMIT_INTERVAL),
                settings.duration(DRAIN_TIMEOUT),
                settings.duration(MAX_RETRY_AFTER),
                CircuitSettings.rules(settings),
                IdempotencySettings.bounds(settings),
                RegistryConfig.from(settings),
                SenderConfig.from(settings));
    }
}
