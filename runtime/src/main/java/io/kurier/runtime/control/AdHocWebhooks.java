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
 * Encrypts the ad-hoc webhooks (URLs that events name themselves) for their way through Kafka, and decrypts them. A
 * sealed one opens only with the installation's key, and only in the event it was made for. Any thread.
 */
public final class AdHocWebhooks {
    private final SecretBox box;
    private final KeyedHash hash;

    public AdHocWebhooks(SecretBox box) {
        this.box = box;
        // key-derivation input: renaming it would change the ids of all ad-hoc webhooks
        this.hash = box.keyedHash("one-off webhooks");
    }

    /**
     * Makes the ad-hoc webhook as the event carries it.
     *
     * @param tenantsOffset end of the topic {@code tenants} in the API's table, so that workers wait until they know
     *     the tenant's rules
     */
    public OneOffReceiver seal(String tenant, String eventId, WebhookUrl url, long tenantsOffset) {
        // with a plain hash, anybody could check a guess of the URL
        String id = Ids.webhookFor(hash.of(tenant + "\0" + url.text()).digest());
        byte[] sealed = box.seal(url.text(), place(tenant, eventId, id, tenantsOffset));
        return new OneOffReceiver(id, ByteBuffer.wrap(sealed), tenantsOffset);
    }

    /**
     * Opens the ad-hoc webhook that an event carries.
     *
     * @throws GeneralSecurityException if no API of this installation made it for this event
     */
    public AdHocWebhook open(Event event, OneOffReceiver receiver) throws GeneralSecurityException {
        byte[] sealed = new byte[receiver.getUrl().remaining()];
        receiver.getUrl().duplicate().get(sealed);
        String id = receiver.getWebhookId();
        String url = box.open(sealed, place(event.getTenant(), event.getId(), id, receiver.getTenantsOffset()));
        return new AdHocWebhook(id, event.getTenant(), WebhookUrl.parse(url));
    }

    /**
     * Associated data of the encryption. It must not change, or the URLs in Kafka could no longer be decrypted. It
     * never equals that of a registered webhook, where an id that begins with {@code wh_} follows the tenant.
     */
    private static String place(String tenant, String eventId, String webhookId, long tenantsOffset) {
        return tenant + "|one-off|" + eventId + "|" + webhookId + "|" + tenantsOffset;
    }
}
