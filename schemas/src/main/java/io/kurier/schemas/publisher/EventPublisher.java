package io.kurier.schemas.publisher;

import io.kurier.schemas.Event;
import io.kurier.schemas.SchemaRecord;
import io.kurier.schemas.registry.KurierAvroSerializer;
import io.kurier.schemas.registry.RegistrySettings;
import io.kurier.schemas.registry.RegistryUnavailableException;
import io.kurier.schemas.wire.EventHeaders;
import io.kurier.schemas.wire.WriterSchemas;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events to Kafka from an upstream service. {@link #emit} never waits and never throws. The buffer is bounded:
 * events that do not fit, that break a rule, or that Kafka does not confirm are reported and counted. Events of one job keep
 * their order. Any thread may call; close it once.
 *
 * <p>Settings are those of Kafka's producer, and: {@code kurier.topic} (kurier.events), {@code kurier.tenant} (default),
 * {@code kurier.buffer.events} (10000), {@code kurier.buffer.bytes} (33554432), {@code kurier.schemas.topic}. With
 * {@code schema.registry.url} events go out in Confluent's framing, under the settings of {@link KurierAvroSerializer};
 * without in Avro's single-object encoding, whose schema a worker of the same version or a later one knows;
 * {@code kurier.schemas.topic=kurier.schemas} announces it to older ones.
 */
public final class EventPublisher implements AutoCloseable {
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final Duration ANNOUNCING = Duration.ofSeconds(10);

    private final PublisherSettings settings;
    private final Consumer<Dropped> onDrop;
    private final Producer<byte[], byte[]> producer;
    private final @Nullable KurierAvroSerializer registry;
    private final BinaryMessageEncoder<Event> encoder = encoder(Event.class);
    private final Backlog backlog;
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = new Thread(this::run, "kurier-event-publisher");
    private boolean announced;

    /**
     * Starts a publisher. It connects in the background, so an unreachable Kafka does not fail the caller.
     *
     * @param config see above
     * @param onDrop called for every dropped event, on the thread that dropped it; must be quick; its exceptions are ignored
     * @throws org.apache.kafka.common.KafkaException when the settings are wrong
     */
    public EventPublisher(Map<String, ?> config, Consumer<Dropped> onDrop) {
        this(
                config,
                onDrop,
                producer -> new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    EventPublisher(
            Map<String, ?> config,
            Consumer<Dropped> onDrop,
            Function<Map<String, Object>, Producer<byte[], byte[]>> producers) {
        this.settings = PublisherSettings.from(config);
        this.onDrop = onDrop;
        this.backlog = new Backlog(settings.maxEvents(), settings.maxBytes());
        this.registry = config.containsKey(RegistrySettings.URL) ? new KurierAvroSerializer() : null;
        if (registry != null) {
            registry.configure(config, false);
        }
        this.producer = producers.apply(settings.producer());
        thread.setDaemon(true);
        thread.start();
    }

    private static <T extends SpecificRecordBase> BinaryMessageEncoder<T> encoder(Class<T> type) {
        SpecificData data = SpecificData.getForClass(type);
        return new BinaryMessageEncoder<>(data, data.getSchema(type));
    }

    /** Publishes an event with a random id and the current time. Returns false when it was dropped. */
    public boolean emit(String type, @Nullable String jobId, String json) {
        return emit(OutgoingEvent.of(type, jobId, json));
    }

    /**
     * Queues an event. The check of the rules takes some microseconds per KiB of data.
     *
     * @return false when the event was dropped; true does not mean that Kafka has it
     */
    @SuppressWarnings("CatchingUnchecked")
    public boolean emit(OutgoingEvent event) {
        try {
            String refusal = Refusal.of(event);
            Dropped.Reason reason = refusal != null ? Dropped.Reason.REFUSED : backlog.offer(event);
            if (reason == null) {
                return true;
            }
            drop(event, reason, refusal == null ? null : new IllegalArgumentException(refusal));
        } catch (RuntimeException e) {
            drop(event, Dropped.Reason.FAILED, e);
        }
        return false;
    }

    /** Number of events that all in-sync replicas have. */
    public long published() {
        return published.get();
    }

    /** Number of dropped events. */
    public long dropped() {
        return dropped.get();
    }

    /**
     * Waits until every event emitted so far is published or dropped.
     *
     * @return false when the time ran out first
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean flush(Duration limit) throws InterruptedException {
        return backlog.awaitAll(limit);
    }

    private void run() {
        try {
            OutgoingEvent event = backlog.take();
            while (event != null) {
                send(event);
                event = backlog.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends one event. Any exception that the caller's values cause drops this event only. */
    private void send(OutgoingEvent event) throws InterruptedException {
        try {
            byte[] value = encoded(event);
            byte[] key = utf8(settings.tenant() + "/" + event.jobId());
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(settings.topic(), key, value);
            event.headers().forEach((name, text) -> record.headers().add(name, utf8(text)));
            // the last header of a name counts; it tells the tenant even of a record that cannot be read
            record.headers().add(EventHeaders.TENANT, utf8(settings.tenant()));
            producer.send(record, (metadata, failure) -> ended(event, failure));
        } catch (InterruptedException e) {
            ended(event, e);
            throw e;
        } catch (RuntimeException | IOException e) {
            ended(event, e);
        }
    }

    /** Encodes the event, waiting for an unreachable registry as long as the producer waits for Kafka. */
    private byte[] encoded(OutgoingEvent event) throws IOException, InterruptedException {
        Event record = Event.newBuilder()
                .setId(event.id())
                .setTenant(settings.tenant())
                .setType(event.type())
                .setJobId(event.jobId())
                .setTime(event.time())
                .setData(ByteBuffer.wrap(utf8(event.data())))
                .setClientId(true)
                .build();
        long began = System.nanoTime();
        while (true) {
            try {
                return encoded(record);
            } catch (RuntimeException | IOException e) {
                boolean mayPass = e instanceof Unannounced || e.getCause() instanceof RegistryUnavailableException;
                boolean isLate = System.nanoTime() - began > settings.patience().toNanos();
                if (!mayPass || isLate || backlog.isClosed()) {
                    throw e;
                }
                backlog.pause(AGAIN);
            }
        }
    }

    private byte[] encoded(Event record) throws IOException, InterruptedException {
        byte[] framed = registry == null ? null : registry.serialize(settings.topic(), record);
        if (framed != null) {
            return framed;
        }
        announce();
        return bytes(encoder.encode(record));
    }

    /** The schema could not be announced, so no worker could read the event. */
    private static final class Unannounced extends IOException {
        private static final long serialVersionUID = 1L;

        Unannounced(String topic, Throwable cause) {
            super("could not write the event schema to the topic " + topic + ": " + cause.getMessage(), cause);
        }
    }

    /** As Kurier's own processes do before their first record. */
    private void announce() throws IOException, InterruptedException {
        String topic = settings.schemasTopic();
        if (announced || topic.isEmpty()) {
            return;
        }
        var schema = Event.getClassSchema();
        byte[] key = utf8(Long.toHexString(WriterSchemas.fingerprint(schema)));
        byte[] value = bytes(encoder(SchemaRecord.class).encode(new SchemaRecord(schema.getName(), schema.toString())));
        try {
            producer.send(new ProducerRecord<>(topic, 0, key, value)).get(ANNOUNCING.toMillis(), TimeUnit.MILLISECONDS);
            announced = true;
        } catch (ExecutionException | TimeoutException e) {
            throw new Unannounced(topic, e);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void ended(OutgoingEvent event, @Nullable Exception failure) {
        if (failure == null) {
            published.incrementAndGet();
        } else {
            drop(event, Dropped.Reason.FAILED, failure);
        }
        backlog.ended();
    }

    private void drop(OutgoingEvent event, Dropped.Reason reason, @Nullable Throwable cause) {
        dropped.incrementAndGet();
        try {
            onDrop.accept(new Dropped(event, reason, cause));
        } catch (RuntimeException e) {
            // The drop is counted. A failing listener must not fail the caller of emit.
        }
    }

    /** Closes with a limit of 10 s. */
    @Override
    public void close() {
        close(CLOSING);
    }

    /** Accepts no more events, publishes queued events until the limit, then drops the rest. */
    public void close(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        backlog.close();
        try {
            thread.join(Math.max(1, left(deadline).toMillis()));
            if (thread.isAlive()) {
                thread.interrupt();
                backlog.drain().forEach(event -> {
                    drop(event, Dropped.Reason.CLOSED, null);
                    backlog.ended();
                });
            }
            producer.close(left(deadline));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            producer.close(Duration.ZERO);
        }
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }
}
