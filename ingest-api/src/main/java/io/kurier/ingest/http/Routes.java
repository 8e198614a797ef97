package io.kurier.ingest.http;

import io.kurier.model.tenant.Role;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The route table: every route of the API with the role that it needs. {@code AccessIT} calls each route with every kind of
 * key. Filled once, before the API listens.
 */
public final class Routes {
    /** Query parameters of every route that needs a key. */
    private static final Set<String> COMMON_QUERY = Set.of("tenant");

    private static final Set<String> PAGE_QUERY = Set.of("tenant", "limit", "cursor");

    private final List<Row> rows = new ArrayList<>();

    /**
     * One route.
     *
     * @param path in the router's syntax: {@code :name} matches any segment
     * @param role null for an open route, which needs no key
     * @param query names of the allowed query parameters; open routes ignore all others
     */
    public record Row(
            HttpMethod method, String path, @Nullable Role role, Set<String> query, Handler<RoutingContext> handler) {
        public String name() {
            return method + " " + path;
        }

        private void handle(RoutingContext context) {
            if (role != null && !Caller.of(context).has(role)) {
                throw Caller.of(context).missingRole(role, name()).refused();
            }
            if (role != null) {
                checkParameters(context.queryParams());
            }
            handler.handle(context);
        }

        /** Refuses unknown parameters: a misspelt filter would match everything. */
        private void checkParameters(MultiMap parameters) {
            for (String name : parameters.names()) {
                if (!query.contains(name)) {
                    throw Problem.unknown("parameter", name, parameters.get(name), query)
                            .refused();
                }
                if (parameters.getAll(name).size() > 1) {
                    throw Problem.field(
                                    name,
                                    String.join(" and ", parameters.getAll(name)),
                                    "expected the parameter only once")
                            .refused();
                }
            }
        }
    }

    public void get(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.GET, path, role, COMMON_QUERY, handler));
    }

    /**
     * A route that lists resources in pages.
     *
     * @param filters names of query parameters besides {@code tenant}, {@code limit} and {@code cursor}
     */
    public void list(String path, Role role, Handler<RoutingContext> handler, String... filters) {
        Set<String> query = new TreeSet<>(PAGE_QUERY);
        query.addAll(List.of(filters));
        rows.add(new Row(HttpMethod.GET, path, role, query, handler));
    }

    public void post(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.POST, path, role, COMMON_QUERY, handler));
    }

    public void put(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.PUT, path, role, COMMON_QUERY, handler));
    }

    public void patch(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.PATCH, path, role, COMMON_QUERY, handler));
    }

    public void delete(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.DELETE, path, role, COMMON_QUERY, handler));
    }

    /**
     * A route that needs no key. It has no {@link Caller}, and no body: memory is reserved for authenticated callers only.
     */
    public void open(HttpMethod method, String path, Handler<RoutingContext> handler) {
        rows.add(new Row(method, path, null, Set.of(), handler));
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /**
     * @param access authenticates every request under {@code /api} except those to open routes
     * @param body reads the bodies of authenticated requests
     */
    public void mount(Router router, Handler<RoutingContext> access, BodyCollector body) {
        rows.stream().filter(row -> row.role() == null).forEach(row -> router.route(row.method(), row.path())
                .handler(Routes::checkQuery)
                .handler(row::handle));
        router.route("/api/*").handler(access);
        router.route("/api/*").handler(Routes::checkQuery);
        router.route("/api/*").handler(body);
        rows.stream().filter(row -> row.role() != null).forEach(row -> router.route(row.method(), row.path())
                .handler(row::handle));
    }

    /** @throws IllegalStateException naming the router's routes that are not declared here: any key would open them */
    public void checkComplete(Router router) {
        Set<String> undeclared = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.methods() != null) {
                route.methods().forEach(method -> undeclared.add(method + " " + route.getPath()));
            }
        }
        rows.forEach(row -> undeclared.remove(row.name()));
        if (!undeclared.isEmpty()) {
            throw new IllegalStateException(
                    "routes without a declared role: " + String.join(", ", undeclared) + "; declare them with Routes");
        }
    }

    /** Vert.x decodes parameters at their first use; this decodes them where a failure becomes a 400. */
    private static void checkQuery(RoutingContext context) {
        try {
            context.request().params();
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "malformed escape in the query: expected % followed by two hexadecimal digits")
                    .refused();
        }
        context.next();
    }
}
