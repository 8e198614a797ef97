package io.kurier.ingest.webhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.ingest.config.WebhookFileConfig;
import io.kurier.ingest.control.CallerChecks;
import io.kurier.ingest.control.CallerSnapshot;
import io.kurier.ingest.control.WebhookChanges;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.Problem;
import io.kurier.ingest.http.RequestBody;
import io.kurier.ingest.http.Routes;
import io.kurier.model.tenant.Role;
import io.kurier.model.tenant.Tenant;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.Tenants;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * {@code /api/v1/webhooks}: register, change, rotate the secret, delete. A secret is shown once, in the answer to the
 * request that made it.
 */
public final class WebhookRoutes {
    public static final String PATH = "/api/v1/webhooks";
    public static final String ONE = PATH + "/:id";

    private final WebhookView webhooks;
    private final WebhookChanges changes;
    private final WebhookJson webhookJson;
    private final Tenants tenants;
    private final CallerChecks callers;
    private final InstantSource clock;

    public WebhookRoutes(
            WebhookView webhooks,
            WebhookChanges changes,
            WebhookJson webhookJson,
            Tenants tenants,
            CallerChecks callers,
            InstantSource clock) {
        this.webhooks = webhooks;
        this.changes = changes;
        this.webhookJson = webhookJson;
        this.tenants = tenants;
        this.callers = callers;
        this.clock = clock;
    }

    public void mount(Routes routes) {
        routes.post(PATH, Role.MANAGE, this::register);
        routes.patch(ONE, Role.MANAGE, this::change);
        routes.delete(ONE, Role.MANAGE, this::delete);
        routes.post(ONE + "/rotate-secret", Role.MANAGE, this::rotate);
    }

    private void register(RoutingContext context) {
        ObjectNode body = Json.parseObject(RequestBody.required(context));
        CallerSnapshot caller = callers.snapshot(context);
        BlockingCalls.run(context, () -> {
            // checking certificates and keys takes milliseconds, too long for an event loop
            Tenant tenant = tenants.orPlain(caller.tenant());
            Webhook asked = webhookJson.parse(body, tenant, clock.millis());
            changes.register(asked, caller);
            ObjectNode made = webhooks.show(asked);
            if (WebhookJson.isOwnSecret(body, tenant)) {
                made.put("secret", asked.signing().newest().reveal());
            }
            context.response().putHeader("location", PATH + "/" + asked.id());
            WebhookView.answer(context, 201, asked, made);
        });
    }

    private void change(RoutingContext context) {
        ObjectNode body = Json.parseObject(RequestBody.required(context));
        change(
                context,
                webhook -> webhookJson.change(
                        webhook, body, tenants.orPlain(webhook.tenant()).webhookDefaults(), clock.millis()),
                webhooks::show);
    }

    private void rotate(RoutingContext context) {
        ObjectNode body = Json.parseObjectOrEmpty(BodyCollector.of(context));
        change(context, webhook -> SigningJson.rotate(webhook, body, clock.millis()), webhook -> webhooks.show(webhook)
                .put("secret", webhook.signing().newest().reveal()));
    }

    private void change(RoutingContext context, UnaryOperator<Webhook> change, Function<Webhook, ObjectNode> shown) {
        String id = webhooks.find(context).id();
        BlockingCalls.run(context, () -> {
            Webhook changed = changes.change(id, webhook -> {
                WebhookView.checkRevision(context, webhook);
                checkNotInFile(webhook);
                return change.apply(webhook);
            });
            WebhookView.answer(context, 200, changed, shown.apply(changed));
        });
    }

    /** The next look at the file would undo the change. */
    private static void checkNotInFile(Webhook webhook) {
        if (!webhook.file().isEmpty()) {
            throw Problem.of(
                            409,
                            "webhook " + webhook.id() + " is declared in the file of " + WebhookFileConfig.FILE
                                    + " under the name " + webhook.file() + "; change it there")
                    .refused();
        }
    }

    private void delete(RoutingContext context) {
        String id = webhooks.find(context).id();
        BlockingCalls.run(context, () -> {
            changes.delete(id, webhook -> {
                checkNotInFile(webhook);
                WebhookView.checkRevision(context, webhook);
            });
            context.response().setStatusCode(204).end();
        });
    }
}
