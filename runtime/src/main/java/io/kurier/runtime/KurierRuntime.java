package io.kurier.runtime;

import io.kurier.model.retry.RetryTiers;
import io.kurier.model.secret.KeyedHash;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.config.Checks;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.control.AdHocWebhooks;
import io.kurier.runtime.control.ControlTable;
import io.kurier.runtime.control.ControlTables;
import io.kurier.runtime.control.SchemaAnnouncements;
import io.kurier.runtime.control.TenantRecords;
import io.kurier.runtime.control.Tenants;
import io.kurier.runtime.control.WebhookRecords;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.runtime.kafka.TopicSetup;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.EventTypeRecord;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.TenantRecord;
import io.kurier.schemas.WebhookRecord;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * What the parts of one process share: Kafka, topics known to be fit, schemas announced, control tables complete, the
 * clock, the metrics. Start it before any part; close it after all of them.
 */
public final class KurierRuntime implements AutoCloseable {
    public static final String ENCRYPTION_KEY = "KURIER_ENCRYPTION_KEY";

    private final KafkaClients kafka;
    private final RetryTiers ladder;
    private final TopicCatalog topics;
    private final ProcessClock clock;
    private final WriterSchemas schemas = new WriterSchemas();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
    private final ControlTables tables;
    private final WebhookRecords webhookRecords;
    private final ControlTable<Webhook> webhooks;
    private final ControlTable<ReplayRecord> replays;
    private final ControlTable<CircuitRecord> circuits;
    private final ControlTable<EventTypeRecord> eventTypes;
    private final TenantRecords tenantRecords;
    private final Tenants tenants;
    private final AdHocWebhooks oneOffs;
    private final KeyedHash keyHash;

    private KurierRuntime(KafkaSettings settings, KafkaClients kafka, SecretBox secretBox, ProcessClock clock) {
        this.kafka = kafka;
        this.ladder = settings.ladder();
        this.topics = settings.topics();
        this.clock = clock;
        this.tables = new ControlTables(kafka, clock);
        this.webhookRecords = new WebhookRecords(codec(WebhookRecord.class), secretBox);
        this.webhooks = tables.table(topics.webhooks(), webhookRecords::read);
        RecordCodec<ReplayRecord> replayCodec = codec(ReplayRecord.class);
        this.replays = tables.table(topics.replays(), (key, value) -> replayCodec.decode(value));
        RecordCodec<CircuitRecord> circuitCodec = codec(CircuitRecord.class);
        this.circuits = tables.table(topics.circuits(), (key, value) -> circuitCodec.decode(value));
        RecordCodec<EventTypeRecord> eventTypeCodec = codec(EventTypeRecord.class);
        this.eventTypes = tables.table(topics.eventTypes(), (key, value) -> eventTypeCodec.decode(value));
        this.tenantRecords = new TenantRecords(codec(TenantRecord.class), secretBox);
        this.tenants = new Tenants(tables.table(topics.tenants(), tenantRecords::read));
        this.oneOffs = new AdHocWebhooks(secretBox);
        this.keyHash = secretBox.keyedHash("keys of tenants");
        new JvmMemoryMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        gcMetrics.bindTo(metrics);
    }

    public static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        ENCRYPTION_KEY,
                        Type.PASSWORD,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Checks.check("base64 of 32 bytes, or several, separated by commas", SecretBox::withKey),
                        Importance.HIGH,
                        "32 bytes in base64 that encrypt secrets in topics: the same for every process. Of several the first encrypts and all decrypt: to change the key, add the new one behind the old in every process, then put it first, and take the old one out when `kurier_webhooks_former_key` is 0, tenants with a default secret were changed once, and keys of tenants made before were replaced: their hashes cannot be made again. `openssl rand -base64 32` makes one; standalone makes its own.");
    }

    /** Every definition a process needs besides those of its parts. */
    public static List<ConfigDef> definitions() {
        return List.of(KafkaSettings.definition(), definition());
    }

    public static KurierRuntime start(Settings settings) throws InterruptedException {
        KafkaSettings kafka = KafkaSettings.from(settings);
        return start(
                kafka,
                new ConfiguredKafkaClients(kafka.client()),
                SecretBox.withKey(settings.secret(ENCRYPTION_KEY)),
                ProcessClock.system());
    }

    /** For processes that choose their clients and clock themselves. */
    public static KurierRuntime start(KafkaSettings settings, KafkaClients kafka, SecretBox box, InstantSource clock)
            throws InterruptedException {
        KurierRuntime runtime = new KurierRuntime(settings, kafka, box, ProcessClock.withWallClock(clock));
        try (Admin admin = kafka.admin()) {
            new TopicSetup(admin, runtime.clock).ensure(runtime.topics.all());
        }
        SchemaAnnouncements announcements = new SchemaAnnouncements(runtime.schemas);
        announcements.announce(kafka, runtime.topics.schemas());
        runtime.tables.table(runtime.topics.schemas(), announcements::read);
        runtime.tables.start();
        return runtime;
    }

    public KafkaClients kafka() {
        return kafka;
    }

    public RetryTiers ladder() {
        return ladder;
    }

    public TopicCatalog topics() {
        return topics;
    }

    public ProcessClock clock() {
        return clock;
    }

    public PrometheusMeterRegistry metrics() {
        return metrics;
    }

    public ControlTables tables() {
        return tables;
    }

    public ControlTable<Webhook> webhooks() {
        return webhooks;
    }

    public WebhookRecords webhookRecords() {
        return webhookRecords;
    }

    public ControlTable<ReplayRecord> replays() {
        return replays;
    }

    public ControlTable<CircuitRecord> circuits() {
        return circuits;
    }

    public ControlTable<EventTypeRecord> eventTypes() {
        return eventTypes;
    }

    public Tenants tenants() {
        return tenants;
    }

    public TenantRecords tenantRecords() {
        return tenantRecords;
    }

    public AdHocWebhooks oneOffs() {
        return oneOffs;
    }

    /** What the keys of tenants are kept as. */
    public KeyedHash keyHash() {
        return keyHash;
    }

    public <T extends SpecificRecordBase> RecordCodec<T> codec(Class<T> type) {
        return new RecordCodec<>(type, schemas);
    }

    public List<Check> health() {
        return tables.health();
    }

    @Override
    public void close() {
        tables.close();
        gcMetrics.close();
        metrics.close();
    }
}
