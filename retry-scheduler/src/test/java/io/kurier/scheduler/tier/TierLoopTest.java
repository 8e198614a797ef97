package io.kurier.scheduler.tier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.retry.RetryTiers;
import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.Batch;
import io.kurier.scheduler.Letters;
import io.kurier.scheduler.MemberConsumer;
import io.kurier.scheduler.MemoryLog;
import io.kurier.scheduler.ScriptedBatchWriter;
import io.kurier.scheduler.config.RetrySchedulerConfig;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import io.kurier.testkit.ManualProcessClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TierLoopTest {
    private static final RetryTiers TIERS = RetryTiers.parse("1s 5s 30s 2m 10m 1h 6h");
    private static final Duration EARLY = RetryTiers.EARLY;

    private final ManualProcessClock clock = new ManualProcessClock();
    private final TopicCatalog topics = new TopicCatalog("t.", 2, TIERS.delays());
    private final MemoryLog log = new MemoryLog(clock);
    private final ScriptedBatchWriter writer = new ScriptedBatchWriter(log);
    private final MemberConsumer consumer = new MemberConsumer(clock);
    private final WriterSchemas schemas = new WriterSchemas();
    private final RecordCodec<Delivery> codec = new RecordCodec<>(Delivery.class, schemas);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private TierLoop loop = loop(200, 1024 * 1024, 500);

    private TierLoop loop(int readAhead, int readAheadBytes, int batch) {
        RetrySchedulerConfig config = new RetrySchedulerConfig(
                readAhead, readAheadBytes, batch, Duration.ofDays(29), Duration.ofDays(30), 10);
        return new TierLoop(config, TIERS, topics, consumer, writer, codec, clock, metrics);
    }

    private TopicPartition partition(String tier, int number) {
        return new TopicPartition(topics.retry(tier), number);
    }

    private void own(TopicPartition... partitions) throws InterruptedException {
        loop.subscribe();
        consumer.own(List.of(partitions));
        loop.turn();
    }

    private Delivery delivery(String id, Duration dueIn) {
        Delivery delivery = Letters.entry(id, 0).getEntry().getDelivery();
        delivery.setDueAtMs(clock.millis() + dueIn.toMillis());
        return delivery;
    }

    private ConsumerRecord<byte[], byte[]> append(TopicPartition partition, byte[] value) {
        ConsumerRecord<byte[], byte[]> record = log.append(
                new ProducerRecord<>(partition.topic(), partition.partition(), "wh_1".getBytes(UTF_8), value));
        consumer.deliver(record);
        return record;
    }

    private Delivery append(TopicPartition partition, String id, Duration dueIn) {
        Delivery delivery = delivery(id, dueIn);
        append(partition, codec.encode(delivery));
        return delivery;
    }

    private List<Delivery> in(String topic) throws Exception {
        List<Delivery> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : log.records(topic)) {
            found.add(codec.decode(record.value()));
        }
        return found;
    }

    private List<String> laneIds() throws Exception {
        return in(topics.lanes()).stream().map(Delivery::getId).toList();
    }

    private Map<TopicPartition, Batch.Progress> progress(int batch) {
        return writer.committed().get(batch).offsets().get(0).progress();
    }

    @Test
    void nothingLeavesItsTierBeforeItsTime() throws Exception {
        own(partition("5s", 0));
        append(partition("5s", 0), "1", Duration.ofSeconds(5));
        long releaseAtMs = clock.millis() + Duration.ofSeconds(5).minus(EARLY).toMillis();

        while (clock.millis() < releaseAtMs) {
            assertThat(writer.committed()).isEmpty();
            loop.turn();
        }
        loop.turn();

        assertThat(laneIds()).containsExactly("dlv_1");
        assertThat(clock.millis()).isLessThan(releaseAtMs + EARLY.toMillis());
    }

    @Test
    void aDeliveryHopsThroughTheLargestTierThatFitsAndThenToItsLane() throws Exception {
        own(partition("1h", 0));
        Delivery sent = append(partition("1h", 0), "1", Duration.ofHours(1).plusMinutes(12));
        clock.advance(Duration.ofHours(1).minus(EARLY));
        loop.turn();

        ConsumerRecord<byte[], byte[]> hop = log.records(topics.retry("10m")).get(0);
        assertThat(in(topics.retry("10m"))).containsExactly(sent);
        assertThat(hop.key()).isEqualTo("wh_1".getBytes(UTF_8));
        assertThat(log.records(topics.lanes())).isEmpty();

        consumer.own(List.of(partition("10m", hop.partition())));
        loop.turn();
        consumer.deliver(hop);
        clock.advance(Duration.ofMinutes(10));
        loop.turn();

        assertThat(in(topics.retry("2m"))).containsExactly(sent);
    }

    @Test
    void whatIsOverdueGoesToItsLaneUnchanged() throws Exception {
        own(partition("6h", 1));
        Delivery sent = append(partition("6h", 1), "1", Duration.ofHours(6));
        clock.advance(Duration.ofDays(3));
        loop.turn();

        assertThat(in(topics.lanes())).containsExactly(sent);
        assertThat(metrics.counter("kurier.tiers.moved").count()).isEqualTo(1);
    }

    @Test
    void aBatchHoldsTheOffsetsOfItsRecordsAndOrderIsKeptOverManyBatches() throws Exception {
        loop = loop(200, 1024 * 1024, 4);
        own(partition("5s", 0), partition("5s", 1));
        for (int i = 0; i < 5; i++) {
            append(partition("5s", 0), "a" + i, Duration.ZERO);
            append(partition("5s", 1), "b" + i, Duration.ZERO);
        }
        loop.turn();
        clock.advance(Duration.ofSeconds(5));
        loop.turn();

        assertThat(writer.committed())
                .extracting(batch -> batch.records().size())
                .containsExactly(4, 4, 2);
        assertThat(laneIds())
                .containsSubsequence("dlv_a0", "dlv_a1", "dlv_a2", "dlv_a3", "dlv_a4")
                .containsSubsequence("dlv_b0", "dlv_b1", "dlv_b2", "dlv_b3", "dlv_b4");
        assertThat(progress(0)).hasSize(1);
        assertThat(progress(0).values()).containsExactly(new Batch.Progress(4, ""));
        assertThat(progress(2).values()).containsExactly(new Batch.Progress(5, ""));
    }

    @Test
    void anAbortedBatchIsMovedAgainByALaterTurnAndOnlyOnce() throws Exception {
        own(partition("5s", 0));
        append(partition("5s", 0), "1", Duration.ZERO);
        writer.abort(2);
        clock.advance(Duration.ofSeconds(5));

        loop.turn();
        assertThat(log.records(topics.lanes())).isEmpty();
        loop.turn();
        loop.turn();
        loop.turn();

        assertThat(writer.aborted()).isEqualTo(2);
        assertThat(laneIds()).containsExactly("dlv_1");
        assertThat(metrics.counter("kurier.tiers.moved").count()).isEqualTo(1);
    }

    @Test
    void aRevokedPartitionIsMovedByItsNewOwnerOnly() throws Exception {
        own(partition("5s", 0), partition("5s", 1));
        append(partition("5s", 0), "kept", Duration.ZERO);
        append(partition("5s", 1), "revoked", Duration.ZERO);
        writer.abort(1);
        loop.turn();
        clock.advance(Duration.ofSeconds(5));
        loop.turn();
        consumer.own(List.of(partition("5s", 0)));
        loop.turn();

        assertThat(laneIds()).containsExactly("dlv_kept");
        assertThat(progress(0).keySet()).containsExactly(partition("5s", 0));
    }

    @Test
    void aPartitionThatComesBackIsReadFromItsOffsetAgain() throws Exception {
        own(partition("5s", 0));
        append(partition("5s", 0), "1", Duration.ZERO);
        loop.turn();
        consumer.own(List.of());
        loop.turn();
        consumer.own(List.of(partition("5s", 0)));
        loop.turn();
        consumer.deliver(log.records(topics.retry("5s")).get(0));
        clock.advance(Duration.ofSeconds(5));
        loop.turn();

        assertThat(laneIds()).containsExactly("dlv_1");
    }

    @Test
    void aPartitionWithEnoughInMemoryIsPausedAndReadOnOnceThereIsRoom() throws Exception {
        loop = loop(3, 1024 * 1024, 500);
        own(partition("5s", 0), partition("5s", 1));
        IntStream.range(0, 3).forEach(i -> append(partition("5s", 0), "a" + i, Duration.ZERO));
        append(partition("5s", 1), "b", Duration.ZERO);
        loop.turn();

        assertThat(consumer.paused()).containsExactly(partition("5s", 0));

        clock.advance(Duration.ofSeconds(5));
        loop.turn();
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void beyondTheBytesOfAllPartitionsOnlyOneWithoutAKnownHeadIsRead() throws Exception {
        loop = loop(200, 100, 500);
        own(partition("5s", 0), partition("5s", 1), partition("6h", 0));
        append(partition("5s", 0), "1", Duration.ZERO);
        append(partition("6h", 0), "2", Duration.ofHours(6));
        loop.turn();

        assertThat(consumer.paused()).containsExactlyInAnyOrder(partition("5s", 0), partition("6h", 0));

        append(partition("5s", 1), "3", Duration.ZERO);
        clock.advance(Duration.ofSeconds(5));
        loop.turn();
        clock.advance(Duration.ofSeconds(5));
        loop.turn();
        assertThat(laneIds()).containsExactlyInAnyOrder("dlv_1", "dlv_3");
    }

    @Test
    void aPausedLoopWaitsOnItsClock() throws Exception {
        loop = loop(1, 1024 * 1024, 500);
        own(partition("6h", 0));
        append(partition("6h", 0), "1", Duration.ofHours(6));
        loop.turn();
        assertThat(consumer.paused()).hasSize(1);
        long before = clock.millis();

        loop.turn();

        assertThat(clock.millis() - before).isEqualTo(50);
    }

    @Test
    void anUnreadableRecordGoesToQuarantineByteForByteAndItsPartitionMovesOn() throws Exception {
        own(partition("5s", 0));
        byte[] garbage = {1, 2, 3};
        append(partition("5s", 0), "before", Duration.ZERO);
        append(partition("5s", 0), garbage);
        append(partition("5s", 0), "after", Duration.ZERO);
        clock.advance(Duration.ofSeconds(5));
        loop.turn();

        assertThat(laneIds()).containsExactly("dlv_before", "dlv_after");
        assertThat(log.records(topics.quarantine())).singleElement().satisfies(kept -> {
            assertThat(kept.value()).isEqualTo(garbage);
            assertThat(new String(kept.headers().lastHeader("kurier-offset").value(), UTF_8))
                    .isEqualTo("1");
        });
        assertThat(progress(0)).containsEntry(partition("5s", 0), new Batch.Progress(3, ""));
    }

    @Test
    void anUnknownSchemaStopsOnlyItsPartitionUntilItIsAnnounced() throws Exception {
        own(partition("5s", 0), partition("5s", 1));
        Schema newer = new Schema.Parser()
                .parse(Delivery.getClassSchema()
                        .toString()
                        .replace("\"symbols\":[\"UNKNOWN\",\"PARKED\"", "\"symbols\":[\"UNKNOWN\",\"WAITS\""));
        byte[] bytes = codec.encode(delivery("newer", Duration.ZERO));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(2, WriterSchemas.fingerprint(newer));
        append(partition("5s", 0), "before", Duration.ZERO);
        append(partition("5s", 0), bytes);
        append(partition("5s", 0), "behind", Duration.ZERO);
        append(partition("5s", 1), "other", Duration.ZERO);
        clock.advance(Duration.ofSeconds(5));
        loop.turn();
        loop.turn();

        assertThat(laneIds()).containsExactlyInAnyOrder("dlv_before", "dlv_other");
        assertThat(log.records(topics.quarantine())).isEmpty();
        assertThat(failing()).containsExactly("tiers-schema");
        assertThat(loop.health().get(1).detail()).contains(partition("5s", 0) + " offset 1");

        schemas.add(newer);
        loop.turn();
        assertThat(laneIds())
                .containsSubsequence("dlv_before", "dlv_newer", "dlv_behind")
                .hasSize(4);
        assertThat(failing()).isEmpty();
    }

    private List<String> failing() {
        return loop.health().stream()
                .filter(check -> !check.ok())
                .map(Check::name)
                .toList();
    }

    @Test
    void theLoopIsUnhealthyUntilItHasJoinedItsGroup() throws Exception {
        assertThat(failing()).containsExactly("tiers");
        own(partition("5s", 0));
        assertThat(failing()).isEmpty();
    }
}
