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

/** Appends events to the topic {@code events}. Blocks for 100 ms at most. Any thread. */
public final class EventAppender implements AutoCloseable {
    private static final Duration FAIL_FAST = Duration.ofSeconds(1);
    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(15);

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
    /** When an append last blocked without success; appends of the next second fail at once instead of blocking again. */
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
        this.blockedAtNanos = clock.nanoTime() - FAIL_FAST.toNanos();
    }

    /**
     * Fetches the metadata of the topic, for which the first append would block otherwise: connecting may take longer than an
     * append is allowed to block.
     *
     * @throws TimeoutException if Kafka does not answer within 15 s
     */
    public void open() {
        long start = clock.nanoTime();
        while (true) {
            try {
                producer.partitionsFor(topic);
                return;
            } catch (TimeoutException e) {
                if (clock.nanoTime() - start > OPEN_TIMEOUT.toNanos()) {
                    throw e;
                }
            }
        }
    }

    /**
     * Appends an event and calls back once, on the calling thread or on that of the producer.
     *
     * @param callback gets null if all in-sync replicas have stored the event, or the reason why that is unknown
     */
    public void append(Event event, Consumer<@Nullable Exception> callback) {
        if (clock.nanoTime() - blockedAtNanos < FAIL_FAST.toNanos()) {
            callback.accept(
                    new TimeoutException("Kafka accepted no event within the last second; not trying again yet"));
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
