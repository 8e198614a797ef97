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
 * What the API promises, for anybody: the contract at {@code /openapi.yaml} and, made of it when first asked for, at {@code
 * /openapi.json}; a page at {@code /docs} that shows it, and loads nothing from elsewhere.
 */
public final class ContractRoutes {
    private static final String YAML = "openapi.yaml";
    private static final String PAGE = "/docs";
    private static final Map<String, String> FILES =
            Map.of("docs.js", "text/javascript; charset=utf-8", "docs.css", "text/css; charset=utf-8");
    private static final String ONLY_FROM_HERE =
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
            // the router lets a slash follow, but what the page names lies beside it, so that it works behind any
            // prefix
            throw Problem.notFound("page", context.normalizedPath()).refused();
        }
        context.response().putHeader("content-security-policy", ONLY_FROM_HERE);
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

    /** Reading YAML takes longer than an event loop should be kept. */
    private void json(RoutingContext context) {
        BlockingCalls.run(context, () -> send(context, "application/json", asJson()));
    }

    private synchronized String asJson() {
        String known = json;
        if (known == null) {
            try {
                known = new YAMLMapper().readTree(text(YAML)).toString();
            } catch (IOException e) {
                throw new UncheckedIOException("the contract is no YAML", e);
            }
            json = known;
        }
        return known;
    }

    private static void send(RoutingContext context, String type, String text) {
        HttpServerResponse response = context.response();
        // asked for again after an update, and never taken for anything else
        response.putHeader("cache-control", "no-cache").putHeader("x-content-type-options", "nosniff");
        HttpResponses.send(response, 200, type, text);
    }

    public static String text(String name) {
        try (InputStream file =
                Objects.requireNonNull(ContractRoutes.class.getResourceAsStream("contract/" + name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
