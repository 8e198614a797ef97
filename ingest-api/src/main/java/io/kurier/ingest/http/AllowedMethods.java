package io.kurier.ingest.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Set;
import java.util.TreeSet;

/** Lists the methods of a path for the header {@code Allow}, which RFC 9110 requires in a 405. */
public final class AllowedMethods {
    private AllowedMethods() {}

    /**
     * @param path of a request, normalised, such as {@code /api/v1/webhooks/wh_1}
     * @return the names of the methods in alphabetical order, joined by {@code ", "}; empty if no route has this path
     */
    public static String of(Router router, String path) {
        Set<String> methods = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.methods() != null && route.getPath() != null && matches(route.getPath(), path)) {
                route.methods().stream().map(HttpMethod::name).forEach(methods::add);
            }
        }
        return String.join(", ", methods);
    }

    /** A segment of the route that begins with a colon matches any segment of the path. */
    private static boolean matches(String route, String path) {
        String[] expected = route.split("/");
        String[] actual = path.split("/");
        if (expected.length != actual.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (!expected[i].startsWith(":") && !expected[i].equals(actual[i])) {
                return false;
            }
        }
        return true;
    }
}
