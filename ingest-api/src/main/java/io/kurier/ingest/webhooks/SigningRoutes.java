package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.Routes;
import io.kurier.model.signing.Ed25519Secret;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** Serves the public keys of webhooks that sign with Ed25519, without a key: receivers have none. */
public final class SigningRoutes {
    private static final String KEYS = "/.well-known/webhooks/:id/jwks.json";
    /**
     * Receivers may cache the keys for 5 minutes. A rotation must leave at least as long between adding a key and
     * signing with it ({@code switch_at}); the key is in the set before it signs.
     */
    private static final String CACHED = "public, max-age=300";

    private final KurierRuntime runtime;

    public SigningRoutes(KurierRuntime runtime) {
        this.runtime = runtime;
    }

    public void mount(Routes routes) {
        routes.open(HttpMethod.GET, KEYS, this::keys);
    }

    /** A webhook without a public key gets the same response as a missing one. */
    private void keys(RoutingContext context) {
        String id = context.pathParam("id");
        long nowMs = runtime.clock().millis();
        Webhook webhook = runtime.webhooks()
                .get(id)
                .filter(found -> found.signing().notEndedAt(nowMs).stream()
                        .anyMatch(key -> key.secret() instanceof Ed25519Secret))
                .orElseThrow(
                        () -> Problem.notFound("webhook with a public key", id).refused());
        ObjectNode keys = SigningJson.keySet(webhook, nowMs);
        context.response().putHeader("cache-control", CACHED);
        HttpResponses.json(context, 200, keys);
    }
}
