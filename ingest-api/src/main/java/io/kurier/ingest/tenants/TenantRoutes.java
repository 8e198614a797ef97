package io.kurier.ingest.tenants;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.control.TenantChanges;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.RequestBody;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.RevisionTag;
import io.kurier.ingest.http.Routes;
import io.kurier.model.Ids;
import io.kurier.model.tenant.Role;
import io.kurier.model.tenant.Tenant;
import io.kurier.runtime.control.Tenants;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** {@code /api/v1/tenants}: register, list, show, change, delete; for the operator only. */
public final class TenantRoutes {
    static final String PATH = "/api/v1/tenants";
    static final String ONE = PATH + "/:id";

    private final Tenants tenants;
    private final TenantChanges changes;
    private final TenantDeletion deletion;
    private final InstantSource clock;

    public TenantRoutes(Tenants tenants, TenantChanges changes, TenantDeletion deletion, InstantSource clock) {
        this.tenants = tenants;
        this.changes = changes;
        this.deletion = deletion;
        this.clock = clock;
    }

    public void mount(Routes routes) {
        routes.post(PATH, Role.OPERATOR, this::register);
        routes.list(PATH, Role.OPERATOR, this::list);
        routes.get(ONE, Role.OPERATOR, this::show);
        routes.patch(ONE, Role.OPERATOR, this::change);
        routes.delete(ONE, Role.OPERATOR, this::delete);
    }

    private void register(RoutingContext context) {
        Tenant asked = TenantJson.parse(Json.parseObject(RequestBody.required(context)), clock.millis());
        BlockingCalls.run(context, () -> {
            changes.register(asked);
            context.response().putHeader("location", PATH + "/" + asked.id());
            answer(context, 201, asked);
        });
    }

    private void change(RoutingContext context) {
        ObjectNode body = Json.parseObject(RequestBody.required(context));
        String id = changes.find(context.pathParam("id")).id();
        BlockingCalls.run(context, () -> {
            Tenant changed = changes.change(id, tenant -> {
                checkRevision(context, tenant);
                return TenantJson.change(tenant, body, clock.millis());
            });
            answer(context, 200, changed);
        });
    }

    private void list(RoutingContext context) {
        int limit = RequestParams.limit(context);
        String after = RequestParams.cursor(context, Ids::isTenant, "");
        List<Tenant> found = Stream.concat(
                        tenants.get(Tenant.DEFAULT).isPresent()
                                ? Stream.empty()
                                : Stream.of(Tenant.plain(Tenant.DEFAULT)),
                        tenants.all().stream())
                .filter(tenant -> tenant.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(Tenant::id))
                .limit(limit + 1L)
                .toList();
        ArrayNode data = Json.array();
        found.stream().limit(limit).map(TenantJson::show).forEach(data::add);
        ObjectNode page = Json.object();
        page.set("data", data);
        page.put("next_cursor", found.size() > limit ? found.get(limit - 1).id() : null);
        HttpResponses.json(context, 200, page);
    }

    private void show(RoutingContext context) {
        answer(context, 200, changes.find(context.pathParam("id")));
    }

    private void delete(RoutingContext context) {
        String id = changes.find(context.pathParam("id")).id();
        BlockingCalls.run(context, () -> {
            int left = deletion.run(id, tenant -> checkRevision(context, tenant));
            if (left == 0) {
                context.response().setStatusCode(204).end();
            } else {
                HttpResponses.json(
                        context,
                        202,
                        Json.object().put("id", id).put("state", "deleting").put("webhooks_left", left));
            }
        });
    }

    private static void checkRevision(RoutingContext context, Tenant tenant) {
        RevisionTag.check(context, "tenant " + tenant.id(), tenant.revision());
    }

    private static void answer(RoutingContext context, int status, Tenant tenant) {
        RevisionTag.put(context, tenant.revision());
        HttpResponses.json(context, status, TenantJson.show(tenant));
    }
}
