package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.Routes;
import io.kurier.model.signing.Ed25519Secret;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.ControlTable;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;

/** The public keys of a webhook that signs with Ed25519. Open to everybody, since receivers have no API key. */
public final class SigningRoutes {
    private static final String KEYS = "/.well-known/webhooks/:id/jwks.json";
    /** A new key is shown before it signs; rotations should leave at least this time between. */
    private static final String CACHED = "public, max-age=300";

    private final ControlTable<Webhook> webhooks;
    private final InstantSource clock;

    public SigningRoutes(ControlTable<Webhook> webhooks, InstantSource clock) {
        this.webhooks = webhooks;
        this.clock = clock;
    }

    public void mount(Routes routes) {
        routes.open(HttpMethod.GET, KEYS, this::keys);
    }

    /** A webhook without a public key gets the same answer as a missing one. */
    private void keys(RoutingContext context) {
        String id = context.pathParam("id");
        long nowMs = clock.millis();
        Webhook webhook = webhooks.get(id)
                .filter(found -> found.signing().notEndedAt(nowMs).stream()
                        .anyMatch(key -> key.secret() instanceof Ed25519Secret))
                .orElseThrow(
                        () -> Problem.notFound("webhook with a public key", id).refused());
        ObjectNode keys = SigningJson.keySet(webhook, nowMs);
        context.response().putHeader("cache-control", CACHED);
        HttpResponses.json(context, 200, keys);
    }
}
