package io.kurier.dispatcher;

import io.kurier.dispatcher.config.DispatcherConfig;
import io.kurier.dispatcher.delivery.Work;
import io.kurier.dispatcher.lane.Line;
import io.kurier.dispatcher.lane.RunningTime;
import io.kurier.dispatcher.offsets.Assignment;
import io.kurier.dispatcher.offsets.OffsetPayload;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.model.Ids;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.Pace;
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
import org.apache.kafka.common.TopicPartition;

/** Values that tests begin with. */
public final class Samples {
    static final String TENANT = "default";
    public static final SigningSecret SECRET =
            SigningSecret.parse("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    /** One attempt, no other. */
    static final RetryPolicy NEVER_AGAIN = new RetryPolicy(List.of(), 0);

    /** Does nothing with what waits. */
    public static final Line.Way STILL = new Line.Way() {
        @Override
        public boolean ownsCircuit() {
            return false;
        }

        @Override
        public void empty(Line line, long nowMs) {}

        @Override
        public void rests(Line line, long nowMs) {}
    };

    private Samples() {}

    public static Event event(String jobId, int number) {
        return event("job.progress", jobId, "{\"n\":" + number + "}");
    }

    public static Event event(String type, String jobId, String data) {
        return new Event(
                Ids.event(Instant.now().toEpochMilli()),
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

    /** One whose owner says how much it takes. */
    static Webhook paced(long number, String url, Pace pace) {
        return webhook(number, url).with().pace(pace).build();
    }

    /** One that wants only the newest of some events. */
    static Webhook throttled(long number, String url, Throttle throttle) {
        return webhook(number, url).with().throttle(throttle).build();
    }

    /** A line whose way does nothing when its circuit opens. */
    public static Line line(String webhookId, int places) {
        return line(webhookId, places, new RunningTime(System::nanoTime));
    }

    public static Line line(String webhookId, int places, RunningTime time) {
        return new Line(webhookId, places, config().circuits(), time, STILL);
    }

    public static Assignment assignment() {
        return new Assignment(
                Assignment.Way.LANES, new TopicPartition("lanes", 0), new OpenOffsets(0, OffsetPayload.NOTHING), 0);
    }

    /** A record of a lane that was never attempted, at the given offset of the assignment. */
    public static Work first(Assignment assignment, long offset, Event event) {
        return waiting(assignment, offset, event, 0);
    }

    /** One that was attempted before. */
    public static Work again(Assignment assignment, long offset, Event event) {
        return waiting(assignment, offset, event, 1);
    }

    private static Work waiting(Assignment assignment, long offset, Event event, int attempts) {
        Delivery delivery = delivery(event, Waiting.UNKNOWN, 0);
        delivery.setAttempts(attempts);
        delivery.setRunAttempts(attempts);
        return Work.waiting(assignment, assignment.offsets.open(offset, 1, 0), delivery, null);
    }

    /** To the first webhook, never attempted. */
    static Delivery delivery(Event event, Waiting reason, long dueAtMs) {
        String webhookId = webhook(1, "https://example.com/").id();
        return new Delivery(
                Ids.delivery(event.getId(), webhookId), event, webhookId, 0, 0, 0, dueAtMs, reason, 0L, false);
    }

    /** Loopback over http is allowed; pairs of a setting and its value. */
    public static DispatcherConfig config(String... more) {
        Map<String, String> given = new HashMap<>(Map.of(EgressSettings.ALLOW_PRIVATE_NETWORKS, "true"));
        for (int i = 0; i < more.length; i += 2) {
            given.put(more[i], more[i + 1]);
        }
        return DispatcherConfig.from(Settings.parse(
                given, List.of(DispatcherConfig.definition(), SenderConfig.definition(), EgressSettings.definition())));
    }
}
