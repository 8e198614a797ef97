package io.kurier.benchmarks.subject;

import io.kurier.model.Ids;
import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.secret.SecretBox;
import io.kurier.model.signing.Signing;
import io.kurier.model.signing.SigningSecret;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.WebhookRecords;
import io.kurier.schemas.WebhookRecord;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.util.List;

/**
 * Registers webhooks as the API does, but many in a batch: over HTTP each webhook is a transaction of its own, so
 * 50,000 would take most of an hour. Only for use while no other process changes webhooks. Main thread.
 */
final class WebhookWriter {
    private static final String TOPIC = "kurier.webhooks";

    private final TopicWriter writer;
    private final WebhookRecords records;
    /**
     * The API numbers webhooks by the offsets of their records, so a number written here must not be below the end
     * offset.
     */
    private long number;

    WebhookWriter(TopicWriter writer, SecretBox box) {
        this.writer = writer;
        this.records = new WebhookRecords(new RecordCodec<>(WebhookRecord.class, new WriterSchemas()), box);
        this.number = writer.end(TOPIC, 0);
    }

    /**
     * @param url receives the deliveries
     * @param type the one event type that matches
     * @return the webhook's id
     */
    String write(String url, String type, SigningSecret secret) {
        long nowMs = System.currentTimeMillis();
        Webhook webhook = Webhook.of(
                        Ids.webhook(nowMs), TopicWriter.TENANT, WebhookUrl.parse(url), Signing.with(secret))
                .number(number++)
                .revision(1)
                .events(List.of(new EventPattern(type)))
                .createdAtMs(nowMs)
                .build();
        writer.write(TOPIC, 0, webhook.id(), records.write(webhook));
        return webhook.id();
    }
}
