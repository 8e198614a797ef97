package io.kurier.ingest.http;

import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Role;
import io.kurier.model.tenant.Tenant;
import io.vertx.ext.web.RoutingContext;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, known by the key.
 *
 * @param key null for the operator
 */
public record Caller(@Nullable ApiKey key) {
    public static final Caller OPERATOR = new Caller(null);
    private static final String PLACE = "key-holder";

    public void enter(RoutingContext context) {
        context.put(PLACE, this);
    }

    /** @throws IllegalStateException on a route that is open to everybody: nobody is known there */
    public static Caller of(RoutingContext context) {
        Caller holder = context.get(PLACE);
        if (holder == null) {
            throw new IllegalStateException("an open route acts for no tenant: " + context.normalizedPath());
        }
        return holder;
    }

    public boolean may(Role role) {
        return key == null || key.roles().stream().anyMatch(own -> own.includes(role));
    }

    /** The tenant this holder acts for where none is asked for. */
    public String tenant() {
        return key == null ? Tenant.DEFAULT : key.tenant();
    }

    /** What who lacks the role is told. */
    public Problem refusal(Role role, String what) {
        String own = key == null || key.roles().isEmpty() ? "none" : Role.texts(new TreeSet<>(key.roles()));
        return Problem.of(403, what + " needs the role " + role.text() + "; this key has " + own);
    }

    /**
     * The tenant asked for. A tenant's key names its own; every other is refused alike, there or not.
     *
     * @throws Problem.RefusedException when it is another's
     */
    String actingFor(String asked) {
        if (key != null && !key.tenant().equals(asked)) {
            throw new Problem(403, "this key acts for its own tenant only", "tenant", asked, "expected no other tenant")
                    .refused();
        }
        return asked;
    }
}
