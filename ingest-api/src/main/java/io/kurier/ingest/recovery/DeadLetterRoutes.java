package io.kurier.ingest.recovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.deliverylog.DeadDelivery;
import io.kurier.deliverylog.DeadLetterPlace;
import io.kurier.deliverylog.DeadLetterQuery;
import io.kurier.deliverylog.DeadLetterView;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.Routes;
import io.kurier.model.tenant.Role;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/dead-letters}: lists the dead letters that were not replayed or discarded, newest first. */
public final class DeadLetterRoutes {
    private final DeadLetterView view;

    public DeadLetterRoutes(DeadLetterView view) {
        this.view = view;
    }

    public void mount(Routes routes) {
        routes.list("/api/v1/dead-letters", Role.READ, this::list, "webhook_id", "type", "reason", "since", "until");
    }

    private void list(RoutingContext context) {
        HttpServerRequest request = context.request();
        DeadLetterView.Page page = view.list(new DeadLetterQuery(
                RequestParams.tenant(context),
                request.getParam("webhook_id"),
                request.getParam("type"),
                request.getParam("reason"),
                RequestParams.time("since", request.getParam("since")),
                RequestParams.time("until", request.getParam("until")),
                cursor(request.getParam("cursor")),
                RequestParams.limit(context)));
        ArrayNode data = Json.array();
        page.dead().forEach(dead -> data.add(show(dead)));
        ObjectNode json = Json.object();
        json.set("data", data);
        json.put("next_cursor", page.next() == null ? null : page.next().text());
        if (page.completeSinceMs() > 0) {
            json.put("complete_since", Json.time(page.completeSinceMs()));
        }
        HttpResponses.json(context, 200, json);
    }

    private static @Nullable DeadLetterPlace cursor(@Nullable String text) {
        try {
            return text == null ? null : DeadLetterPlace.parse(text);
        } catch (IllegalArgumentException e) {
            throw RequestParams.invalidCursor(text);
        }
    }

    private static ObjectNode show(DeadDelivery dead) {
        return Json.object()
                .put("delivery_id", dead.deliveryId())
                .put("webhook_id", dead.webhookId())
                .put("event_id", dead.eventId())
                .put("type", dead.type())
                .put("job_id", dead.jobId())
                .put("reason", dead.reason())
                .put("status", dead.status())
                .put("error", dead.error())
                .put("attempts", dead.attempts())
                .put("run", dead.run())
                .put("died_at", Json.time(dead.diedAtMs()));
    }
}
