package io.kurier.runtime.control;

import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.retry.StatusRules;
import io.kurier.model.secret.KeyedHash;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Role;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.tenant.TenantEntry;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.RateLimit;
import io.kurier.model.webhook.WebhookDefaults;
import io.kurier.schemas.TenantKey;
import io.kurier.schemas.TenantRecord;
import io.kurier.schemas.TenantRetry;
import io.kurier.schemas.TenantSettings;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Converts tenants and API keys to records of the topic {@code tenants} and back. Default secrets and headers are
 * encrypted there; API keys are hashed. Any thread.
 */
public final class TenantRecords {
    private final RecordCodec<TenantRecord> codec;
    private final SecretBox box;

    public TenantRecords(RecordCodec<TenantRecord> codec, SecretBox box) {
        this.codec = codec;
        this.box = box;
    }

    public byte[] write(Tenant tenant) {
        WebhookDefaults defaults = tenant.webhookDefaults();
        RateLimit rate = defaults.rate();
        TenantSettings settings = TenantSettings.newBuilder()
                .setRevision(tenant.revision())
                .setDeleting(tenant.deleting())
                .setAllowWebhookUrl(tenant.allowWebhookUrl())
                .setSecret(secret(tenant.id(), defaults.secret()))
                .setTimeoutMs(
                        defaults.timeout() == null ? null : defaults.timeout().toMillis())
                .setRetry(defaults.retry() == null ? null : retry(defaults.retry()))
                .setRateLimit(rate == null ? 0 : rate.limit())
                .setRatePerMs(rate == null ? 0 : rate.per().toMillis())
                .setHeaders(
                        defaults.headers().isEmpty()
                                ? null
                                : seal(
                                        tenant.id(),
                                        "headers",
                                        defaults.headers().lines()))
                .setStrictEventTypes(tenant.strictEventTypes())
                .setEventsPerSecond(tenant.quota().eventsPerSecond())
                .setWebhooks(tenant.quota().webhooks())
                .setCreatedAtMs(tenant.createdAtMs())
                .build();
        return codec.encode(new TenantRecord(tenant.id(), settings, null));
    }

    private @Nullable ByteBuffer secret(String tenant, @Nullable SigningSecret secret) {
        return secret == null ? null : seal(tenant, "secret", secret.reveal());
    }

    private ByteBuffer seal(String tenant, String field, String text) {
        return ByteBuffer.wrap(box.seal(text, place(tenant, field)));
    }

    private static TenantRetry retry(RetryPolicy retry) {
        return TenantRetry.newBuilder()
                .setScheduleMs(retry.schedule().stream().map(Duration::toMillis).toList())
                .setJitter(retry.jitter())
                .setSuccess(retry.statuses().success())
                .setRetryOn(retry.statuses().retryOn())
                .setGiveUpOn(retry.statuses().giveUpOn())
                .build();
    }

    public byte[] write(ApiKey key) {
        TenantKey record = TenantKey.newBuilder()
                .setId(key.id())
                .setRoles(key.roles().stream().map(Role::text).sorted().toList())
                .setHash(ByteBuffer.wrap(key.hash().bytes()))
                .setDescription(key.description())
                .setCreatedAtMs(key.createdAtMs())
                .setExpiresAtMs(key.expiresAtMs())
                .setLastUsedAtMs(key.lastUsedAtMs())
                .build();
        return codec.encode(new TenantRecord(key.tenant(), null, record));
    }

    /** @throws GeneralSecurityException if the record was encrypted with a key that this process does not have */
    public TenantEntry read(String key, byte[] value)
            throws UnreadableRecordException, UnknownSchemaException, GeneralSecurityException {
        TenantRecord record = codec.decode(value);
        if (record.getKey() != null) {
            return key(record.getTenant(), record.getKey());
        }
        if (record.getSettings() == null) {
            throw new IllegalArgumentException("the record with key " + key + " holds neither a tenant nor an API key");
        }
        return tenant(record.getTenant(), record.getSettings());
    }

    private Tenant tenant(String id, TenantSettings settings) throws GeneralSecurityException {
        TenantRetry retry = settings.getRetry();
        WebhookDefaults defaults = new WebhookDefaults(
                settings.getSecret() == null ? null : SigningSecret.parse(open(id, "secret", settings.getSecret())),
                settings.getTimeoutMs() == null ? null : Duration.ofMillis(settings.getTimeoutMs()),
                retry == null ? null : retry(retry),
                settings.getRateLimit() == 0
                        ? null
                        : new RateLimit(settings.getRateLimit(), Duration.ofMillis(settings.getRatePerMs())),
                settings.getHeaders() == null
                        ? CustomHeaders.NONE
                        : CustomHeaders.parse(open(id, "headers", settings.getHeaders())));
        return new Tenant(
                id,
                defaults,
                settings.getAllowWebhookUrl(),
                settings.getStrictEventTypes(),
                new Tenant.Quota(settings.getEventsPerSecond(), settings.getWebhooks()),
                settings.getDeleting(),
                settings.getRevision(),
                settings.getCreatedAtMs());
    }

    private static RetryPolicy retry(TenantRetry retry) {
        return new RetryPolicy(
                retry.getScheduleMs().stream().map(Duration::ofMillis).toList(),
                retry.getJitter(),
                new StatusRules(retry.getSuccess(), retry.getRetryOn(), retry.getGiveUpOn()));
    }

    private String open(String tenant, String field, ByteBuffer sealed) throws GeneralSecurityException {
        try {
            return box.open(bytes(sealed), place(tenant, field));
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(
                    "cannot decrypt the default " + field + " of tenant " + tenant
                            + "; KURIER_ENCRYPTION_KEY lacks the key it was encrypted with",
                    e);
        }
    }

    private static ApiKey key(String tenant, TenantKey record) {
        return new ApiKey(
                record.getId(),
                tenant,
                record.getRoles().stream()
                        .map(Role::ofKey)
                        .flatMap(Optional::stream)
                        .collect(Collectors.toSet()),
                new KeyedHash.Value(bytes(record.getHash())),
                record.getDescription(),
                record.getCreatedAtMs(),
                record.getExpiresAtMs(),
                record.getLastUsedAtMs());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** Never the place of a webhook, whose id begins with {@code wh_}. */
    private static String place(String tenant, String field) {
        return tenant + "|default|" + field;
    }
}
