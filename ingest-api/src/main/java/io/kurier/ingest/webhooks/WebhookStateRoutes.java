package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.control.ReplayOrders;
import io.kurier.ingest.control.WebhookChanges;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.RequestBody;
import io.kurier.ingest.http.Routes;
import io.kurier.model.tenant.Role;
import io.kurier.model.webhook.Webhook;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/webhooks/{id}/…}: pause, resume, disable, enable. Deliveries to a webhook that is not active are held;
 * resuming orders their release, and enabling does unless the request says otherwise.
 */
public final class WebhookStateRoutes {
    private final WebhookView webhooks;
    private final WebhookChanges changes;
    private final ReplayOrders orders;

    public WebhookStateRoutes(WebhookView webhooks, WebhookChanges changes, ReplayOrders orders) {
        this.webhooks = webhooks;
        this.changes = changes;
        this.orders = orders;
    }

    public void mount(Routes routes) {
        routes.post(WebhookRoutes.ONE + "/pause", Role.MANAGE, context -> stop(context, Webhook.Kind.PAUSED));
        routes.post(WebhookRoutes.ONE + "/resume", Role.MANAGE, this::resume);
        routes.post(WebhookRoutes.ONE + "/disable", Role.MANAGE, context -> stop(context, Webhook.Kind.DISABLED));
        routes.post(WebhookRoutes.ONE + "/enable", Role.MANAGE, this::enable);
    }

    private void stop(RoutingContext context, Webhook.Kind kind) {
        RequestBody.optionalFields(context, Set.of());
        String id = webhooks.find(context).id();
        BlockingCalls.run(context, () -> {
            Webhook stopped = changes.change(id, webhook -> {
                WebhookView.checkRevision(context, webhook);
                return webhook.in(new Webhook.State(kind, ""));
            });
            WebhookView.answer(context, 200, stopped, webhooks.show(stopped));
        });
    }

    private void resume(RoutingContext context) {
        RequestBody.optionalFields(context, Set.of());
        activate(context, true);
    }

    private void enable(RoutingContext context) {
        activate(context, RequestBody.optionalFields(context, Set.of("release")).flag("release", true));
    }

    /**
     * The release is a change of its own, made after the webhook is active. A caller that got no answer repeats the request,
     * which orders the release again.
     */
    private void activate(RoutingContext context, boolean releases) {
        String id = webhooks.find(context).id();
        BlockingCalls.run(context, () -> {
            Webhook active = changes.change(id, webhook -> {
                WebhookView.checkRevision(context, webhook);
                return webhook.isActive() ? webhook : webhook.in(Webhook.State.ACTIVE);
            });
            @Nullable String release = releases ? orders.release(active) : null;
            ObjectNode json = webhooks.show(active).put("release", release);
            WebhookView.answer(context, 200, active, json);
        });
    }
}
