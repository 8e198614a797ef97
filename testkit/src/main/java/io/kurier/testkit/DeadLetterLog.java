package io.kurier.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.model.Ids;
import io.kurier.runtime.KurierRuntime;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.DeadLetterEntry;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import io.kurier.schemas.wire.RecordCodec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes records to {@code dead-letters} as workers (entries) and replays (takings) do. One thread. */
public final class DeadLetterLog implements AutoCloseable {
    private final String topic;
    private final Producer<byte[], byte[]> producer;
    private final RecordCodec<DeadLetter> codec;

    /** The first death of a delivery; the {@code with} methods change single values. */
    public record Death(String tenant, String webhookId, String eventId, String type, String reason, Instant at) {
        public static Death of(String tenant, String webhookId, Instant at) {
            return new Death(tenant, webhookId, Ids.event(at.toEpochMilli(), ThreadLocalRandom.current()), "job.failed", "exhausted", at);
        }

        public Death withType(String other) {
            return new Death(tenant, webhookId, eventId, other, reason, at);
        }

        public Death withReason(String other) {
            return new Death(tenant, webhookId, eventId, type, other, at);
        }

        /** The same delivery with another time of death. */
        public Death withTime(Instant other) {
            return new Death(tenant, webhookId, eventId, type, reason, other);
        }

        public String deliveryId() {
            return Ids.delivery(eventId, webhookId);
        }
    }

    public DeadLetterLog(KurierRuntime runtime) {
        this.topic = runtime.topics().deadLetters();
        this.producer = runtime.kafka().producer(Map.of());
        this.codec = runtime.codec(DeadLetter.class);
    }

    /** Writes the entry of a dead delivery; returns when the broker has it. */
    public void enter(Death death) {
        Event event = new Event(
                death.eventId(),
                death.tenant(),
                death.type(),
                "job-of-" + death.eventId(),
                death.at(),
                ByteBuffer.wrap("{}".getBytes(UTF_8)),
                -1L,
                false,
                0L,
                null);
        Delivery delivery = Delivery.newBuilder()
                .setId(death.deliveryId())
                .setEvent(event)
                .setWebhookId(death.webhookId())
                .setAttempts(3)
                .setRunAttempts(3)
                .setDueAtMs(death.at().toEpochMilli())
                .setReason(Waiting.RETRY)
                .build();
        write(death, new DeadLetterEntry(delivery, death.reason(), 503, "timeout"), null);
    }

    /** Writes the taking of a delivery by a replay; returns when the broker has it. */
    public void take(Death death) {
        write(death, null, "rpl_test");
    }

    private void write(Death death, @Nullable DeadLetterEntry entry, @Nullable String takenBy) {
        DeadLetter letter = DeadLetter.newBuilder()
                .setDeliveryId(death.deliveryId())
                .setTenant(death.tenant())
                .setWebhookId(death.webhookId())
                .setRun(0)
                .setAtMs(death.at().toEpochMilli())
                .setEntry(entry)
                .setTakenBy(takenBy)
                .build();
        write(death.webhookId(), codec.encode(letter));
    }

    /** Writes any bytes as the value; returns when the broker has them. */
    public void write(String webhookId, byte @Nullable [] value) {
        try {
            producer.send(new ProducerRecord<>(topic, webhookId.getBytes(UTF_8), value))
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
