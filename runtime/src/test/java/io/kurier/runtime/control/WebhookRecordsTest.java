package io.kurier.runtime.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.kurier.schemas.wire.WriterSchemas;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WebhookRecordsTest {
    private static final RecordCodec<WebhookRecord> CODEC = new RecordCodec<>(WebhookRecord.class, new WriterSchemas());
    private static final SigningSecret SECRET = SigningSecret.random();
    private static final SigningSecret FORMER = SigningSecret.random(SigningSecret.Scheme.V1A);
    private static final ClientTls TLS = new ClientTls("t0psecret ca", "t0psecret certificate", "t0psecret key");
    private static final Webhook WEBHOOK = webhook("acme", "wh_1");

    private final WebhookRecords records = new WebhookRecords(CODEC, SecretBox.withKey(SecretBox.newKey()));

    private static Webhook webhook(String tenant, String id) {
        return Webhook.of(
                        id,
                        tenant,
                        WebhookUrl.parse("https://hooks.example.com/t0ken?key=t0ken"),
                        new Signing(List.of(
                                new Signing.Key(SECRET, 5, Signing.NEVER),
                                new Signing.Key(FORMER, 0, 1_795_000_000_001L))))
                .number(7)
                .revision(3)
                .events(List.of(new EventPattern("job.*"), new EventPattern("*")))
                .description("a receiver")
                .retry(new RetryPolicy(
                        List.of(Duration.ofSeconds(1), Duration.ofMinutes(5)),
                        0.25,
                        new StatusRules(List.of("200"), List.of("429", "5xx"), List.of("4xx"))))
                .timeout(Duration.ofSeconds(9))
                .pace(new DeliveryLimits(5, new RateLimit(100, Duration.ofMinutes(1))))
                .throttle(new Throttle(Map.of("download.progress", Duration.ofSeconds(2))))
                .tls(TLS)
                .content(new PayloadSettings(
                        CustomHeaders.of(Map.of("Authorization", "Bearer t0psecret", "X-Team", "video")),
                        true,
                        "data.progress == 100",
                        "{'text': data.status}"))
                .state(new Webhook.State(Webhook.Kind.DISABLED, "its owner said so"))
                .file("studio")
                .createdAtMs(1_795_000_000_000L)
                .build();
    }

    @Test
    void readsWhatItWrote() throws Exception {
        Webhook read = records.read("wh_1", records.write(WEBHOOK));

        assertThat(read).isEqualTo(WEBHOOK);
    }

    @Test
    void aRecordWithoutTlsHasNoWishes() throws Exception {
        WebhookRecord record = CODEC.decode(records.write(WEBHOOK));
        record.setTlsCa(null);
        record.setTlsCertificate(null);
        record.setTlsKey(null);

        assertThat(records.read("wh_1", CODEC.encode(record)).tls()).isSameAs(ClientTls.NONE);
    }

    @Test
    void neitherTheSecretNorTheUrlIsReadableInTheBytes() {
        String bytes = new String(records.write(WEBHOOK), ISO_8859_1);

        assertThat(bytes).contains("acme", "job.*");
        assertThat(bytes)
                .doesNotContain(
                        "whsec_",
                        "whsk_",
                        SECRET.reveal().substring(10, 30),
                        "t0psecret",
                        "hooks.example.com",
                        "t0ken",
                        "https");
    }

    @Test
    void anotherKeyDoesNotOpenThem() {
        byte[] written = records.write(WEBHOOK);
        WebhookRecords other = new WebhookRecords(CODEC, SecretBox.withKey(SecretBox.newKey()));

        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> other.read("wh_1", written))
                .withMessageContaining("KURIER_ENCRYPTION_KEY")
                .withMessageContaining("wh_1");
    }

    /** A writer of the topic must not be able to move one webhook's secret or URL into another. */
    @Test
    void whatWasSealedForAnotherPlaceDoesNotOpen() throws Exception {
        WebhookRecord otherWebhook = CODEC.decode(records.write(webhook("acme", "wh_2")));
        WebhookRecord otherTenant = CODEC.decode(records.write(webhook("other", "wh_1")));

        assertRefused(record -> alone(record).setSecret(otherWebhook.getSecret()));
        assertRefused(record -> record.setSecrets(otherWebhook.getSecrets()));
        assertRefused(record -> record.setHeaders(otherWebhook.getHeaders()));
        assertRefused(record -> record.setUrl(otherWebhook.getUrl()));
        assertRefused(record -> alone(record).setSecret(otherTenant.getSecret()));
        assertRefused(record -> record.setUrl(record.getSecret()));
        assertRefused(record -> record.setTlsCa(otherWebhook.getTlsCa()));
        assertRefused(record -> record.setTlsKey(otherWebhook.getTlsKey()));
        assertRefused(record -> record.setTlsCertificate(record.getTlsKey()));
        assertRefused(record -> record.setId("wh_2"));
        assertRefused(record -> record.setTenant("other"));
    }

    /** A webhook with one secret. */
    private static WebhookRecord alone(WebhookRecord record) {
        record.setSecrets(List.of());
        return record;
    }

    @Test
    void whatAFormerKeySealedIsReadAndCountedUntilItIsWrittenAgain() throws Exception {
        String former = SecretBox.newKey();
        byte[] old = new WebhookRecords(CODEC, SecretBox.withKey(former)).write(WEBHOOK);
        WebhookRecords both = new WebhookRecords(CODEC, SecretBox.withKey(SecretBox.newKey() + "," + former));

        assertThat(both.read("wh_1", old)).isEqualTo(WEBHOOK);
        assertThat(both.sealedByFormerKeys()).containsExactly("wh_1");
        assertThat(both.read("wh_1", both.write(WEBHOOK))).isEqualTo(WEBHOOK);
        assertThat(both.sealedByFormerKeys()).isEmpty();
    }

    private void assertRefused(Consumer<WebhookRecord> moved) throws Exception {
        WebhookRecord record = CODEC.decode(records.write(WEBHOOK));
        moved.accept(record);
        byte[] bytes = CODEC.encode(record);

        assertThatExceptionOfType(GeneralSecurityException.class).isThrownBy(() -> records.read("wh_1", bytes));
    }

    @Test
    void garbageIsUnreadable() {
        assertThatExceptionOfType(UnreadableRecordException.class)
                .isThrownBy(() -> records.read("wh_1", new byte[] {1, 2, 3}));
    }
}
