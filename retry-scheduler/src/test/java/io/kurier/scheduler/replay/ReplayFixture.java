package io.kurier.scheduler.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.model.retry.RetryTiers;
import io.kurier.runtime.control.ReplayKeys;
import io.kurier.scheduler.Letters;
import io.kurier.scheduler.MemberConsumer;
import io.kurier.scheduler.MemoryLog;
import io.kurier.scheduler.ScriptedBatchWriter;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.schemas.Attempt;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import io.kurier.testkit.ManualProcessClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Replay loops over one log in memory, and the verbs of their tests. One thread, no real time. */
final class ReplayFixture {
    /** Records of one read. */
    static final int PAGE = 10;

    static final WriterSchemas SCHEMAS = new WriterSchemas();
    static final RecordCodec<DeadLetter> LETTERS = new RecordCodec<>(DeadLetter.class, SCHEMAS);
    static final RecordCodec<Delivery> DELIVERIES = new RecordCodec<>(Delivery.class, SCHEMAS);
    static final RecordCodec<Attempt> ATTEMPTS = new RecordCodec<>(Attempt.class, SCHEMAS);
    static final RecordCodec<ReplayRecord> REPLAYS = new RecordCodec<>(ReplayRecord.class, SCHEMAS);

    final ManualProcessClock clock = new ManualProcessClock();
    final TopicCatalog topics =
            new TopicCatalog("t.", 2, RetryTiers.parse("1s 5s 30s").delays());
    final MemoryLog log = new MemoryLog(clock);
    final ReplayRecords records = new ReplayRecords(topics, LETTERS, DELIVERIES, ATTEMPTS, REPLAYS);
    final TopicPartition replays = new TopicPartition(topics.replays(), 0);
    int batch = 500;
    int page = PAGE;
    Duration heldFor = Duration.ofDays(29);
    Duration replaysKept = Duration.ofDays(30);
    int maxFinishedReplays = 1_000;

    ReplayFixture() {
        log.setPartitions(topics.replays(), 1);
    }

    /** One scheduler process. */
    final class Process {
        final ScriptedBatchWriter writer = new ScriptedBatchWriter(log);
        final MemberConsumer member = new MemberConsumer(clock);
        final List<ConsumerRecord<byte[], byte[]>> unseen = new ArrayList<>();
        final ReplayTable table = new ReplayTable(this::position);
        final ReplayLoop loop;
        boolean isTableLagging;

        private Process() {
            for (ConsumerRecord<byte[], byte[]> record : log.records(topics.replays())) {
                accept(record);
            }
            log.listen(record -> {
                if (record.topic().equals(topics.replays())) {
                    unseen.add(record);
                }
                if (!isTableLagging) {
                    catchUp();
                }
            });
            RetrySchedulerConfig config =
                    new RetrySchedulerConfig(200, 1024 * 1024, batch, heldFor, replaysKept, maxFinishedReplays);
            loop = new ReplayLoop(config, topics, member, writer, () -> log.reader(page), table, records, clock);
            loop.subscribe();
        }

        private void accept(ConsumerRecord<byte[], byte[]> record) {
            try {
                table.accept(
                        new String(record.key(), UTF_8),
                        record.value() == null ? null : REPLAYS.decode(record.value()));
            } catch (Exception e) {
                throw new IllegalStateException("unreadable record in replays: " + record, e);
            }
        }

        private long position() {
            return unseen.isEmpty() ? log.end(replays) : unseen.get(0).offset();
        }

        void catchUp() {
            isTableLagging = false;
            unseen.forEach(this::accept);
            unseen.clear();
        }

        Process own() {
            member.own(List.of(replays));
            return this;
        }

        void lose() {
            member.own(List.of());
        }

        void turn() throws InterruptedException {
            loop.turn();
        }

        void turns(int count) throws InterruptedException {
            for (int i = 0; i < count; i++) {
                loop.turn();
            }
        }

        /** As many turns as fit into the time. */
        void runFor(Duration time) throws InterruptedException {
            long untilMs = clock.millis() + time.toMillis();
            while (clock.millis() < untilMs) {
                loop.turn();
            }
        }
    }

    Process start() {
        return new Process();
    }

    <T extends SpecificRecordBase> ConsumerRecord<byte[], byte[]> append(
            String topic, @Nullable Integer partition, String key, RecordCodec<T> codec, T value) {
        return log.append(new ProducerRecord<>(topic, partition, key.getBytes(UTF_8), codec.encode(value)));
    }

    ConsumerRecord<byte[], byte[]> send(DeadLetter letter) {
        return send(letter, null);
    }

    ConsumerRecord<byte[], byte[]> send(DeadLetter letter, @Nullable Integer partition) {
        return append(topics.deadLetters(), partition, letter.getWebhookId(), LETTERS, letter);
    }

    ConsumerRecord<byte[], byte[]> hold(DeadLetter letter) {
        return append(topics.held(), null, letter.getWebhookId(), LETTERS, letter);
    }

    /** Dead letters dlv_0 and on, spread over both partitions. */
    void die(int count) {
        for (int i = 0; i < count; i++) {
            send(Letters.entry(Integer.toString(i), 0), i % 2);
        }
    }

    void order(String id, ReplayOrder order) {
        append(topics.replays(), 0, id, REPLAYS, new ReplayRecord(id, order, null));
    }

    void progress(String id, ReplayProgress progress) {
        append(topics.replays(), 0, ReplayKeys.progress(id), REPLAYS, new ReplayRecord(id, null, progress));
    }

    <T extends SpecificRecordBase> List<T> in(String topic, RecordCodec<T> codec) {
        return log.records(topic).stream().map(record -> decode(codec, record)).toList();
    }

    static <T extends SpecificRecordBase> T decode(RecordCodec<T> codec, ConsumerRecord<byte[], byte[]> record) {
        try {
            return codec.decode(record.value());
        } catch (Exception e) {
            throw new IllegalStateException("unreadable record in " + record.topic(), e);
        }
    }

    List<String> laneIds() {
        return in(topics.lanes(), DELIVERIES).stream().map(Delivery::getId).toList();
    }

    List<String> takings(String topic) {
        return in(topic, LETTERS).stream()
                .filter(letter -> letter.getTakenBy() != null)
                .map(letter -> letter.getDeliveryId() + " by " + letter.getTakenBy())
                .toList();
    }

    /** The newest value of each key of {@code replays}; null for a tombstone. */
    Map<String, @Nullable ReplayRecord> replayValues() {
        Map<String, @Nullable ReplayRecord> values = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : log.records(topics.replays())) {
            values.put(new String(record.key(), UTF_8), record.value() == null ? null : decode(REPLAYS, record));
        }
        return values;
    }

    @Nullable
    ReplayProgress progress(String id) {
        ReplayRecord found = replayValues().get(ReplayKeys.progress(id));
        return found == null ? null : found.getProgress();
    }

    /** State, total and done, such as {@code COMPLETED 3 2}. */
    String state(String id) {
        ReplayProgress progress = progress(id);
        return progress == null
                ? "PENDING"
                : progress.getState() + " " + progress.getTotal() + " " + progress.getDone();
    }
}
