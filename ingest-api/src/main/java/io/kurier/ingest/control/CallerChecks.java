package io.kurier.ingest.control;

import io.kurier.ingest.http.Caller;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestParams;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.control.Tenants;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Verifies, when a change is decided, that the caller's key and tenant are still there. Without it a request that passed
 * authentication just before another API deleted the tenant would create something for a deleted tenant.
 */
public final class CallerChecks {
    private final Tenants tenants;
    private final TableCatchUp catchUp;

    /** @param catchUp of the table of tenants and keys */
    public CallerChecks(Tenants tenants, TableCatchUp catchUp) {
        this.tenants = tenants;
        this.catchUp = catchUp;
    }

    /** The caller and tenant of an authenticated request. Called on its event loop. */
    public CallerSnapshot snapshot(RoutingContext context) {
        String tenant = RequestParams.tenant(context);
        return new CallerSnapshot(
                Caller.of(context).key(), tenant, tenants.get(tenant).isPresent());
    }

    /**
     * Blocks: not on an event loop.
     *
     * @throws Problem.RefusedException if the key was revoked, or the tenant was deleted or is being deleted
     * @throws org.apache.kafka.common.KafkaException if this cannot be verified now
     */
    public void check(CallerSnapshot caller) throws InterruptedException {
        if (caller.key() == null && !caller.isRegistered()) {
            return;
        }
        catchUp.await();
        if (caller.key() != null && tenants.key(caller.key().id()).isEmpty()) {
            throw Problem.of(401, "the API key was revoked while the request was running")
                    .refused();
        }
        Optional<Tenant> found = tenants.get(caller.tenant());
        if (caller.isRegistered() && found.isEmpty()) {
            throw Problem.notFound("tenant", caller.tenant()).refused();
        }
        if (found.filter(Tenant::deleting).isPresent()) {
            throw TenantChanges.deleting(caller.tenant()).refused();
        }
    }
}
