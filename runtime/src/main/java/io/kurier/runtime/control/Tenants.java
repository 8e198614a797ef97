package io.kurier.runtime.control;

import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.tenant.TenantEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The registered tenants and their API keys: a typed view of the table {@code tenants}. Any thread. */
public final class Tenants {
    /** A tenant's name has no slash, so tenants and keys can share the table. */
    private static final String KEY = "key/";

    private final ControlTable<TenantEntry> table;

    public Tenants(ControlTable<TenantEntry> table) {
        this.table = table;
    }

    /** The record key of an API key in the topic. */
    public static String place(ApiKey key) {
        return KEY + key.id();
    }

    /** A registered tenant. */
    public Optional<Tenant> get(String id) {
        return table.get(id).map(Tenant.class::cast);
    }

    /** The registered tenant, or one with the installation's defaults if it is not registered. */
    public Tenant orPlain(String id) {
        return get(id).orElseGet(() -> Tenant.plain(id));
    }

    /**
     * Calls the listener with the id of every tenant now, and of every tenant that changes later; see
     * {@link ControlTable#listen}.
     */
    public void listen(Consumer<String> listener) {
        table.listen((place, entry) -> {
            if (!place.startsWith(KEY)) {
                listener.accept(place);
            }
        });
    }

    /** The API key with this id. One look-up, since every request needs it. */
    public Optional<ApiKey> key(String keyId) {
        return table.get(KEY + keyId).map(ApiKey.class::cast);
    }

    /** All registered tenants, sorted by name. */
    public List<Tenant> all() {
        return entries(Tenant.class).sorted(Comparator.comparing(Tenant::id)).toList();
    }

    /** The tenant's keys, oldest first. */
    public List<ApiKey> keysOf(String tenant) {
        return entries(ApiKey.class)
                .filter(key -> key.tenant().equals(tenant))
                .sorted(Comparator.comparing(ApiKey::id))
                .toList();
    }

    private <T extends TenantEntry> Stream<T> entries(Class<T> kind) {
        return table.values().stream().filter(kind::isInstance).map(kind::cast);
    }
}
