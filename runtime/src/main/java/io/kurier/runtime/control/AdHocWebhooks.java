package io.kurier.runtime.control;

import io.kurier.model.Ids;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.secret.KeyedHash;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.schemas.Event;
import io.kurier.schemas.OneOffReceiver;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

/**
 * Seals the receivers that events name themselves, and opens them again. Only who has the key can make one that opens, and
 * only at its event. Any thread.
 */
public final class AdHocWebhooks {
    private final SecretBox box;
    private final KeyedHash hash;

    public AdHocWebhooks(SecretBox box) {
        this.box = box;
        this.hash = box.keyedHash("one-off webhooks");
    }

    /**
     * As the event carries it.
     *
     * @param tenantsOffset end of the topic {@code tenants} as the door sees it
     */
    public OneOffReceiver seal(String tenant, String eventId, WebhookUrl url, long tenantsOffset) {
        // a plain hash of a URL would tell who guesses the URL that he guessed right
        String id = Ids.webhookFor(hash.of(tenant + "\0" + url.text()).digest());
        byte[] sealed = box.seal(url.text(), place(tenant, eventId, id, tenantsOffset));
        return new OneOffReceiver(id, ByteBuffer.wrap(sealed), tenantsOffset);
    }

    /** @throws GeneralSecurityException when no door of this installation made it for this event */
    public AdHocWebhook open(Event event, OneOffReceiver receiver) throws GeneralSecurityException {
        byte[] sealed = new byte[receiver.getUrl().remaining()];
        receiver.getUrl().duplicate().get(sealed);
        String id = receiver.getWebhookId();
        String url = box.open(sealed, place(event.getTenant(), event.getId(), id, receiver.getTenantsOffset()));
        return new AdHocWebhook(id, event.getTenant(), WebhookUrl.parse(url));
    }

    /** No webhook's place is that: theirs have an id, which begins with wh_, behind the tenant. */
    private static String place(String tenant, String eventId, String webhookId, long tenantsOffset) {
        return tenant + "|one-off|" + eventId + "|" + webhookId + "|" + tenantsOffset;
    }
}
