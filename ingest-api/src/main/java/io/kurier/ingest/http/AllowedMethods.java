package io.kurier.ingest.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Set;
import java.util.TreeSet;

/** Which methods a path takes: the header {@code Allow} that RFC 9110 wants beside a 405. */
public final class AllowedMethods {
    private AllowedMethods() {}

    public static String of(Router router, String path) {
        Set<String> methods = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.methods() != null && route.getPath() != null && matches(route.getPath(), path)) {
                route.methods().stream().map(HttpMethod::name).forEach(methods::add);
            }
        }
        return String.join(", ", methods);
    }

    /** A segment of the route that begins with a colon stands for any. */
    private static boolean matches(String route, String path) {
        String[] wanted = route.split("/");
        String[] found = path.split("/");
        if (wanted.length != found.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].startsWith(":") && !wanted[i].equals(found[i])) {
                return false;
            }
        }
        return true;
    }
}
