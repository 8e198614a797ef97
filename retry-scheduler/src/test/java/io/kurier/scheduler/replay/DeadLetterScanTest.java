package io.kurier.scheduler.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.scheduler.Letters;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeadLetterScanTest {
    private static final Duration STEP = Duration.ofMillis(50);

    private final ReplayFixture fixture = new ReplayFixture();
    private final String topic = fixture.topics.deadLetters();

    private DeadLetterScan begin(@Nullable ReplayProgress progress) throws InterruptedException {
        return DeadLetterScan.begin(
                ReplayPlan.of("rpl_1", Letters.all(1_000_000), progress),
                topic,
                fixture.log.reader(ReplayFixture.PAGE),
                fixture.records);
    }

    private void finish(DeadLetterScan scan) throws InterruptedException {
        for (int step = 0; step < 1_000 && !scan.isDone(); step++) {
            scan.step(STEP, fixture.clock);
        }
    }

    /** What the scan's replay moves, in order. */
    private List<String> found(DeadLetterScan scan) throws InterruptedException {
        finish(scan);
        ReplayRun run = scan.run(fixture.clock.millis());
        List<String> found = new ArrayList<>();
        while (!run.isEmpty()) {
            fixture.clock.advance(Duration.ofSeconds(1));
            var records = run.next(fixture.log.reader(ReplayFixture.PAGE), fixture.clock.millis(), 100);
            records.forEach(record -> found.add((run.isTakenByOther(record) ? "taken " : "")
                    + ReplayFixture.decode(ReplayFixture.LETTERS, record).getDeliveryId()));
            run.committed(records, run.progressAfter(records, records.size(), fixture.clock.millis()));
        }
        return found;
    }

    private ConsumerRecord<byte[], byte[]> enter(String id, int partition) {
        return fixture.send(Letters.entry(id, 0), partition);
    }

    @Test
    void theLastRecordOfADeliveryDecidesWhetherItIsStillDead() throws Exception {
        enter("dead", 0);
        enter("taken", 0);
        fixture.send(Letters.taking("taken", 1, "rpl_0"), 0);
        enter("twice", 0);
        enter("twice", 0);

        assertThat(found(begin(null))).containsExactly("dlv_dead", "dlv_twice");
    }

    @Test
    void entriesAboveTheEndsFixedAtTheStartAreLeftOutAndTheirEarlierOnesToo() throws Exception {
        enter("old", 0);
        enter("again", 0);
        ReplayProgress begun =
                new ReplayProgress(ReplayState.RUNNING, 2L, 0L, List.of(2L, 0L), List.of(0L, 0L), 1L, 1L, null);
        fixture.send(Letters.taking("again", 1, "rpl_0"), 0);
        enter("again", 0);
        enter("new", 1);

        assertThat(found(begin(begun))).containsExactly("dlv_old");
    }

    @Test
    void anEmptyTopicHasNothing() throws Exception {
        assertThat(found(begin(null))).isEmpty();
    }

    @Test
    void aStepReadsABoundedNumberOfPages() throws Exception {
        fixture.die(1_000);
        DeadLetterScan scan = begin(null);
        int steps = 0;
        while (!scan.isDone()) {
            scan.step(STEP, fixture.clock);
            steps++;
        }
        assertThat(steps).isBetween(5, 6);
        assertThat(found(scan)).hasSize(1_000);
    }

    @Test
    void aStepWaitsNoLongerThanItsBudget() throws Exception {
        enter("1", 0);
        fixture.log.beginTransaction(new TopicPartition(topic, 0));
        enter("2", 0);
        DeadLetterScan scan = begin(null);
        long before = fixture.clock.millis();
        scan.step(STEP, fixture.clock);

        assertThat(fixture.clock.millis() - before).isEqualTo(50);
        assertThat(scan.isDone()).isFalse();
    }

    @Test
    void theEndOfATransactionThatWasOpenAtTheStartIsAwaited() throws Exception {
        enter("1", 0);
        fixture.log.beginTransaction(new TopicPartition(topic, 0));
        fixture.send(Letters.taking("1", 1, "discarded"), 0);
        DeadLetterScan scan = begin(null);
        for (int i = 0; i < 100; i++) {
            scan.step(STEP, fixture.clock);
        }
        assertThat(scan.isDone()).isFalse();
        fixture.log.endTransaction(new TopicPartition(topic, 0));

        assertThat(found(scan)).isEmpty();
    }

    @Test
    void aPartitionWhoseBeginningRetentionDeletedIsReadFromItsFirstOffset() throws Exception {
        for (int i = 0; i < 5; i++) {
            enter("a" + i, 0);
            enter("b" + i, 1);
        }
        fixture.log.deleteBelow(new TopicPartition(topic, 0), 3);
        fixture.log.deleteBelow(new TopicPartition(topic, 1), 5);

        assertThat(found(begin(null))).containsExactly("dlv_a3", "dlv_a4");
    }

    @Test
    void unreadableRecordsArePassedOver() throws Exception {
        enter("1", 0);
        fixture.log.append(new ProducerRecord<>(topic, 0, new byte[0], new byte[] {9}));
        fixture.log.append(new ProducerRecord<>(topic, 0, new byte[0], null));
        enter("2", 0);

        assertThat(found(begin(null))).containsExactly("dlv_1", "dlv_2");
    }

    @Test
    void lettersThatOthersTakeFromAPartitionNotYetScannedAreLeftOut() throws Exception {
        enter("1", 0);
        ConsumerRecord<byte[], byte[]> taken = enter("2", 1);
        enter("3", 1);
        DeadLetterScan scan = begin(null);
        scan.takenByOther(taken);

        assertThat(found(scan)).containsExactly("dlv_1", "dlv_3");
        assertThat(scan.run(0).progress().getTotal()).isZero();
    }

    @Test
    void lettersThatOthersTakeFromAScannedPartitionAreMarked() throws Exception {
        ConsumerRecord<byte[], byte[]> taken = enter("1", 0);
        enter("2", 0);
        DeadLetterScan scan = begin(null);
        finish(scan);
        scan.takenByOther(taken);

        assertThat(found(scan)).containsExactly("taken dlv_1", "dlv_2");
    }
}
