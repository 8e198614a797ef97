package io.kurier.ingest.control;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.secret.KeyedHash;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.tenant.TenantEntry;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.TenantRecords;
import io.kurier.runtime.control.Tenants;
import io.kurier.schemas.EventTypeRecord;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.TenantRecord;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What changes control topics, over topics in memory and a clock that stands until it is told to go on. One thread. */
public final class MemoryControlPlane {
    public static final double RELEASES_PER_SECOND = 7;
    static final String REPLAYS = "replays";
    private static final Signing SIGNING = Signing.with(SigningSecret.random());

    public final StoppedClock clock = new StoppedClock(1_800_000_000_000L);
    public final MemoryTopic<ReplayRecord> replays = new MemoryTopic<>(REPLAYS);
    public final MemoryTopic<Webhook> webhooks = new MemoryTopic<Webhook>("webhooks").alsoWriting(REPLAYS, replays);
    public final MemoryTopic<EventTypeRecord> eventTypes = new MemoryTopic<>("event-types");
    public final MemoryTopic<TenantEntry> tenantTopic;
    public final Tenants tenants;
    public final ReplayOrders orders;
    public final TenantChanges tenantChanges;
    public final WebhookChanges webhookChanges;
    private final KeyedHash hash;

    public MemoryControlPlane() {
        this(0);
    }

    /** @param defaultWebhooks how many webhooks a tenant without a quota may have; 0 for no limit */
    MemoryControlPlane(int defaultWebhooks) {
        SecretBox box = SecretBox.withKey(SecretBox.newKey());
        this.hash = box.keyedHash("test");
        TenantRecords records = new TenantRecords(new RecordCodec<>(TenantRecord.class, new WriterSchemas()), box);
        this.tenantTopic = new MemoryTopic<>("tenants", records::read);
        this.tenants = new Tenants(tenantTopic.table);
        this.orders = new ReplayOrders(REPLAYS, replays.topic(), clock, RELEASES_PER_SECOND);
        this.tenantChanges = new TenantChanges(tenants, records, tenantTopic);
        this.webhookChanges = new WebhookChanges(
                webhooks.topic(),
                new WebhookQuota(tenants, webhooks.table, defaultWebhooks),
                new CallerChecks(tenants, () -> {}),
                orders);
    }

    public Webhook webhook(String id, String tenant) {
        Webhook webhook = Webhook.of(id, tenant, WebhookUrl.parse("https://example.com/" + id), SIGNING)
                .nextRevision()
                .build();
        webhooks.put(id, webhook);
        return webhook;
    }

    /** A webhook that is paused in its second revision. */
    public Webhook pausedWebhook(String id, String tenant) {
        Webhook paused = webhook(id, tenant).in(new Webhook.State(Webhook.Kind.PAUSED, ""));
        webhooks.put(id, paused);
        return paused;
    }

    public Tenant tenant(String id) throws Exception {
        tenantChanges.register(Tenant.plain(id));
        return tenants.get(id).orElseThrow();
    }

    public ApiKey key(String id, String tenant) throws Exception {
        ApiKey key = new ApiKey(id, tenant, Set.of(), hash.of(id), "", clock.millis(), null, null);
        tenantChanges.add(key);
        return key;
    }

    public List<ReplayOrder> ordered() {
        return replays.table.values().stream()
                .map(ReplayRecord::getOrder)
                .filter(Objects::nonNull)
                .toList();
    }
}
