package io.kurier.ingest.publish;

import io.kurier.runtime.time.ProcessClock;
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

    /** How the producer of events differs from others. */
    public static final Map<String, Object> PRODUCER_SETTINGS = Map.of(
            "linger.ms", 2,
            // a caller gets an answer within five seconds
            "request.timeout.ms", 3_000,
            "delivery.timeout.ms", 4_500,
            // the longest time that an event loop blocks if the buffer is full
            "max.block.ms", 100,
            // the event loop must not block to fetch metadata again that the producer dropped while no event came
            "metadata.max.idle.ms", Duration.ofDays(365).toMillis(),
            "buffer.memory", 32L * 1024 * 1024);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final RecordCodec<Event> codec;
    private final ProcessClock clock;
    /** When an append last waited in vain; those of the next second do not wait again. */
    private volatile long blockedAtNanos;

    /**
     * @param producer made with {@link #PRODUCER_SETTINGS}; closed with this
     * @param topic the full name of the topic {@code events}
     */
    public EventAppender(
            Producer<byte[], byte[]> producer, String topic, RecordCodec<Event> codec, ProcessClock clock) {
        this.producer = producer;
        this.topic = topic;
        this.codec = codec;
        this.clock = clock;
        this.blockedAtNanos = clock.nanoTime() - SHORTEST_OUTAGE.toNanos();
    }

    /**
     * Fetches what the first append would block for; a first connection may well take longer than an append may.
     *
     * @throws TimeoutException when Kafka does not answer
     */
    public void open() {
        long start = clock.nanoTime();
        while (true) {
            try {
                producer.partitionsFor(topic);
                return;
            } catch (TimeoutException e) {
                if (clock.nanoTime() - start > OPENING.toNanos()) {
                    throw e;
                }
            }
        }
    }

    /** Calls back once: null when every in-sync replica has it, otherwise why nobody knows. */
    public void append(Event event, Consumer<@Nullable Exception> callback) {
        if (clock.nanoTime() - blockedAtNanos < SHORTEST_OUTAGE.toNanos()) {
            callback.accept(new TimeoutException("Kafka took no event a moment ago"));
            return;
        }
        Thread caller = Thread.currentThread();
        byte[] key = (event.getTenant() + "/" + event.getJobId()).getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(new ProducerRecord<>(topic, key, codec.encode(event)), (metadata, failure) -> {
                if (failure instanceof TimeoutException && Thread.currentThread() == caller) {
                    blockedAtNanos = clock.nanoTime();
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
