package io.kurier.benchmarks.subject;

import io.kurier.model.Ids;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Writes deliveries that failed once and wait in the retry tiers, due long after the run. Main thread. */
final class RetryBacklog {
    /** Tiers that release nothing while the bench runs. */
    private static final List<String> TIERS = List.of("kurier.retry.1h", "kurier.retry.6h");

    private static final Duration DUE_IN = Duration.ofDays(1);

    private final TopicWriter writer;
    private final RecordCodec<Delivery> codec = new RecordCodec<>(Delivery.class, new WriterSchemas());
    private final byte[] data;

    /** @param dataBytes size of each event's data */
    RetryBacklog(TopicWriter writer, int dataBytes) {
        this.writer = writer;
        this.data = ("\"" + "x".repeat(dataBytes - 2) + "\"").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * @param count deliveries to write
     * @param webhooks ids of the webhooks that get the deliveries in turn
     */
    void write(int count, List<String> webhooks) {
        long nowMs = System.currentTimeMillis();
        for (int i = 0; i < count; i++) {
            String webhook = webhooks.get(i % webhooks.size());
            Event event = new Event(
                    Ids.event(nowMs, ThreadLocalRandom.current()),
                    TopicWriter.TENANT,
                    "backlog.event",
                    "backlog-" + i,
                    Instant.ofEpochMilli(nowMs),
                    ByteBuffer.wrap(data),
                    -1L,
                    false,
                    0L,
                    null);
            Delivery delivery = new Delivery(
                    Ids.delivery(event.getId(), webhook),
                    event,
                    webhook,
                    0,
                    1,
                    1,
                    nowMs + DUE_IN.toMillis(),
                    Waiting.RETRY,
                    0L,
                    false);
            writer.write(TIERS.get(i % TIERS.size()), null, webhook, codec.encode(delivery));
        }
    }
}
