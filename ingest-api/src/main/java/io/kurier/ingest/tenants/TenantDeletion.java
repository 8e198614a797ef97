package io.kurier.ingest.tenants;

import io.kurier.ingest.control.TenantChanges;
import io.kurier.ingest.control.WebhookChanges;
import io.kurier.ingest.eventtypes.EventTypeChanges;
import io.kurier.ingest.http.Problem;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Deletes a tenant: first its keys, together with a mark on the tenant that lets no webhook be made; then its event types;
 * then its webhooks, some per transaction, each time with the order that discards their held deliveries; at last the tenant
 * with its mark. A deletion that was stopped in between, or ran out of time, leaves the mark, and the next request goes on.
 * Blocks: not on an event loop.
 */
public final class TenantDeletion {
    /** A request that deletes for so long is answered; the next one goes on. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    static final int WEBHOOKS_PER_TRANSACTION = 500;

    private final TenantChanges tenants;
    private final EventTypeChanges types;
    private final WebhookChanges webhooks;
    private final ProcessClock clock;

    public TenantDeletion(TenantChanges tenants, EventTypeChanges types, WebhookChanges webhooks, ProcessClock clock) {
        this.tenants = tenants;
        this.types = types;
        this.webhooks = webhooks;
        this.clock = clock;
    }

    /**
     * @param check gets the tenant before anything is deleted, and throws if it must not be deleted
     * @return how many webhooks are left for the next request; 0 if the tenant is gone
     * @throws Problem.RefusedException if there is no such tenant, or it is the tenant {@code default}
     */
    int run(String id, Consumer<Tenant> check) throws ChangeWriter.UnavailableException, InterruptedException {
        if (id.equals(Tenant.DEFAULT)) {
            throw Problem.of(409, "the tenant default cannot be deleted; delete its keys and webhooks instead")
                    .refused();
        }
        tenants.beginDeleting(id, check);
        types.deleteAll(id);
        // another API may have decided about a webhook before it read the mark: its write is read here or fails
        webhooks.takeOverAnew();
        long beganNanos = clock.nanoTime();
        int left;
        do {
            left = webhooks.deleteSome(id, WEBHOOKS_PER_TRANSACTION);
        } while (left > 0 && clock.nanoTime() - beganNanos < LONGEST.toNanos());
        if (left == 0) {
            tenants.forget(id);
        }
        return left;
    }
}
