package io.kurier.runtime.control;

import io.kurier.model.ClientTls;
import io.kurier.model.EventPattern;
import io.kurier.model.Pace;
import io.kurier.model.RateLimit;
import io.kurier.model.RetryPolicy;
import io.kurier.model.SecretBox;
import io.kurier.model.SigningSecret;
import io.kurier.model.StatusRules;
import io.kurier.model.Throttle;
import io.kurier.model.Webhook;
import io.kurier.model.WebhookUrl;
import io.kurier.schemas.WebhookRecord;
import io.kurier.schemas.WebhookState;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Webhooks to records of the topic {@code webhooks} and back; what is secret in them is encrypted there. */
public final class WebhookRecords {
    private final RecordCodec<WebhookRecord> codec;
    private final SecretBox box;

    public WebhookRecords(RecordCodec<WebhookRecord> codec, SecretBox box) {
        this.codec = codec;
        this.box = box;
    }

    public byte[] write(Webhook webhook) {
        RateLimit rate = webhook.pace().rate();
        return codec.encode(WebhookRecord.newBuilder()
                .setId(webhook.id())
                .setTenant(webhook.tenant())
                .setNumber(webhook.number())
                .setRevision(webhook.revision())
                .setUrl(seal(webhook, "url", webhook.url().text()))
                .setEvents(webhook.events().stream().map(EventPattern::text).toList())
                .setDescription(webhook.description())
                .setSecret(seal(webhook, "secret", webhook.secret().reveal()))
                .setRetryScheduleMs(webhook.retry().schedule().stream()
                        .map(Duration::toMillis)
                        .toList())
                .setRetryJitter(webhook.retry().jitter())
                .setRetrySuccess(webhook.retry().statuses().success())
                .setRetryOn(webhook.retry().statuses().retryOn())
                .setRetryGiveUpOn(webhook.retry().statuses().giveUpOn())
                .setTimeoutMs(webhook.timeout().toMillis())
                .setMaxInFlight(webhook.pace().maxInFlight())
                .setRateLimit(rate == null ? 0 : rate.limit())
                .setRatePerMs(rate == null ? 0 : rate.per().toMillis())
                .setThrottleMs(webhook.throttle().intervals().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().toMillis())))
                .setState(WebhookState.valueOf(webhook.state().kind().name()))
                .setStateReason(webhook.state().reason())
                .setTlsCa(sealed(webhook, "tls_ca", webhook.tls().ca()))
                .setTlsCertificate(
                        sealed(webhook, "tls_certificate", webhook.tls().certificate()))
                .setTlsKey(sealed(webhook, "tls_key", webhook.tls().key()))
                .setCreatedAtMs(webhook.createdAtMs())
                .build());
    }

    private @Nullable ByteBuffer sealed(Webhook webhook, String field, @Nullable String text) {
        return text == null ? null : seal(webhook, field, text);
    }

    private ByteBuffer seal(Webhook webhook, String field, String text) {
        return ByteBuffer.wrap(box.seal(text, place(webhook.tenant(), webhook.id(), field)));
    }

    /** @throws GeneralSecurityException when another key encrypted it */
    public Webhook read(String key, byte[] value)
            throws UnreadableRecordException, UnknownSchemaException, GeneralSecurityException {
        WebhookRecord record = codec.decode(value);
        return new Webhook(
                record.getId(),
                record.getTenant(),
                record.getNumber(),
                record.getRevision(),
                WebhookUrl.parse(open(record, "url", record.getUrl())),
                record.getEvents().stream().map(EventPattern::new).toList(),
                record.getDescription(),
                SigningSecret.parse(open(record, "secret", record.getSecret())),
                new RetryPolicy(
                        record.getRetryScheduleMs().stream()
                                .map(Duration::ofMillis)
                                .toList(),
                        record.getRetryJitter(),
                        new StatusRules(record.getRetrySuccess(), record.getRetryOn(), record.getRetryGiveUpOn())),
                Duration.ofMillis(record.getTimeoutMs()),
                new Pace(
                        record.getMaxInFlight(),
                        record.getRateLimit() == 0
                                ? null
                                : new RateLimit(record.getRateLimit(), Duration.ofMillis(record.getRatePerMs()))),
                new Throttle(record.getThrottleMs().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> Duration.ofMillis(entry.getValue())))),
                tls(record),
                new Webhook.State(kind(record.getState()), record.getStateReason()),
                record.getCreatedAtMs());
    }

    /** What a newer version made of it, this one holds. */
    private static Webhook.Kind kind(WebhookState state) {
        return state == WebhookState.UNKNOWN ? Webhook.Kind.PAUSED : Webhook.Kind.valueOf(state.name());
    }

    private ClientTls tls(WebhookRecord record) throws GeneralSecurityException {
        String ca = opened(record, "tls_ca", record.getTlsCa());
        String certificate = opened(record, "tls_certificate", record.getTlsCertificate());
        String key = opened(record, "tls_key", record.getTlsKey());
        return ca == null && certificate == null && key == null ? ClientTls.NONE : new ClientTls(ca, certificate, key);
    }

    private @Nullable String opened(WebhookRecord record, String field, @Nullable ByteBuffer sealed)
            throws GeneralSecurityException {
        return sealed == null ? null : open(record, field, sealed);
    }

    private String open(WebhookRecord record, String field, ByteBuffer sealed) throws GeneralSecurityException {
        byte[] bytes = new byte[sealed.remaining()];
        sealed.duplicate().get(bytes);
        try {
            return box.open(bytes, place(record.getTenant(), record.getId(), field));
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(
                    "KURIER_ENCRYPTION_KEY does not open the " + field + " of webhook " + record.getId(), e);
        }
    }

    private static String place(String tenant, String id, String field) {
        return tenant + "|" + id + "|" + field;
    }
}
