package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.RevisionTag;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.ControlTable;
import io.kurier.schemas.CircuitRecord;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Finds the webhooks that requests name, and shows webhooks with their circuits. Any thread; does not block. */
public final class WebhookView {
    private final ControlTable<Webhook> webhooks;
    private final ControlTable<CircuitRecord> circuits;
    private final InstantSource clock;

    public WebhookView(ControlTable<Webhook> webhooks, ControlTable<CircuitRecord> circuits, InstantSource clock) {
        this.webhooks = webhooks;
        this.circuits = circuits;
        this.clock = clock;
    }

    /**
     * The webhook that the path of the request names.
     *
     * @throws Problem.RefusedException if there is none; another tenant's webhook is refused with the same answer
     */
    public Webhook find(RoutingContext context) {
        String id = context.pathParam("id");
        String tenant = RequestParams.tenant(context);
        return webhooks.get(id)
                .filter(webhook -> webhook.tenant().equals(tenant))
                .orElseThrow(() -> Problem.notFound("webhook", id).refused());
    }

    /** The tenant's webhooks that match, in this order. */
    List<Webhook> find(String tenant, Predicate<Webhook> matches, Comparator<Webhook> order, int limit) {
        return webhooks.values().stream()
                .filter(webhook -> webhook.tenant().equals(tenant) && matches.test(webhook))
                .sorted(order)
                .limit(limit)
                .toList();
    }

    /** The webhook without its secrets, with its circuit if that is open or probing. */
    ObjectNode show(Webhook webhook) {
        ObjectNode json = WebhookJson.show(webhook, clock.millis());
        circuits.get(webhook.id())
                .filter(circuit -> circuit.getRevision() == webhook.revision())
                .ifPresent(circuit -> json.set("circuit", show(circuit)));
        return json;
    }

    private ObjectNode show(CircuitRecord circuit) {
        boolean isOpen = clock.millis() < circuit.getUntilMs();
        return Json.object()
                .put("state", isOpen ? "open" : "half_open")
                .put("reason", circuit.getReason())
                .put("since", Json.time(circuit.getSinceMs()))
                .put("next_probe_at", Json.time(circuit.getUntilMs()));
    }

    /**
     * Refuses the request if its {@code If-Match} names another revision.
     *
     * @throws Problem.RefusedException with 412
     */
    static void checkRevision(RoutingContext context, Webhook webhook) {
        RevisionTag.check(context, "webhook " + webhook.id(), webhook.revision());
    }

    /** Answers with the webhook's {@code ETag} and this body. */
    static void answer(RoutingContext context, int status, Webhook webhook, ObjectNode json) {
        RevisionTag.put(context, webhook.revision());
        HttpResponses.json(context, status, json);
    }
}
