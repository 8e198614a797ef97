package io.kurier.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.model.EgressRules;
import io.kurier.model.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/webhooks}: register, list, show, delete. Secrets are shown once, in the answer that made them. */
final class WebhookRoutes {
    private static final String PATH = "/api/v1/webhooks";
    private static final String ONE = PATH + "/:id";

    private final KurierRuntime runtime;
    private final ControlWriter writer;
    private final WebhookJson webhookJson;

    WebhookRoutes(KurierRuntime runtime, ControlWriter writer, EgressRules egress) {
        this.runtime = runtime;
        this.writer = writer;
        this.webhookJson = new WebhookJson(egress);
    }

    void mount(Router router) {
        router.post(PATH).handler(this::register);
        router.get(PATH).handler(this::list);
        router.get(ONE).handler(this::show);
        router.delete(ONE).handler(this::delete);
    }

    private void register(RoutingContext context) {
        Webhook asked = webhookJson.parse(
                Json.parseObject(Answers.body(context)),
                Answers.tenant(context),
                runtime.clock().millis());
        Changes.run(context, () -> {
            writer.write(asked.id(), new ControlWriter.Change() {
                @Override
                public byte[] decide() {
                    return runtime.webhookRecords()
                            .write(asked.numbered(
                                    runtime.tables().position(runtime.topics().webhooks())));
                }

                @Override
                public boolean isApplied() {
                    return runtime.webhooks().get(asked.id()).isPresent();
                }
            });
            ObjectNode made =
                    WebhookJson.show(asked).put("secret", asked.secret().reveal());
            context.response().putHeader("location", PATH + "/" + asked.id());
            Answers.json(context, 201, made);
        });
    }

    private void list(RoutingContext context) {
        String tenant = Answers.tenant(context);
        int limit = Answers.limit(context);
        String after = context.request().getParam("cursor", "");
        List<Webhook> found = runtime.webhooks().values().stream()
                .filter(webhook ->
                        webhook.tenant().equals(tenant) && webhook.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(Webhook::id))
                .limit(limit + 1L)
                .toList();
        ArrayNode data = Json.array();
        found.stream().limit(limit).forEach(webhook -> data.add(WebhookJson.show(webhook)));
        ObjectNode page = Json.object();
        page.set("data", data);
        page.put("next_cursor", found.size() > limit ? found.get(limit - 1).id() : null);
        Answers.json(context, 200, page);
    }

    private void show(RoutingContext context) {
        Answers.json(context, 200, WebhookJson.show(find(context)));
    }

    /** A foreign id answers exactly as a missing one. */
    private Webhook find(RoutingContext context) {
        String id = context.pathParam("id");
        String tenant = Answers.tenant(context);
        return runtime.webhooks()
                .get(id)
                .filter(webhook -> webhook.tenant().equals(tenant))
                .orElseThrow(() -> Problem.notFound("webhook", id).refused());
    }

    private void delete(RoutingContext context) {
        String id = find(context).id();
        Changes.run(context, () -> {
            writer.write(id, new ControlWriter.Change() {
                @Override
                public byte @Nullable [] decide() {
                    find(context);
                    return null;
                }

                @Override
                public boolean isApplied() {
                    return runtime.webhooks().get(id).isEmpty();
                }
            });
            context.response().setStatusCode(204).end();
        });
    }
}
