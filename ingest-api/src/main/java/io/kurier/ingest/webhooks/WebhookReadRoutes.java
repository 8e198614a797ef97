package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.Routes;
import io.kurier.model.Ids;
import io.kurier.model.tenant.Role;
import io.kurier.model.webhook.Webhook;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;

/** {@code GET /api/v1/webhooks}: list, show, export. Secrets are never shown here. */
public final class WebhookReadRoutes {
    private final WebhookView webhooks;

    public WebhookReadRoutes(WebhookView webhooks) {
        this.webhooks = webhooks;
    }

    public void mount(Routes routes) {
        routes.list(WebhookRoutes.PATH, Role.READ, this::list);
        routes.get(WebhookRoutes.PATH + "/export", Role.READ, this::export);
        routes.get(WebhookRoutes.ONE, Role.READ, this::show);
    }

    private void list(RoutingContext context) {
        int limit = RequestParams.limit(context);
        String after = RequestParams.cursor(context, Ids::isWebhook, "");
        List<Webhook> found = webhooks.find(
                RequestParams.tenant(context),
                webhook -> webhook.id().compareTo(after) > 0,
                Comparator.comparing(Webhook::id),
                limit + 1);
        ArrayNode data = Json.array();
        found.stream().limit(limit).forEach(webhook -> data.add(webhooks.show(webhook)));
        ObjectNode page = Json.object();
        page.set("data", data);
        page.put("next_cursor", found.size() > limit ? found.get(limit - 1).id() : null);
        HttpResponses.json(context, 200, page);
    }

    private void export(RoutingContext context) {
        String tenant = RequestParams.tenant(context);
        // writing thousands of webhooks takes too long for an event loop
        BlockingCalls.run(context, () -> {
            List<Webhook> all = webhooks.find(
                    tenant, any -> true, Comparator.comparing(Webhook::number), WebhookExport.MAX_WEBHOOKS + 1);
            HttpResponses.send(context.response(), 200, WebhookExport.CONTENT_TYPE, WebhookExport.yaml(all));
        });
    }

    private void show(RoutingContext context) {
        Webhook webhook = webhooks.find(context);
        WebhookView.answer(context, 200, webhook, webhooks.show(webhook));
    }
}
