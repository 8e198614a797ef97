package io.kurier.ingest.http;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves the contract of the API without a key: {@code /openapi.yaml}; {@code /openapi.json}, converted from it at the first
 * request; and the page {@code /docs}, which shows the contract and loads nothing from other hosts.
 */
public final class ContractRoutes {
    private static final String YAML = "openapi.yaml";
    private static final String PAGE = "/docs";
    private static final Map<String, String> FILES =
            Map.of("docs.js", "text/javascript; charset=utf-8", "docs.css", "text/css; charset=utf-8");
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private @Nullable String json;

    public void mount(Routes routes) {
        routes.open(HttpMethod.GET, "/openapi.yaml", context -> send(context, "application/yaml", text(YAML)));
        routes.open(HttpMethod.GET, "/openapi.json", this::json);
        routes.open(HttpMethod.GET, PAGE, ContractRoutes::page);
        routes.open(HttpMethod.GET, PAGE + "/:file", ContractRoutes::file);
    }

    private static void page(RoutingContext context) {
        if (!context.normalizedPath().equals(PAGE)) {
            // the router also accepts /docs/, but the page names its files relative to /docs, so that it works behind
            // any path prefix
            throw Problem.notFound("page", context.normalizedPath()).refused();
        }
        context.response().putHeader("content-security-policy", CONTENT_SECURITY_POLICY);
        send(context, "text/html; charset=utf-8", text("docs.html"));
    }

    private static void file(RoutingContext context) {
        String name = context.pathParam("file");
        String type = FILES.get(name);
        if (type == null) {
            throw Problem.notFound("file", name).refused();
        }
        send(context, type, text(name));
    }

    /** Parsing the YAML takes too long for an event loop. */
    private void json(RoutingContext context) {
        BlockingCalls.run(context, () -> send(context, "application/json", asJson()));
    }

    private synchronized String asJson() {
        String converted = json;
        if (converted == null) {
            try {
                converted = new YAMLMapper().readTree(text(YAML)).toString();
            } catch (IOException e) {
                throw new UncheckedIOException("the resource openapi.yaml is not valid YAML", e);
            }
            json = converted;
        }
        return converted;
    }

    private static void send(RoutingContext context, String type, String text) {
        HttpServerResponse response = context.response();
        // browsers must see an update at once, and must not guess another content type
        response.putHeader("cache-control", "no-cache").putHeader("x-content-type-options", "nosniff");
        HttpResponses.send(response, 200, type, text);
    }

    /**
     * @param name of a resource beside the contract, such as {@code openapi.yaml}
     * @return its content
     */
    public static String text(String name) {
        try (InputStream file =
                Objects.requireNonNull(ContractRoutes.class.getResourceAsStream("contract/" + name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
