package io.kurier.runtime.control;

import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.tenant.TenantEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The tenants and keys that this process knows: a view of the table {@code tenants}. Any thread. */
public final class Tenants {
    /** Tenants have no slash in their names, so the two kinds share the table. */
    private static final String KEY = "key/";

    private final ControlTable<TenantEntry> table;

    public Tenants(ControlTable<TenantEntry> table) {
        this.table = table;
    }

    /** Where the key stands in the topic. */
    public static String place(ApiKey key) {
        return KEY + key.id();
    }

    /** A registered tenant. */
    public Optional<Tenant> get(String id) {
        return table.get(id).map(Tenant.class::cast);
    }

    /** A tenant as it is to be treated, registered or not. */
    public Tenant orPlain(String id) {
        return get(id).orElseGet(() -> Tenant.plain(id));
    }

    /** Tells the listener of every registered tenant now and of every change later, on the changing thread. */
    public void listen(Consumer<String> listener) {
        table.listen((place, entry) -> {
            if (!place.startsWith(KEY)) {
                listener.accept(place);
            }
        });
    }

    /** One look-up, on the way of every request. */
    public Optional<ApiKey> key(String keyId) {
        return table.get(KEY + keyId).map(ApiKey.class::cast);
    }

    /** The registered ones, by name. */
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
