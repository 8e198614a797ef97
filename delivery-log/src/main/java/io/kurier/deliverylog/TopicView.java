package io.kurier.deliverylog;

import io.kurier.runtime.Part;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A view of a topic in memory. A thread of its own reads every partition from the beginning and then follows; any
 * thread may query the view.
 */
abstract class TopicView implements Part {
    private static final Logger log = LoggerFactory.getLogger(TopicView.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final String name;
    private final ProcessClock clock;
    private final Consumer<byte[], byte[]> reader;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> readTo;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean complete;
    private volatile boolean running = true;

    /**
     * @param name of the thread, and in log lines and the health check
     * @throws org.apache.kafka.common.KafkaException if the topic's partitions or ends cannot be read
     */
    TopicView(String name, KafkaClients kafka, String topic, ProcessClock clock) {
        this.name = name;
        this.clock = clock;
        this.reader = kafka.reader();
        this.partitions = reader.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        this.readTo = reader.endOffsets(partitions);
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /**
     * Starts the reading thread. Subclasses call it at the end of their constructors, since {@link #apply} uses their
     * fields.
     */
    final void start() {
        thread.start();
    }

    /** Applies one record, on the reading thread. The records of one partition come in order. */
    abstract void apply(ConsumerRecord<byte[], byte[]> record);

    private void run() {
        try (reader) {
            while (running) {
                turn();
            }
        } catch (RuntimeException | Error e) {
            log.error("{} failed and stops; restart the process", name, e);
            failure.completeExceptionally(e);
        }
    }

    private void turn() {
        try {
            PausablePoll.poll(reader, POLL, clock).forEach(this::apply);
            if (!complete) {
                complete = partitions.stream()
                        .allMatch(partition -> reader.position(partition) >= readTo.getOrDefault(partition, 0L));
            }
        } catch (RetriableException e) {
            log.warn("{} cannot read Kafka, will retry: {}", name, e.toString());
        }
    }

    @Override
    public final List<Check> health() {
        return List.of(new Check(
                name,
                complete && !failure.isDone(),
                failure.isDone() ? "stopped after a failure, see the log" : complete ? "complete" : "still loading"));
    }

    @Override
    public final CompletableFuture<Void> failure() {
        return failure;
    }

    /** Stops the reading thread and waits up to 5 s for it. */
    @Override
    public final void close() {
        running = false;
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
