package io.kurier.benchmarks;

import io.kurier.model.EventPattern;
import io.kurier.model.Ids;
import io.kurier.model.Pace;
import io.kurier.model.RetryPolicy;
import io.kurier.model.SecretBox;
import io.kurier.model.SigningSecret;
import io.kurier.model.Webhook;
import io.kurier.model.WebhookUrl;
import io.kurier.runtime.control.WebhookRecords;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.WebhookRecord;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who is there besides the load: webhooks that match nothing of it, and deliveries that wait in the tiers. Written to
 * Kafka as the parts write them, since one transaction for each would take the most of an hour. Main thread.
 */
final class Crowd {
    /** Webhooks that the waiting deliveries are for. */
    private static final int BACKLOG_WEBHOOKS = 100;

    private static final String WEBHOOKS = "kurier.webhooks";
    /** Tiers that let go of nothing while the bench runs. */
    private static final List<String> TIERS = List.of("kurier.retry.1h", "kurier.retry.6h");

    private static final Duration DUE_IN = Duration.ofDays(1);
    private static final Duration READ_TIMEOUT = Duration.ofMinutes(2);
    private static final String TENANT = "default";

    private final DirectWriter writer;
    private final WebhookRecords records;
    private final RecordCodec<Delivery> deliveries;
    private final long nowMs = System.currentTimeMillis();
    private @Nullable String lastWebhook;

    private Crowd(DirectWriter writer, SecretBox box) {
        WriterSchemas schemas = new WriterSchemas();
        this.writer = writer;
        this.records = new WebhookRecords(new RecordCodec<>(WebhookRecord.class, schemas), box);
        this.deliveries = new RecordCodec<>(Delivery.class, schemas);
    }

    /**
     * Returns when Kurier knows of all of it.
     *
     * @return what was done, or an empty text
     */
    static String join(Settings settings, KurierApi api, String kafka, SecretBox box) {
        Scenario scenario = settings.scenario();
        if (scenario.webhooks() + scenario.backlog() == 0) {
            return "";
        }
        long began = System.nanoTime();
        try (DirectWriter writer = new DirectWriter(kafka)) {
            Crowd crowd = new Crowd(writer, box);
            crowd.webhooks(scenario.webhooks(), "idle");
            if (scenario.backlog() > 0) {
                crowd.backlog(scenario.backlog(), settings.payloadBytes());
            }
            writer.flush();
            String last = crowd.lastWebhook;
            io.kurier.benchmarks.Waiting.until(
                    () -> last == null || api.hasWebhook(last), READ_TIMEOUT, "Kurier to know of all webhooks");
        }
        return String.format(
                Locale.ROOT,
                "%,d idle webhooks, %,d deliveries in the tiers, in %.1f s",
                scenario.webhooks(),
                scenario.backlog(),
                (System.nanoTime() - began) / 1e9);
    }

    /** Numbered as the API would number them: by the offsets of their records, which nobody else writes meanwhile. */
    private List<String> webhooks(int count, String kind) {
        long number = writer.end(WEBHOOKS, 0);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Webhook webhook = new Webhook(
                    Ids.webhook(nowMs),
                    TENANT,
                    number + i,
                    1,
                    WebhookUrl.parse("http://127.0.0.1:9/" + kind + "/" + i),
                    List.of(new EventPattern(kind + "." + i)),
                    "",
                    SigningSecret.random(),
                    RetryPolicy.STANDARD,
                    Webhook.DEFAULT_TIMEOUT,
                    Pace.FREE,
                    nowMs);
            writer.write(WEBHOOKS, 0, webhook.id(), records.write(webhook));
            ids.add(webhook.id());
            lastWebhook = webhook.id();
        }
        writer.flush();
        return ids;
    }

    private void backlog(int count, int dataBytes) {
        List<String> ids = webhooks(Math.min(count, BACKLOG_WEBHOOKS), "backlog");
        byte[] data = ("\"" + "x".repeat(dataBytes - 2) + "\"").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < count; i++) {
            String webhook = ids.get(i % ids.size());
            Event event = new Event(
                    Ids.event(nowMs),
                    TENANT,
                    "backlog." + i % ids.size(),
                    "backlog-" + i,
                    Instant.ofEpochMilli(nowMs),
                    ByteBuffer.wrap(data),
                    -1L);
            long dueAtMs = nowMs + DUE_IN.toMillis();
            Delivery delivery =
                    new Delivery(Ids.delivery(event.getId(), webhook), event, webhook, 0, 1, 1, dueAtMs, Waiting.RETRY);
            writer.write(TIERS.get(i % TIERS.size()), null, webhook, deliveries.encode(delivery));
        }
    }
}
