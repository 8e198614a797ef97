package io.kurier.ingest.webhooks.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.expressions.Transform;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.Routes;
import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.ingest.webhooks.WebhookRoutes;
import io.kurier.model.retry.StatusRules;
import io.kurier.model.tenant.Role;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.KurierRuntime;
import io.kurier.sender.AttemptResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Test deliveries: {@code POST /api/v1/webhooks/{id}/test}, and {@code POST /api/v1/webhooks/test} to a URL nobody
 * registered. Sent while the caller waits, once, whatever the webhook's state; nothing of it is on record.
 */
public final class TestRoutes {
    private static final Set<String> EVENT = Set.of("type", "data");
    /** Of a webhook that is not registered; what else one has does not bear on a single request. */
    private static final Set<String> RECEIVER =
            Set.of("url", "secret", "signature", "headers", "timeout", "tls", "ascii_json", "when", "transform");

    private static final Set<String> ALL = WebhookJson.and(RECEIVER, "type", "data");

    private final KurierRuntime runtime;
    private final TestSender sender;
    private final int maxEventBytes;
    private final WebhookJson webhookJson;

    public TestRoutes(KurierRuntime runtime, TestSender sender, IngestApiConfig config) {
        this.runtime = runtime;
        this.sender = sender;
        this.maxEventBytes = config.maxEventBytes();
        this.webhookJson = new WebhookJson(config.egress());
    }

    public void mount(Routes routes) {
        routes.post(WebhookRoutes.PATH + "/test", Role.MANAGE, this::unregistered);
        routes.post(WebhookRoutes.ONE + "/test", Role.MANAGE, this::registered);
    }

    private void registered(RoutingContext context) {
        Webhook webhook = WebhookRoutes.find(runtime, context);
        byte[] body = BodyCollector.of(context);
        Context loop = Vertx.currentContext();
        BlockingCalls.run(context, () -> {
            ObjectNode json = Json.objectOrNothing(body);
            send(context, loop, webhook, event(body, JsonFields.of(json, "", EVENT)));
        });
    }

    private void unregistered(RoutingContext context) {
        byte[] body = HttpResponses.body(context);
        String tenant = HttpResponses.tenant(context);
        Context loop = Vertx.currentContext();
        BlockingCalls.run(context, () -> {
            ObjectNode json = Json.parseObject(body);
            TestEvent event = event(body, JsonFields.of(json, "", ALL));
            ObjectNode receiver = json.deepCopy().retain(RECEIVER);
            receiver.putArray("events").add("*");
            long nowMs = runtime.clock().millis();
            send(context, loop, webhookJson.parse(receiver, runtime.tenants().orPlain(tenant), nowMs), event);
        });
    }

    private TestEvent event(byte[] body, JsonFields fields) {
        return TestEvent.of(body, fields, maxEventBytes, runtime.clock().millis());
    }

    private void send(RoutingContext context, Context loop, Webhook webhook, TestEvent event) {
        Transform.Result body = event.body(webhook);
        if (body instanceof Transform.Result.Body made) {
            sender.send(
                    event.request(webhook, made.json()), webhook, sent -> answer(context, loop, webhook, event, sent));
        } else {
            String why = ((Transform.Result.Failed) body).reason();
            answer(context, loop, webhook, event, new TestSender.Sent(AttemptResult.failed("transform", why), 0));
        }
    }

    private static void answer(
            RoutingContext context, Context loop, Webhook webhook, TestEvent event, TestSender.Sent sent) {
        @Nullable String unwanted = event.unwantedBy(webhook).orElse(null);
        ObjectNode told = told(webhook, sent)
                .put("delivery_id", event.deliveryTo(webhook))
                .put("type", event.type())
                .put("wanted", unwanted == null)
                .put("unwanted_because", unwanted);
        loop.runOnContext(ignored -> HttpResponses.json(context, 200, told));
    }

    private static ObjectNode told(Webhook webhook, TestSender.Sent sent) {
        AttemptResult result = sent.result();
        boolean answered = result.error() == null;
        boolean delivered =
                answered && webhook.retry().statuses().judge(result.status()) == StatusRules.Verdict.SUCCESS;
        String detail = detail(result, delivered);
        ObjectNode told = Json.object()
                .put("delivered", delivered)
                .put("status", result.status())
                .put("duration_ms", sent.tookMs())
                .put("error", answered ? null : result.error())
                .put("detail", detail)
                .put("response", answered ? result.excerpt() : null)
                // that the test was made, for callers of a guide
                .put("success", true);
        told.putObject("test_result")
                .put("success", delivered)
                .put("status", result.status())
                .put("duration", sent.tookMs())
                .put("url", webhook.url().redacted())
                .put("message", detail)
                .put("error", answered ? null : result.error());
        return told;
    }

    private static String detail(AttemptResult result, boolean delivered) {
        if (result.error() != null) {
            return String.join(": ", List.of(result.error(), String.valueOf(result.excerpt())));
        }
        return delivered
                ? "the receiver took it"
                : "the receiver answered " + result.status() + ", which is no success to this webhook";
    }
}
