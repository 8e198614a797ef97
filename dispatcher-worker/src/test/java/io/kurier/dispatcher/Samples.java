package io.kurier.dispatcher;

import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.lane.DirectQueue;
import io.kurier.dispatcher.lane.PauseTolerantClock;
import io.kurier.dispatcher.lane.WebhookQueue;
import io.kurier.dispatcher.offsets.OffsetMetadata;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.Ids;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.DeliveryLimits;
import io.kurier.model.webhook.Throttle;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.runtime.config.Settings;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import io.kurier.sender.SenderConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Sample values for tests. */
public final class Samples {
    public static final String TENANT = "default";
    public static final SigningSecret SECRET =
            SigningSecret.parse("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    /** One attempt and no retry. */
    public static final RetryPolicy NEVER_AGAIN = new RetryPolicy(List.of(), 0);

    /** Leaves waiting deliveries in their queue. */
    private static final WebhookQueue.Listener<DirectQueue> PASSIVE = new WebhookQueue.Listener<>() {
        @Override
        public void circuitOpened(DirectQueue queue, long nowMs) {}

        @Override
        public void overExpressionBudget(DirectQueue queue, long nowMs) {}
    };

    private Samples() {}

    public static Event event(String jobId, int number) {
        return event("job.progress", jobId, "{\"n\":" + number + "}");
    }

    public static Event event(String type, String jobId, String data) {
        return new Event(
                Ids.event(Instant.now().toEpochMilli(), ThreadLocalRandom.current()),
                TENANT,
                type,
                jobId,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8)),
                -1L,
                false,
                0L,
                null);
    }

    public static Webhook webhook(long number, String url) {
        return webhook(number, url, "*", NEVER_AGAIN, Duration.ofSeconds(10));
    }

    public static Webhook webhook(long number, String url, String pattern, RetryPolicy retry, Duration timeout) {
        return Webhook.of("wh_" + String.format("%026d", number), TENANT, WebhookUrl.parse(url), Signing.with(SECRET))
                .number(number)
                .revision(1)
                .events(List.of(new EventPattern(pattern)))
                .retry(retry)
                .timeout(timeout)
                .build();
    }

    /** A webhook with limits. */
    public static Webhook paced(long number, String url, DeliveryLimits pace) {
        return webhook(number, url).with().pace(pace).build();
    }

    /** A webhook that throttles some event types. */
    public static Webhook throttled(long number, String url, Throttle throttle) {
        return webhook(number, url).with().throttle(throttle).build();
    }

    /** A queue whose router does nothing when its circuit opens. */
    public static DirectQueue queue(String webhookId, int concurrency) {
        return queue(webhookId, concurrency, new PauseTolerantClock(System::nanoTime, DispatchLoop.TURN));
    }

    public static DirectQueue queue(String webhookId, int concurrency, PauseTolerantClock clock) {
        return new DirectQueue(
                webhookId, null, new WebhookQueue.Setup(concurrency, config().circuits(), clock), PASSIVE);
    }

    public static DirectQueue queue(String webhookId, @Nullable AdHocWebhook adHoc) {
        WebhookQueue.Setup setup = new WebhookQueue.Setup(
                4, config().circuits(), new PauseTolerantClock(System::nanoTime, DispatchLoop.TURN));
        return new DirectQueue(webhookId, adHoc, setup, PASSIVE);
    }

    public static PartitionAssignment assignment() {
        return new PartitionAssignment(
                PartitionAssignment.Path.LANES,
                new TopicPartition("lanes", 0),
                new OpenOffsets(0, OffsetMetadata.NOTHING),
                0);
    }

    /** A record of a lane that was never attempted, at the given offset of the assignment. */
    public static PendingDelivery first(PartitionAssignment assignment, long offset, Event event) {
        return waiting(assignment, offset, event, 0);
    }

    /** A record of a lane that was attempted before. */
    public static PendingDelivery again(PartitionAssignment assignment, long offset, Event event) {
        return waiting(assignment, offset, event, 1);
    }

    private static PendingDelivery waiting(PartitionAssignment assignment, long offset, Event event, int attempts) {
        Delivery delivery = delivery(event, Waiting.UNKNOWN, 0);
        delivery.setAttempts(attempts);
        delivery.setRunAttempts(attempts);
        return PendingDelivery.fromLane(assignment, assignment.offsets.open(offset, 1, 0), delivery, null);
    }

    /** A delivery to the first webhook that was never attempted. */
    public static Delivery delivery(Event event, Waiting reason, long dueAtMs) {
        String webhookId = webhook(1, "https://example.com/").id();
        return new Delivery(
                Ids.delivery(event.getId(), webhookId), event, webhookId, 0, 0, 0, dueAtMs, reason, 0L, false);
    }

    /**
     * A configuration that allows loopback receivers over http.
     *
     * @param more each setting followed by its value
     */
    public static DispatcherConfig config(String... more) {
        Map<String, String> given = new HashMap<>(Map.of(EgressSettings.ALLOW_PRIVATE_NETWORKS, "true"));
        for (int i = 0; i < more.length; i += 2) {
            given.put(more[i], more[i + 1]);
        }
        return DispatcherConfig.from(Settings.parse(
                given, List.of(DispatcherConfig.definition(), SenderConfig.definition(), EgressSettings.definition())));
    }

    /** A membership of the group, as a consumer reports it. */
    public static ConsumerGroupMetadata group(String id) {
        return group(id, -1);
    }

    /** Kafka deprecated its only public constructors; a consumer of its own would need a broker. */
    @SuppressWarnings("removal")
    public static ConsumerGroupMetadata group(String id, int generation) {
        return new ConsumerGroupMetadata(id, generation, generation < 0 ? "" : "member", Optional.empty());
    }
}
