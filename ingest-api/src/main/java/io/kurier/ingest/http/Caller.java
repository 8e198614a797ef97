package io.kurier.ingest.http;

import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Role;
import io.kurier.model.tenant.Tenant;
import io.vertx.ext.web.RoutingContext;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The authenticated sender of a request.
 *
 * @param key the tenant's key that was presented; null for the operator's
 */
public record Caller(@Nullable ApiKey key) {
    public static final Caller OPERATOR = new Caller(null);
    private static final String CONTEXT_KEY = "caller";

    public void attachTo(RoutingContext context) {
        context.put(CONTEXT_KEY, this);
    }

    /** @throws IllegalStateException on an open route, where requests are not authenticated */
    public static Caller of(RoutingContext context) {
        Caller caller = context.get(CONTEXT_KEY);
        if (caller == null) {
            throw new IllegalStateException(
                    "open route " + context.normalizedPath() + " has no authenticated caller; declare it with a role");
        }
        return caller;
    }

    public boolean has(Role role) {
        return key == null || key.roles().stream().anyMatch(own -> own.includes(role));
    }

    /** The tenant that this caller acts for if the request names none. */
    public String tenant() {
        return key == null ? Tenant.DEFAULT : key.tenant();
    }

    /**
     * The 403 for a caller without the role.
     *
     * @param route such as {@code POST /api/v1/webhooks}
     */
    public Problem missingRole(Role role, String route) {
        String own = key == null || key.roles().isEmpty() ? "no role" : Role.texts(new TreeSet<>(key.roles()));
        return Problem.of(
                403, route + " needs the role " + role.text() + "; this key has " + own + ". Use a key with that role");
    }

    /**
     * Checks that the caller may act for a tenant: the operator may for each, the holder of a tenant's key for that tenant.
     * The refusal does not tell whether the other tenant exists.
     *
     * @return the same tenant
     * @throws Problem.RefusedException with 403
     */
    String actingFor(String tenant) {
        if (key != null && !key.tenant().equals(tenant)) {
            throw new Problem(
                            403,
                            "this key belongs to tenant " + key.tenant()
                                    + " and cannot act for another tenant; leave out the parameter tenant",
                            "tenant",
                            tenant,
                            "expected " + key.tenant() + ", the tenant of the key")
                    .refused();
        }
        return tenant;
    }
}
