package io.kurier.ingest.publish;

import io.kurier.runtime.KurierRuntime;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Appends events to the topic {@code events}. Never blocks for long; any thread. */
public final class EventAppender implements AutoCloseable {
    private static final Duration SHORTEST_OUTAGE = Duration.ofSeconds(1);
    private static final Duration OPENING = Duration.ofSeconds(15);

    private final String topic;
    private final Producer<byte[], byte[]> producer;
    private final RecordCodec<Event> codec;
    /** When an append last waited in vain; those of the next second do not wait again. */
    private volatile long blockedAtNanos = System.nanoTime() - SHORTEST_OUTAGE.toNanos();

    public EventAppender(KurierRuntime runtime) {
        this.topic = runtime.topics().events();
        this.codec = runtime.codec(Event.class);
        this.producer = runtime.kafka()
                .producer(Map.of(
                        "linger.ms", 2,
                        // a caller knows within five seconds
                        "request.timeout.ms", 3_000,
                        "delivery.timeout.ms", 4_500,
                        // an event loop waits here when the buffer is full
                        "max.block.ms", 100,
                        // nor for what it forgot about the topic while no event came
                        "metadata.max.idle.ms", Duration.ofDays(365).toMillis(),
                        "buffer.memory", 32L * 1024 * 1024));
    }

    /**
     * Fetches what the first append would block for; a first connection may well take longer than an append may.
     *
     * @throws TimeoutException when Kafka does not answer
     */
    public void open() {
        long start = System.nanoTime();
        while (true) {
            try {
                producer.partitionsFor(topic);
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() - start > OPENING.toNanos()) {
                    throw e;
                }
            }
        }
    }

    /** Calls back once: null when every in-sync replica has it, otherwise why nobody knows. */
    public void append(Event event, Consumer<@Nullable Exception> callback) {
        if (System.nanoTime() - blockedAtNanos < SHORTEST_OUTAGE.toNanos()) {
            callback.accept(new TimeoutException("Kafka took no event a moment ago"));
            return;
        }
        Thread caller = Thread.currentThread();
        byte[] key = (event.getTenant() + "/" + event.getJobId()).getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(new ProducerRecord<>(topic, key, codec.encode(event)), (metadata, failure) -> {
                if (failure instanceof TimeoutException && Thread.currentThread() == caller) {
                    blockedAtNanos = System.nanoTime();
                }
                callback.accept(failure);
            });
        } catch (KafkaException e) {
            callback.accept(e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
