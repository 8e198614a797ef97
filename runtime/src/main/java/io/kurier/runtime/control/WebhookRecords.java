package io.kurier.runtime.control;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.retry.StatusRules;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.tls.ClientTls;
import io.kurier.model.webhook.CustomHeaders;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.PayloadSettings;
import io.kurier.model.webhook.RateLimit;
import io.kurier.model.webhook.Throttle;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.WebhookRecord;
import io.kurier.schemas.WebhookSecret;
import io.kurier.schemas.WebhookState;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Converts webhooks to records of the topic {@code webhooks} and back. URLs, secrets, headers and TLS keys are
 * encrypted there.
 */
public final class WebhookRecords {
    private final RecordCodec<WebhookRecord> codec;
    private final SecretBox box;
    private final Set<String> sealedByFormerKeys = ConcurrentHashMap.newKeySet();

    public WebhookRecords(RecordCodec<WebhookRecord> codec, SecretBox box) {
        this.codec = codec;
        this.box = box;
    }

    public byte[] write(Webhook webhook) {
        RateLimit rate = webhook.pace().rate();
        PayloadSettings content = webhook.content();
        return codec.encode(WebhookRecord.newBuilder()
                .setId(webhook.id())
                .setTenant(webhook.tenant())
                .setNumber(webhook.number())
                .setRevision(webhook.revision())
                .setUrl(seal(webhook, "url", webhook.url().text()))
                .setEvents(webhook.events().stream().map(EventPattern::text).toList())
                .setDescription(webhook.description())
                .setSecret(seal(webhook, "secret", webhook.signing().newest().reveal()))
                .setSecrets(secrets(webhook))
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
                .setHeaders(
                        content.headers().isEmpty()
                                ? null
                                : seal(webhook, "headers", content.headers().lines()))
                .setAsciiJson(content.asciiJson())
                .setWhen(content.when())
                .setTransform(content.transform())
                .setFile(webhook.file())
                .setCreatedAtMs(webhook.createdAtMs())
                .build());
    }

    private List<WebhookSecret> secrets(Webhook webhook) {
        List<Signing.Key> keys = webhook.signing().keys();
        if (keys.equals(Signing.with(webhook.signing().newest()).keys())) {
            return List.of();
        }
        return keys.stream()
                .map(key ->
                        new WebhookSecret(seal(webhook, "secrets", key.secret().reveal()), key.fromMs(), key.untilMs()))
                .toList();
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
        Webhook webhook = webhook(record);
        if (box.isByFirstKey(bytes(record.getSecret()))) {
            sealedByFormerKeys.remove(key);
        } else {
            sealedByFormerKeys.add(key);
        }
        return webhook;
    }

    /** Ids of webhooks read whose secrets the key that seals now did not seal; some may be deleted since. */
    public Set<String> sealedByFormerKeys() {
        return Set.copyOf(sealedByFormerKeys);
    }

    private Webhook webhook(WebhookRecord record) throws GeneralSecurityException {
        return Webhook.of(
                        record.getId(),
                        record.getTenant(),
                        WebhookUrl.parse(open(record, "url", record.getUrl())),
                        signing(record))
                .number(record.getNumber())
                .revision(record.getRevision())
                .events(record.getEvents().stream().map(EventPattern::new).toList())
                .description(record.getDescription())
                .retry(retry(record))
                .timeout(Duration.ofMillis(record.getTimeoutMs()))
                .pace(pace(record))
                .throttle(new Throttle(record.getThrottleMs().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> Duration.ofMillis(entry.getValue())))))
                .tls(tls(record))
                .content(content(record))
                .state(new Webhook.State(kind(record.getState()), record.getStateReason()))
                .file(record.getFile())
                .createdAtMs(record.getCreatedAtMs())
                .build();
    }

    private Signing signing(WebhookRecord record) throws GeneralSecurityException {
        if (record.getSecrets().isEmpty()) {
            return Signing.with(SigningSecret.parse(open(record, "secret", record.getSecret())));
        }
        List<Signing.Key> keys = new ArrayList<>();
        for (WebhookSecret key : record.getSecrets()) {
            SigningSecret secret = SigningSecret.parse(open(record, "secrets", key.getSecret()));
            keys.add(new Signing.Key(secret, key.getFromMs(), key.getUntilMs()));
        }
        return new Signing(keys);
    }

    private PayloadSettings content(WebhookRecord record) throws GeneralSecurityException {
        String headers = opened(record, "headers", record.getHeaders());
        return new PayloadSettings(
                        headers == null ? CustomHeaders.NONE : CustomHeaders.parse(headers),
                        record.getAsciiJson(),
                        record.getWhen(),
                        record.getTransform())
                .orPlain();
    }

    private static RetryPolicy retry(WebhookRecord record) {
        return new RetryPolicy(
                record.getRetryScheduleMs().stream().map(Duration::ofMillis).toList(),
                record.getRetryJitter(),
                new StatusRules(record.getRetrySuccess(), record.getRetryOn(), record.getRetryGiveUpOn()));
    }

    private static DeliveryLimits pace(WebhookRecord record) {
        RateLimit rate = record.getRateLimit() == 0
                ? null
                : new RateLimit(record.getRateLimit(), Duration.ofMillis(record.getRatePerMs()));
        return new DeliveryLimits(record.getMaxInFlight(), rate);
    }

    /** A state that only a newer version knows is treated as paused: deliveries are held. */
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
        try {
            return box.open(bytes(sealed), place(record.getTenant(), record.getId(), field));
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(
                    "cannot decrypt the " + field + " of webhook " + record.getId()
                            + "; KURIER_ENCRYPTION_KEY lacks the key it was encrypted with",
                    e);
        }
    }

    private static byte[] bytes(ByteBuffer sealed) {
        byte[] bytes = new byte[sealed.remaining()];
        sealed.duplicate().get(bytes);
        return bytes;
    }

    private static String place(String tenant, String id, String field) {
        return tenant + "|" + id + "|" + field;
    }
}
