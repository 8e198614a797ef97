package io.kurier.ingest.control;

import io.kurier.ingest.http.Problem;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.runtime.control.ControlWriter;
import io.kurier.runtime.control.TenantRecords;
import io.kurier.runtime.control.Tenants;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes tenants and keys into their topic. Waits for Kafka: not on an event loop. */
public final class TenantChanges {
    /** All go in one transaction when their tenant is deleted. */
    public static final int MOST_KEYS = 100;

    private final Tenants tenants;
    private final TenantRecords records;
    private final ChangeWriter writer;

    /** @param writer of the topic {@code tenants} */
    public TenantChanges(Tenants tenants, TenantRecords records, ChangeWriter writer) {
        this.tenants = tenants;
        this.records = records;
        this.writer = writer;
    }

    /** The tenant as it is; {@code default} is always there. */
    public Tenant find(String id) {
        return tenants.get(id)
                .or(() -> Optional.of(Tenant.plain(id)).filter(plain -> id.equals(Tenant.DEFAULT)))
                .orElseThrow(() -> Problem.notFound("tenant", id).refused());
    }

    /** The same, when it takes changes. */
    private Tenant findActive(String id) {
        Tenant tenant = find(id);
        if (tenant.deleting()) {
            throw deleting(id).refused();
        }
        return tenant;
    }

    static Problem deleting(String id) {
        return Problem.of(409, "tenant " + id + " is being deleted; DELETE /tenants/" + id + " goes on with it");
    }

    public void register(Tenant asked) throws ControlWriter.UnavailableException, InterruptedException {
        writer.write(asked.id(), () -> {
            if (asked.id().equals(Tenant.DEFAULT) || tenants.get(asked.id()).isPresent()) {
                throw new Problem(
                                409,
                                "tenant " + asked.id() + " is there already",
                                "id",
                                asked.id(),
                                "expected a new id")
                        .refused();
            }
            return records.write(asked);
        });
    }

    /**
     * Replaces the tenant by its next revision.
     *
     * @param change is given the tenant as it is now, which nobody else changes meanwhile; what it throws is passed on
     */
    public Tenant change(String id, UnaryOperator<Tenant> change)
            throws ControlWriter.UnavailableException, InterruptedException {
        Revision revision = new Revision(findActive(id), change);
        writer.write(id, revision);
        return revision.made;
    }

    private final class Revision implements ControlWriter.Change {
        private final UnaryOperator<Tenant> change;
        private Tenant made;

        Revision(Tenant before, UnaryOperator<Tenant> change) {
            this.made = before;
            this.change = change;
        }

        @Override
        public byte[] decide() {
            made = change.apply(findActive(made.id()));
            return records.write(made);
        }
    }

    public void add(ApiKey key) throws ControlWriter.UnavailableException, InterruptedException {
        writer.writeAll(() -> {
            if (tenants.key(key.id()).isPresent()) {
                return Map.of();
            }
            findActive(key.tenant());
            int keys = tenants.keysOf(key.tenant()).size();
            if (keys >= MOST_KEYS) {
                throw Problem.of(
                                409,
                                "tenant " + key.tenant() + " has " + keys + " keys: expected at most " + MOST_KEYS
                                        + ", so revoke one first")
                        .refused();
            }
            return Map.of(Tenants.place(key), records.write(key));
        });
    }

    public void revoke(ApiKey key) throws ControlWriter.UnavailableException, InterruptedException {
        writer.writeAll(() -> deletion(tenants.key(key.id()).map(List::of).orElse(List.of())));
    }

    private static Map<String, byte @Nullable []> deletion(List<ApiKey> keys) {
        Map<String, byte @Nullable []> values = new LinkedHashMap<>();
        keys.forEach(key -> values.put(Tenants.place(key), null));
        return values;
    }

    /**
     * All keys of the tenant go, and no webhook can be made any more.
     *
     * @param check refuses when it must not be deleted
     */
    public void beginDeleting(String id, Consumer<Tenant> check)
            throws ControlWriter.UnavailableException, InterruptedException {
        writer.writeAll(() -> {
            Tenant tenant = find(id);
            if (tenant.deleting()) {
                return Map.of();
            }
            check.accept(tenant);
            Map<String, byte @Nullable []> values = deletion(tenants.keysOf(id));
            values.put(id, records.write(tenant.beingDeleted()));
            return values;
        });
    }

    /** The end of a deletion. */
    public void forget(String id) throws ControlWriter.UnavailableException, InterruptedException {
        writer.writeAll(() -> {
            Map<String, byte @Nullable []> values = new LinkedHashMap<>();
            tenants.get(id).filter(Tenant::deleting).ifPresent(tenant -> values.put(id, null));
            return values;
        });
    }

    /** Writes when keys were used: of those that are still there, and whose last use on record is older than that. */
    void used(Map<String, Long> usedAtMs, long notedBeforeMs)
            throws ControlWriter.UnavailableException, InterruptedException {
        writer.writeAll(() -> {
            Map<String, byte @Nullable []> values = new LinkedHashMap<>();
            usedAtMs.forEach((id, atMs) -> tenants.key(id)
                    .filter(key -> key.lastUsedAtMs() == null || key.lastUsedAtMs() < notedBeforeMs)
                    .ifPresent(key -> values.put(Tenants.place(key), records.write(key.usedAt(atMs)))));
            return values;
        });
    }
}
