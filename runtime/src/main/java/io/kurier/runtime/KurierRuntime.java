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
 * Everything that the parts of one process share, made in the right order: Kafka clients, topics that were checked,
 * announced schemas, complete control tables, the clock and the metrics. It only wires: {@code Main} and the parts
 * ({@code IngestApi}, {@code Dispatcher}, {@code RetryScheduler}) take from it what their classes need and pass that
 * on, so that those classes can be tested without a runtime. Start it before any part and close it after all of them.
 * Any thread.
 */
public final class KurierRuntime implements AutoCloseable {
    public static final String ENCRYPTION_KEY = "KURIER_ENCRYPTION_KEY";

    private final KafkaClients kafka;
    private final RetryTiers retryTiers;
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
    private final AdHocWebhooks adHocWebhooks;
    private final KeyedHash keyHash;

    private KurierRuntime(KafkaSettings settings, KafkaClients kafka, SecretBox secretBox, ProcessClock clock) {
        this.kafka = kafka;
        this.retryTiers = settings.retryTiers();
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
        this.adHocWebhooks = new AdHocWebhooks(secretBox);
        this.keyHash = secretBox.keyedHash("keys of tenants");
        new JvmMemoryMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        gcMetrics.bindTo(metrics);
    }

    /** The settings declared here. */
    public static ConfigDef definition() {
        return new ConfigDef()
                .define(
                        ENCRYPTION_KEY,
                        Type.PASSWORD,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Checks.check("32 bytes in base64; several keys are separated by commas", SecretBox::withKey),
                        Importance.HIGH,
                        "Key that encrypts the secrets in Kafka's topics: 32 bytes in base64, the same for "
                                + "every process. `openssl rand -base64 32` makes one; standalone mode makes its own. "
                                + "With several keys, the first encrypts and all of them decrypt. To change the key: 1. "
                                + "add the new key after the old one in every process; 2. put the new key first; 3. "
                                + "wait until `kurier_webhooks_former_key` is 0, change every tenant that has a default "
                                + "secret once, and replace API keys that were made before, since their hashes cannot "
                                + "be computed again; 4. remove the old key.");
    }

    /** The settings that every process needs besides those of its parts. */
    public static List<ConfigDef> definitions() {
        return List.of(KafkaSettings.definition(), definition());
    }

    /**
     * Starts with real Kafka clients and the machine's clocks.
     *
     * @throws io.kurier.runtime.kafka.UnfitTopicsException if an existing topic has settings that break a promise
     * @throws org.apache.kafka.common.KafkaException if Kafka cannot be reached
     */
    public static KurierRuntime start(Settings settings) throws InterruptedException {
        KafkaSettings kafka = KafkaSettings.from(settings);
        return start(
                kafka,
                new ConfiguredKafkaClients(kafka.client()),
                SecretBox.withKey(settings.secret(ENCRYPTION_KEY)),
                ProcessClock.system());
    }

    /**
     * Starts with the given clients and clock: creates and checks the topics, announces this version's schemas, and
     * returns when every control table is complete.
     *
     * @param clock the wall clock; a {@link ProcessClock} replaces the monotonic clock and the pauses too
     */
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

    /** Makes Kafka clients; callers close them. */
    public KafkaClients kafka() {
        return kafka;
    }

    /** The delays of the retry topics. */
    public RetryTiers retryTiers() {
        return retryTiers;
    }

    /** The names and settings of all topics. */
    public TopicCatalog topics() {
        return topics;
    }

    /** The only clock that parts may read. */
    public ProcessClock clock() {
        return clock;
    }

    /** Parts register their metrics here. */
    public PrometheusMeterRegistry metrics() {
        return metrics;
    }

    /** The control tables: how far they have read, and how stale they may be. */
    public ControlTables tables() {
        return tables;
    }

    /** Webhooks by id. */
    public ControlTable<Webhook> webhooks() {
        return webhooks;
    }

    /** Writes records of the topic {@code webhooks}. */
    public WebhookRecords webhookRecords() {
        return webhookRecords;
    }

    /** Orders and progress of replays, by {@link io.kurier.runtime.control.ReplayKeys}. */
    public ControlTable<ReplayRecord> replays() {
        return replays;
    }

    /** Open circuit breakers by webhook id. */
    public ControlTable<CircuitRecord> circuits() {
        return circuits;
    }

    /** Registered event types with their schemas. */
    public ControlTable<EventTypeRecord> eventTypes() {
        return eventTypes;
    }

    /** Tenants and their API keys. */
    public Tenants tenants() {
        return tenants;
    }

    /** Writes records of the topic {@code tenants}. */
    public TenantRecords tenantRecords() {
        return tenantRecords;
    }

    /** Seals and opens the ad-hoc webhooks that events carry. */
    public AdHocWebhooks adHocWebhooks() {
        return adHocWebhooks;
    }

    /** Hashes API keys; only hashes are stored. */
    public KeyedHash keyHash() {
        return keyHash;
    }

    /** Encodes and decodes records of this type with the schemas this process knows. */
    public <T extends SpecificRecordBase> RecordCodec<T> codec(Class<T> type) {
        return new RecordCodec<>(type, schemas);
    }

    /** The health checks of what is shared: the control tables. */
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
