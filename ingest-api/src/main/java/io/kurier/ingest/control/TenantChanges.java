package io.kurier.ingest.control;

import io.kurier.ingest.http.Problem;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.runtime.control.TenantRecords;
import io.kurier.runtime.control.Tenants;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes tenants and API keys into the topic {@code tenants}. Blocks: not on an event loop. */
public final class TenantChanges {
    /** The most keys of a tenant. When the tenant is deleted, one transaction deletes them all. */
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

    /**
     * The tenant as it is now; the tenant {@code default} need not be registered. Any thread; does not block.
     *
     * @throws Problem.RefusedException if there is no such tenant
     */
    public Tenant find(String id) {
        return tenants.get(id)
                .or(() -> Optional.of(Tenant.plain(id)).filter(plain -> id.equals(Tenant.DEFAULT)))
                .orElseThrow(() -> Problem.notFound("tenant", id).refused());
    }

    /** @throws Problem.RefusedException if there is no such tenant, or it is being deleted */
    private Tenant findActive(String id) {
        Tenant tenant = find(id);
        if (tenant.deleting()) {
            throw deleting(id).refused();
        }
        return tenant;
    }

    static Problem deleting(String id) {
        return Problem.of(
                409, "tenant " + id + " is being deleted; repeat DELETE /tenants/" + id + " to finish the deletion");
    }

    /** @throws Problem.RefusedException if a tenant of this id is registered */
    public void register(Tenant asked) throws ChangeWriter.UnavailableException, InterruptedException {
        writer.write(asked.id(), () -> {
            if (asked.id().equals(Tenant.DEFAULT) || tenants.get(asked.id()).isPresent()) {
                throw new Problem(
                                409,
                                "tenant " + asked.id() + " exists already",
                                "id",
                                asked.id(),
                                "expected an id that no tenant has")
                        .refused();
            }
            return records.write(asked);
        });
    }

    /**
     * Replaces the tenant by its next revision.
     *
     * @param change gets the tenant as it is now, which no other process changes meanwhile; what it throws is passed on
     * @return the tenant as written
     * @throws Problem.RefusedException if there is no such tenant, or it is being deleted
     */
    public Tenant change(String id, UnaryOperator<Tenant> change)
            throws ChangeWriter.UnavailableException, InterruptedException {
        Revision revision = new Revision(findActive(id), change);
        writer.write(id, revision);
        return revision.made;
    }

    private final class Revision implements ChangeWriter.Change {
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

    /**
     * Writes a new key. Does nothing if there is a key of this id.
     *
     * @throws Problem.RefusedException if the tenant is gone, or has as many keys as it may have
     */
    public void add(ApiKey key) throws ChangeWriter.UnavailableException, InterruptedException {
        writer.writeAll(() -> {
            if (tenants.key(key.id()).isPresent()) {
                return Map.of();
            }
            findActive(key.tenant());
            int keys = tenants.keysOf(key.tenant()).size();
            if (keys >= MOST_KEYS) {
                throw Problem.of(
                                409,
                                "tenant " + key.tenant() + " has " + keys + " keys and may have " + MOST_KEYS
                                        + "; revoke one first")
                        .refused();
            }
            return Map.of(Tenants.place(key), records.write(key));
        });
    }

    /** Deletes the key. Does nothing if it is gone. */
    public void revoke(ApiKey key) throws ChangeWriter.UnavailableException, InterruptedException {
        writer.writeAll(() -> deletion(tenants.key(key.id()).map(List::of).orElse(List.of())));
    }

    private static Map<String, byte @Nullable []> deletion(List<ApiKey> keys) {
        Map<String, byte @Nullable []> values = new LinkedHashMap<>();
        keys.forEach(key -> values.put(Tenants.place(key), null));
        return values;
    }

    /**
     * Marks the tenant as being deleted, so that it gets no new webhook, and deletes its keys, in one transaction. Does
     * nothing if it is marked already.
     *
     * @param check gets the tenant as it is now, and throws if it must not be deleted
     * @throws Problem.RefusedException if there is no such tenant
     */
    public void beginDeleting(String id, Consumer<Tenant> check)
            throws ChangeWriter.UnavailableException, InterruptedException {
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

    /** Deletes the tenant itself, if it is marked as being deleted. */
    public void forget(String id) throws ChangeWriter.UnavailableException, InterruptedException {
        writer.writeAll(() -> {
            Map<String, byte @Nullable []> values = new LinkedHashMap<>();
            tenants.get(id).filter(Tenant::deleting).ifPresent(tenant -> values.put(id, null));
            return values;
        });
    }

    /**
     * Writes when keys were last used. Leaves out keys that are gone, and keys whose recorded use is not older than the limit.
     *
     * @param usedAtMs milliseconds since 1970, by the id of the key
     * @param notedBeforeMs the limit, in milliseconds since 1970
     */
    void used(Map<String, Long> usedAtMs, long notedBeforeMs)
            throws ChangeWriter.UnavailableException, InterruptedException {
        writer.writeAll(() -> {
            Map<String, byte @Nullable []> values = new LinkedHashMap<>();
            usedAtMs.forEach((id, atMs) -> tenants.key(id)
                    .filter(key -> key.lastUsedAtMs() == null || key.lastUsedAtMs() < notedBeforeMs)
                    .ifPresent(key -> values.put(Tenants.place(key), records.write(key.usedAt(atMs)))));
            return values;
        });
    }
}
