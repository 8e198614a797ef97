package io.kurier.ingest;

import io.kurier.runtime.KurierRuntime;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Appends events to the topic {@code events}. Never blocks for long; any thread. */
final class EventLog implements AutoCloseable {
    private final String topic;
    private final Producer<byte[], byte[]> producer;
    private final RecordCodec<Event> codec;

    EventLog(KurierRuntime runtime) {
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
                        "buffer.memory", 32L * 1024 * 1024));
    }

    /** Fetches what the first append would block for. */
    void open() {
        producer.partitionsFor(topic);
    }

    /** Calls back once: null when every in-sync replica has it, otherwise why nobody knows. */
    void append(Event event, Consumer<@Nullable Exception> callback) {
        byte[] key = (event.getTenant() + "/" + event.getJobId()).getBytes(StandardCharsets.UTF_8);
        try {
            producer.send(
                    new ProducerRecord<>(topic, key, codec.encode(event)),
                    (metadata, failure) -> callback.accept(failure));
        } catch (KafkaException e) {
            callback.accept(e);
        }
    }

    @Override
    public void close() {
        producer.close(java.time.Duration.ofSeconds(5));
    }
}
