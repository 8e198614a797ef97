package io.kurier.standalone.demo;

import io.kurier.runtime.KurierRuntime;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads committed records of the topic {@code attempts} from its beginning and passes each to a listener, on a thread
 * of its own.
 */
final class AttemptsTopic implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> reader;
    private final RecordCodec<Attempt> codec;
    private final Consumer<Attempt> listener;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "demo-attempts");
    private volatile boolean running = true;

    /** @param listener called on this class's thread */
    AttemptsTopic(KurierRuntime runtime, Consumer<Attempt> listener) {
        this.reader = runtime.kafka().reader();
        this.codec = runtime.codec(Attempt.class);
        this.listener = listener;
        List<TopicPartition> partitions = reader.partitionsFor(runtime.topics().attempts()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        thread.start();
    }

    /** @return completes exceptionally if the topic can no longer be read */
    CompletableFuture<Void> failure() {
        return failure;
    }

    private void run() {
        try (reader) {
            while (running) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                    listener.accept(codec.decode(record.value()));
                }
            }
        } catch (UnreadableRecordException | UnknownSchemaException | KafkaException e) {
            failure.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join(STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
