package io.kurier.ingest.tenants;

import io.kurier.ingest.control.ReplayOrders;
import io.kurier.ingest.control.TenantChanges;
import io.kurier.ingest.control.WebhookChanges;
import io.kurier.ingest.eventtypes.EventTypeChanges;
import io.kurier.ingest.http.Problem;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.control.ControlWriter;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Deletes a tenant: first its keys, with a mark that lets no webhook be made; then its event types, and its webhooks, so many
 * in a step; at last the mark. Whoever is stopped in between, or has no more time, leaves the mark, and the next request goes on. Waits
 * for Kafka: not on an event loop.
 */
public final class TenantDeletion {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final int STEP = 500;

    private final TenantChanges tenants;
    private final EventTypeChanges types;
    private final WebhookChanges webhooks;
    private final ReplayOrders releases;
    private final double releaseRate;

    public TenantDeletion(
            TenantChanges tenants,
            EventTypeChanges types,
            WebhookChanges webhooks,
            ReplayOrders releases,
            double releaseRate) {
        this.tenants = tenants;
        this.types = types;
        this.webhooks = webhooks;
        this.releases = releases;
        this.releaseRate = releaseRate;
    }

    /**
     * @param check refuses when the tenant must not be deleted
     * @return how many webhooks are left for the next request; 0 when the tenant is gone
     */
    int run(String id, Consumer<Tenant> check) throws ControlWriter.UnavailableException, InterruptedException {
        if (id.equals(Tenant.DEFAULT)) {
            throw Problem.of(409, "tenant default is always there: delete its keys and webhooks instead")
                    .refused();
        }
        tenants.beginDeleting(id, check);
        types.deleteAll(id);
        // what another API decided before it saw the mark is seen here, or decided there again
        webhooks.takeOverAnew();
        long began = System.nanoTime();
        boolean held = false;
        WebhookChanges.Step step;
        do {
            step = webhooks.deleteSome(id, STEP);
            held |= step.anyInactive();
        } while (step.left() > 0 && System.nanoTime() - began < LONGEST.toNanos());
        if (held) {
            // workers discard on record what was held for them
            releases.release(id, null, releaseRate);
        }
        if (step.left() == 0) {
            tenants.forget(id);
        }
        return step.left();
    }
}
