package io.kurier.ingest.webhooks.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.expressions.Transform;
import io.kurier.ingest.http.BlockingCalls;
import io.kurier.ingest.http.BodyCollector;
import io.kurier.ingest.http.HttpResponses;
import io.kurier.ingest.http.Json;
import io.kurier.ingest.http.JsonFields;
import io.kurier.ingest.http.RequestBody;
import io.kurier.ingest.http.RequestParams;
import io.kurier.ingest.http.Routes;
import io.kurier.ingest.webhooks.WebhookJson;
import io.kurier.ingest.webhooks.WebhookRoutes;
import io.kurier.ingest.webhooks.WebhookView;
import io.kurier.model.retry.StatusRules;
import io.kurier.model.tenant.Role;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.Tenants;
import io.kurier.sender.AttemptResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Test deliveries: {@code POST /api/v1/webhooks/{id}/test} for a webhook, in any state, and
 * {@code POST /api/v1/webhooks/test} for a URL without a webhook. A test is attempted once while the caller waits, and is not
 * recorded.
 */
public final class TestRoutes {
    private static final Set<String> EVENT = Set.of("type", "data");
    /** Of a webhook that is not registered; what else one has does not bear on a single request. */
    private static final Set<String> RECEIVER =
            Set.of("url", "secret", "signature", "headers", "timeout", "tls", "ascii_json", "when", "transform");

    private static final Set<String> ALL = WebhookJson.plus(RECEIVER, "type", "data");

    private final WebhookView webhooks;
    private final TestSender sender;
    private final WebhookJson webhookJson;
    private final Tenants tenants;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final int maxEventBytes;

    /** @param maxEventBytes the largest data of a test event, normalised, in bytes */
    public TestRoutes(
            WebhookView webhooks,
            TestSender sender,
            WebhookJson webhookJson,
            Tenants tenants,
            InstantSource clock,
            RandomGenerator random,
            int maxEventBytes) {
        this.webhooks = webhooks;
        this.sender = sender;
        this.webhookJson = webhookJson;
        this.tenants = tenants;
        this.clock = clock;
        this.random = random;
        this.maxEventBytes = maxEventBytes;
    }

    public void mount(Routes routes) {
        routes.post(WebhookRoutes.PATH + "/test", Role.MANAGE, this::unregistered);
        routes.post(WebhookRoutes.ONE + "/test", Role.MANAGE, this::registered);
    }

    private void registered(RoutingContext context) {
        Webhook webhook = webhooks.find(context);
        byte[] body = BodyCollector.of(context);
        Context loop = Vertx.currentContext();
        BlockingCalls.run(context, () -> {
            ObjectNode json = Json.parseObjectOrEmpty(body);
            send(context, loop, webhook, event(body, JsonFields.of(json, "", EVENT)));
        });
    }

    private void unregistered(RoutingContext context) {
        byte[] body = RequestBody.required(context);
        String tenant = RequestParams.tenant(context);
        Context loop = Vertx.currentContext();
        BlockingCalls.run(context, () -> {
            ObjectNode json = Json.parseObject(body);
            TestEvent event = event(body, JsonFields.of(json, "", ALL));
            ObjectNode receiver = json.deepCopy().retain(RECEIVER);
            receiver.putArray("events").add("*");
            long nowMs = clock.millis();
            send(context, loop, webhookJson.parse(receiver, tenants.orPlain(tenant), nowMs), event);
        });
    }

    private TestEvent event(byte[] body, JsonFields fields) {
        return TestEvent.of(body, fields, maxEventBytes, clock.millis(), random);
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
        @Nullable String unwanted = event.mismatchWith(webhook).orElse(null);
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
                ? "the receiver accepted the test delivery"
                : "the receiver answered " + result.status() + ", which does not count as success for this webhook";
    }
}
