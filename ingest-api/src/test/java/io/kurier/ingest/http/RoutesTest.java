package io.kurier.ingest.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kurier.model.tenant.Role;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private final Vertx vertx = Vertx.vertx();
    private final Router router = Router.router(vertx);
    private final Routes routes = new Routes();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void undeclaredRouteIsNamed() {
        routes.get("/api/v1/webhooks", Role.READ, context -> {});
        routes.open(HttpMethod.GET, "/health/live", context -> {});
        routes.mount(router, context -> {}, new BodyCollector(1, 1 << 20));
        assertThatCode(() -> routes.checkComplete(router)).doesNotThrowAnyException();

        router.post("/api/v1/webhooks").handler(context -> {});
        router.delete("/api/v1/webhooks/:id").handler(context -> {});
        assertThatIllegalStateException()
                .isThrownBy(() -> routes.checkComplete(router))
                .withMessageContaining("DELETE /api/v1/webhooks/:id, POST /api/v1/webhooks;")
                .withMessageContaining("declare them");
    }
}
