package io.kurier.dispatcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.dispatcher.outcome.OutcomeRecords;
import io.kurier.model.retry.RetryTiers;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.Batch;
import io.kurier.runtime.transactions.BatchWriter;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.CircuitRecord;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.kurier.schemas.wire.WriterSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Kafka as a worker's commits see it: keeps the committed records by topic, and the committed progress by partition. */
public final class InMemoryLog implements BatchWriter {
    public static final RetryTiers TIERS = RetryTiers.parse("1s 5s 30s 2m 10m 1h 6h");

    private final TopicCatalog topics = new TopicCatalog("", 4, TIERS.delays());
    private final WriterSchemas schemas = new WriterSchemas();
    private final Map<String, List<ProducerRecord<byte[], byte[]>>> byTopic = new HashMap<>();
    private final Map<TopicPartition, Batch.Progress> progress = new HashMap<>();
    private final List<Batch> batches = new ArrayList<>();
    private int abortsToCome;

    @Override
    public Result commit(Batch batch) {
        batches.add(batch);
        if (abortsToCome > 0) {
            abortsToCome--;
            return Result.ABORTED;
        }
        for (ProducerRecord<byte[], byte[]> record : batch.records()) {
            byTopic.computeIfAbsent(record.topic(), topic -> new ArrayList<>()).add(record);
        }
        batch.offsets().forEach(group -> progress.putAll(group.progress()));
        return Result.COMMITTED;
    }

    /** The next batches are aborted. */
    public void abortNext(int number) {
        abortsToCome = number;
    }

    /** Every batch that was tried, in order. */
    public List<Batch> batches() {
        return batches;
    }

    /** What the partition's next owner would find; null if nothing was committed for it. */
    public Batch.@Nullable Progress committed(TopicPartition partition) {
        return progress.get(partition);
    }

    public TopicCatalog topics() {
        return topics;
    }

    public OutcomeRecords records() {
        return new OutcomeRecords(
                topics,
                TIERS,
                new OutcomeRecords.Codecs(
                        codec(Attempt.class),
                        codec(Delivery.class),
                        codec(DeadLetter.class),
                        codec(CircuitRecord.class)));
    }

    private <T extends SpecificRecordBase> RecordCodec<T> codec(Class<T> type) {
        return new RecordCodec<>(type, schemas);
    }

    /** The committed records of the topic, as they were written. */
    public List<ProducerRecord<byte[], byte[]>> read(String topic) {
        return byTopic.getOrDefault(topic, List.of());
    }

    private <T extends SpecificRecordBase> List<T> read(String topic, Class<T> type) {
        return decode(read(topic), type);
    }

    /** @throws IllegalStateException if a record is not of this type */
    public <T extends SpecificRecordBase> List<T> decode(List<ProducerRecord<byte[], byte[]>> records, Class<T> type) {
        RecordCodec<T> codec = codec(type);
        List<T> found = new ArrayList<>();
        try {
            for (ProducerRecord<byte[], byte[]> record : records) {
                found.add(codec.decode(record.value()));
            }
        } catch (UnreadableRecordException | UnknownSchemaException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    public List<Attempt> attempts(Outcome outcome) {
        return read(topics.attempts(), Attempt.class).stream()
                .filter(attempt -> attempt.getOutcome() == outcome)
                .toList();
    }

    /** Outcomes in the order in which they were written. */
    public List<Outcome> outcomes() {
        return read(topics.attempts(), Attempt.class).stream()
                .map(Attempt::getOutcome)
                .toList();
    }

    public List<Delivery> lanes() {
        return read(topics.lanes(), Delivery.class);
    }

    public List<Delivery> tier(String name) {
        return read(topics.retry(name), Delivery.class);
    }

    /** What went to any tier, the shortest tier first. */
    public List<Delivery> tiers() {
        return TIERS.tiers().stream()
                .flatMap(tier -> tier(tier.name()).stream())
                .toList();
    }

    public List<DeadLetter> held() {
        return read(topics.held(), DeadLetter.class);
    }

    public List<DeadLetter> deadLetters() {
        return read(topics.deadLetters(), DeadLetter.class);
    }

    /** The last record of the webhook's circuit; null if there is none, or if the last one says that it closed. */
    public @Nullable CircuitRecord circuit(String webhookId) {
        List<ProducerRecord<byte[], byte[]>> all = read(topics.circuits()).stream()
                .filter(record -> new String(record.key(), UTF_8).equals(webhookId))
                .toList();
        ProducerRecord<byte[], byte[]> last = all.isEmpty() ? null : all.get(all.size() - 1);
        return last == null || last.value() == null
                ? null
                : decode(List.of(last), CircuitRecord.class).get(0);
    }

    @Override
    public void open() {}

    @Override
    public List<Check> health() {
        return List.of();
    }

    @Override
    public void close() {}
}
