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
 * Every route of the API, each with the role it needs: whoever adds one says who may use it. {@code AccessIT} asks each
 * with every kind of key. Declared once, before the API listens.
 */
public final class Routes {
    /** What every route with a key takes. */
    private static final Set<String> ANY = Set.of("tenant");

    private static final Set<String> PAGES = Set.of("tenant", "limit", "cursor");

    private final List<Row> rows = new ArrayList<>();

    /**
     * One route.
     *
     * @param path as the router takes it: {@code :name} stands for any segment
     * @param role null when it is open to everybody, without a key
     * @param query names of the parameters it takes; open routes do not mind others
     */
    public record Row(
            HttpMethod method, String path, @Nullable Role role, Set<String> query, Handler<RoutingContext> handler) {
        public String name() {
            return method + " " + path;
        }

        private void handle(RoutingContext context) {
            if (role != null && !Caller.of(context).may(role)) {
                throw Caller.of(context).refusal(role, name()).refused();
            }
            if (role != null) {
                checkNames(context.queryParams());
            }
            handler.handle(context);
        }

        /** A filter nobody knows would let everything through. */
        private void checkNames(MultiMap given) {
            for (String name : given.names()) {
                if (!query.contains(name)) {
                    throw Problem.field(
                                    name,
                                    given.get(name),
                                    "is no parameter here; expected " + String.join(", ", new TreeSet<>(query)))
                            .refused();
                }
                if (given.getAll(name).size() > 1) {
                    throw Problem.field(name, String.join(" and ", given.getAll(name)), "expected it once")
                            .refused();
                }
            }
        }
    }

    public void get(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.GET, path, role, ANY, handler));
    }

    /** One that shows pages. */
    public void list(String path, Role role, Handler<RoutingContext> handler, String... filters) {
        Set<String> query = new TreeSet<>(PAGES);
        query.addAll(List.of(filters));
        rows.add(new Row(HttpMethod.GET, path, role, query, handler));
    }

    public void post(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.POST, path, role, ANY, handler));
    }

    public void put(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.PUT, path, role, ANY, handler));
    }

    public void patch(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.PATCH, path, role, ANY, handler));
    }

    public void delete(String path, Role role, Handler<RoutingContext> handler) {
        rows.add(new Row(HttpMethod.DELETE, path, role, ANY, handler));
    }

    /**
     * A route for everybody. It acts for no tenant unless it finds out itself for which. It has no body: nothing is kept of
     * what people without a key send.
     */
    public void open(HttpMethod method, String path, Handler<RoutingContext> handler) {
        rows.add(new Row(method, path, null, Set.of(), handler));
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /**
     * @param access what every request under {@code /api} passes but those to open routes
     * @param body gathers the bodies of those whose key opened
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

    /** @throws IllegalStateException naming the routes that nobody declared here: any key would open them */
    public void checkComplete(Router router) {
        Set<String> unknown = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.methods() != null) {
                route.methods().forEach(method -> unknown.add(method + " " + route.getPath()));
            }
        }
        rows.forEach(row -> unknown.remove(row.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("routes that say not who may use them: " + String.join(", ", unknown)
                    + "; declare them with Routes");
        }
    }

    /** Parameters are decoded when first asked for; this asks where the caller can be told. */
    private static void checkQuery(RoutingContext context) {
        try {
            context.request().params();
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "the query holds a broken escape: expected % and two hexadecimal digits")
                    .refused();
        }
        context.next();
    }
}
