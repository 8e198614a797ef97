package io.kurier.runtime.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.secret.SecretBox;
import io.kurier.schemas.Event;
import io.kurier.schemas.OneOffReceiver;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AdHocWebhooksTest {
    private static final WebhookUrl URL = WebhookUrl.parse("https://example.com/hook?token=hidden-token");

    private final AdHocWebhooks oneOffs = new AdHocWebhooks(SecretBox.withKey(SecretBox.newKey()));

    private static Event event(String tenant, String id) {
        return Event.newBuilder()
                .setId(id)
                .setTenant(tenant)
                .setType("job.completed")
                .setJobId("job-1")
                .setTime(Instant.EPOCH)
                .setData(ByteBuffer.wrap("{}".getBytes(UTF_8)))
                .build();
    }

    @Test
    void theSameTenantAndUrlAreTheSameReceiverWhateverTheEvent() throws Exception {
        OneOffReceiver one = oneOffs.seal("acme", "evt_1", URL, 3);
        OneOffReceiver two = oneOffs.seal("acme", "evt_2", URL, 5);

        assertThat(one.getWebhookId()).isEqualTo(two.getWebhookId()).matches("wh_[0-9a-z]{26}");
        assertThat(oneOffs.seal("other", "evt_1", URL, 3).getWebhookId()).isNotEqualTo(one.getWebhookId());
        assertThat(oneOffs.open(event("acme", "evt_2"), two).url()).isEqualTo(URL);
        assertThat(oneOffs.open(event("acme", "evt_2"), two).webhookId()).isEqualTo(one.getWebhookId());
    }

    @Test
    void theUrlIsReadableNowhereAndItsIdIsNoPlainHash() throws Exception {
        OneOffReceiver sealed = oneOffs.seal("acme", "evt_1", URL, 3);
        byte[] bytes = new byte[sealed.getUrl().remaining()];
        sealed.getUrl().duplicate().get(bytes);

        assertThat(new String(bytes, ISO_8859_1)).doesNotContain("hidden-token").doesNotContain("example.com");
        AdHocWebhooks elsewhere = new AdHocWebhooks(SecretBox.withKey(SecretBox.newKey()));
        assertThat(elsewhere.seal("acme", "evt_1", URL, 3).getWebhookId()).isNotEqualTo(sealed.getWebhookId());
    }

    @Test
    void itOpensOnlyAtItsEventAndUnderItsId() throws Exception {
        OneOffReceiver sealed = oneOffs.seal("acme", "evt_1", URL, 3);
        assertRefused(event("acme", "evt_2"), sealed);
        assertRefused(event("other", "evt_1"), sealed);
        assertRefused(event("acme", "evt_1"), new OneOffReceiver("wh_of_someone_else", sealed.getUrl(), 3L));
        assertRefused(event("acme", "evt_1"), new OneOffReceiver(sealed.getWebhookId(), sealed.getUrl(), 4L));
        assertThat(oneOffs.open(event("acme", "evt_1"), sealed).tenant()).isEqualTo("acme");
    }

    private void assertRefused(Event event, OneOffReceiver receiver) {
        assertThatExceptionOfType(GeneralSecurityException.class).isThrownBy(() -> oneOffs.open(event, receiver));
    }
}
