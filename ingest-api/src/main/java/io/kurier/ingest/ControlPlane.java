package io.kurier.ingest;

import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.control.BackgroundTasks;
import io.kurier.ingest.control.CallerChecks;
import io.kurier.ingest.control.ControlTopic;
import io.kurier.ingest.control.GoneWebhookDisabler;
import io.kurier.ingest.control.KeyUses;
import io.kurier.ingest.control.ReplayOrders;
import io.kurier.ingest.control.SecretReencryption;
import io.kurier.ingest.control.TableCatchUp;
import io.kurier.ingest.control.TenantChanges;
import io.kurier.ingest.control.WebhookChanges;
import io.kurier.ingest.control.WebhookQuota;
import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.ingest.webhooks.file.WebhookFile;
import io.kurier.ingest.webhooks.file.WebhookFileChanges;
import io.kurier.ingest.webhooks.file.WebhookFileWatch;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlTable;
import io.kurier.runtime.control.ControlWriter;
import io.kurier.runtime.time.SystemRandom;
import io.kurier.schemas.EventTypeRecord;
import io.kurier.schemas.ReplayRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Wires what changes control topics: the writer of each topic, the changes that requests make through them, and the
 * background tasks that make changes by themselves.
 */
final class ControlPlane implements AutoCloseable {
    private static final Duration REENCRYPTION_PAUSE = Duration.ofSeconds(30);
    private static final Duration CATCH_UP = Duration.ofSeconds(5);

    final ControlTopic<Webhook> webhooks;
    final ControlTopic<EventTypeRecord> eventTypes;
    final CallerChecks callers;
    final ReplayOrders orders;
    final WebhookChanges webhookChanges;
    final TenantChanges tenantChanges;
    final KeyUses keyUses;

    private final KurierRuntime runtime;
    private final List<ControlWriter> writers = new ArrayList<>();
    private final GoneWebhookDisabler goneWebhooks;
    private final SecretReencryption reencryption;
    private final WebhookFileWatch file;

    ControlPlane(KurierRuntime runtime, IngestApiConfig config) {
        this.runtime = runtime;
        var topics = runtime.topics();
        this.webhooks = topic(topics.webhooks(), runtime.webhooks(), runtime.webhookRecords()::write);
        this.eventTypes =
                topic(topics.eventTypes(), runtime.eventTypes(), runtime.codec(EventTypeRecord.class)::encode);
        ControlTopic<ReplayRecord> replays =
                topic(topics.replays(), runtime.replays(), runtime.codec(ReplayRecord.class)::encode);
        this.callers = new CallerChecks(
                runtime.tenants(), TableCatchUp.with(runtime.kafka(), runtime.tables(), topics.tenants(), CATCH_UP));
        this.orders = new ReplayOrders(topics.replays(), replays, runtime.clock(), config.replayRate());
        WebhookQuota quota = new WebhookQuota(
                runtime.tenants(), runtime.webhooks(), config.access().webhooks());
        this.webhookChanges = new WebhookChanges(webhooks, quota, callers, orders);
        this.tenantChanges = new TenantChanges(runtime.tenants(), runtime.tenantRecords(), writer(topics.tenants()));
        this.keyUses =
                new KeyUses(runtime.tenants(), tenantChanges, runtime.clock(), BackgroundTasks.onThread("key-uses"));
        RandomGenerator random = new SystemRandom();
        this.goneWebhooks = new GoneWebhookDisabler(
                runtime.webhooks(), webhookChanges, BackgroundTasks.onThread("gone-webhooks"), random);
        this.reencryption = new SecretReencryption(
                runtime.webhooks(),
                runtime.webhookRecords()::sealedByFormerKeys,
                webhookChanges,
                BackgroundTasks.onThread("secret-reencryption"),
                random);
        this.file = new WebhookFileWatch(
                config.webhookFile(),
                new WebhookFile(new WebhookJson(config.egress()), runtime.tenants()::orPlain, System::getenv),
                new WebhookFileChanges(webhooks, orders, runtime.clock()),
                runtime.clock());
    }

    private <V> ControlTopic<V> topic(String name, ControlTable<V> table, Function<V, byte[]> encoder) {
        return new ControlTopic<>(table, () -> runtime.tables().position(name), encoder, writer(name));
    }

    private ControlWriter writer(String topic) {
        ControlWriter writer = new ControlWriter(runtime.kafka(), runtime.tables(), topic);
        writers.add(writer);
        return writer;
    }

    /** Starts the background tasks. */
    void start() {
        goneWebhooks.start(runtime.circuits());
        keyUses.start();
        reencryption.start(REENCRYPTION_PAUSE, runtime.metrics());
        file.start(runtime.metrics());
    }

    @Override
    public void close() {
        goneWebhooks.close();
        keyUses.close();
        reencryption.close();
        file.close();
        writers.forEach(ControlWriter::close);
    }
}
