package io.kurier.ingest.tenants;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.control.KeyUses;
import io.kurier.ingest.control.TenantChanges;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestBody;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.Routes;
import io.kurier.model.Ids;
import io.kurier.model.secret.KeyedHash;
import io.kurier.model.tenant.ApiKey;
import io.kurier.model.tenant.Role;
import io.kurier.runtime.control.Tenants;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/tenants/{id}/keys}: make, list, revoke; for the operator only. The text of a key is shown once, in the
 * answer to the request that made it.
 */
public final class KeyRoutes {
    private static final String PATH = TenantRoutes.ONE + "/keys";
    private static final Set<String> FIELDS = Set.of("roles", "description", "expires_at");
    private static final int MAX_DESCRIPTION = 1_000;

    private final Tenants tenants;
    private final TenantChanges changes;
    private final KeyUses uses;
    private final KeyedHash hash;
    private final InstantSource clock;

    /** @param hash makes what is stored of a key's text */
    public KeyRoutes(Tenants tenants, TenantChanges changes, KeyUses uses, KeyedHash hash, InstantSource clock) {
        this.tenants = tenants;
        this.changes = changes;
        this.uses = uses;
        this.hash = hash;
        this.clock = clock;
    }

    public void mount(Routes routes) {
        routes.post(PATH, Role.OPERATOR, this::make);
        routes.get(PATH, Role.OPERATOR, this::list);
        routes.delete(PATH + "/:key_id", Role.OPERATOR, this::revoke);
    }

    private void make(RoutingContext context) {
        String tenant = changes.find(context.pathParam("id")).id();
        JsonFields fields = JsonFields.of(Json.parseObject(RequestBody.required(context)), "", FIELDS);
        long nowMs = clock.millis();
        String id = Ids.key(nowMs);
        String text = ApiKey.newText(id);
        ApiKey key = new ApiKey(
                id, tenant, roles(fields), hash.of(text), description(fields), nowMs, expiry(fields, nowMs), null);
        BlockingCalls.run(context, () -> {
            changes.add(key);
            HttpResponses.json(context, 201, show(key).put("key", text));
        });
    }

    private static Set<Role> roles(JsonFields fields) {
        List<String> texts = fields.strings("roles", Role.OF_KEYS.size());
        if (texts == null || texts.isEmpty()) {
            throw fields.problem("roles", "expected at least one of " + Role.expected())
                    .refused();
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            String field = "roles[" + i + "]";
            roles.add(
                    Role.ofKey(text).orElseThrow(() -> Problem.field(field, text, "expected one of " + Role.expected())
                            .refused()));
        }
        return roles;
    }

    private static String description(JsonFields fields) {
        String text = Objects.requireNonNullElse(fields.string("description"), "");
        if (text.length() > MAX_DESCRIPTION) {
            throw fields.problem("description", "expected at most " + MAX_DESCRIPTION + " characters")
                    .refused();
        }
        return text;
    }

    private static @Nullable Long expiry(JsonFields fields, long nowMs) {
        Long at = RequestParams.time("expires_at", fields.string("expires_at"));
        if (at != null && at <= nowMs) {
            throw fields.problem("expires_at", "expected a time in the future").refused();
        }
        return at;
    }

    /** One page shows all keys of the tenant, at most {@link TenantChanges#MOST_KEYS}. */
    private void list(RoutingContext context) {
        String tenant = changes.find(context.pathParam("id")).id();
        ArrayNode data = Json.array();
        tenants.keysOf(tenant).forEach(key -> data.add(show(key)));
        ObjectNode page = Json.object();
        page.set("data", data);
        page.putNull("next_cursor");
        HttpResponses.json(context, 200, page);
    }

    private void revoke(RoutingContext context) {
        String tenant = changes.find(context.pathParam("id")).id();
        String id = context.pathParam("key_id");
        ApiKey key = tenants.key(id)
                .filter(found -> found.tenant().equals(tenant))
                .orElseThrow(() -> Problem.notFound("key", id).refused());
        BlockingCalls.run(context, () -> {
            changes.revoke(key);
            context.response().setStatusCode(204).end();
        });
    }

    private ObjectNode show(ApiKey key) {
        ObjectNode json = Json.object().put("id", key.id()).put("tenant", key.tenant());
        ArrayNode roles = json.putArray("roles");
        Role.OF_KEYS.stream().filter(key.roles()::contains).map(Role::text).forEach(roles::add);
        json.put("description", key.description()).put("created_at", Json.time(key.createdAtMs()));
        if (key.expiresAtMs() != null) {
            json.put("expires_at", Json.time(key.expiresAtMs()));
        }
        long usedAtMs = uses.lastUsedAtMs(key);
        if (usedAtMs > 0) {
            json.put("last_used_at", Json.time(usedAtMs));
        }
        return json;
    }
}
