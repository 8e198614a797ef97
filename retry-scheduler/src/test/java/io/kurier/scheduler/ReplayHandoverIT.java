package io.kurier.scheduler;

import static io.kurier.scheduler.SchedulerFixture.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kurier.runtime.control.ReplayKeys;
import io.kurier.scheduler.replay.ReplayLoop;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.ReplayState;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReplayHandoverIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();
    /** Longer than a scheduler needs to do what it must not do. */
    private static final Duration TEMPTATION = Duration.ofMillis(1_500);

    @AutoClose
    private final SchedulerFixture fixture = new SchedulerFixture(KAFKA.broker(), InstantSource.system());

    @Test
    void anotherSchedulerFinishesWhatTheFirstBeganAndTheTotalIsExact() throws Exception {
        for (int i = 0; i < 120; i++) {
            fixture.send(Letters.entry(Integer.toString(i), 0, "wh_" + i % 5, "job.completed", "exhausted", 1_000));
        }
        RetryScheduler first = fixture.startScheduler(clients -> clients, 10);
        fixture.order("rpl_1", Letters.all(40));
        await().atMost(PATIENCE)
                .until(() -> fixture.progress("rpl_1") != null
                        && fixture.progress("rpl_1").getDone() >= 20);
        RetryScheduler second = fixture.startScheduler(clients -> clients, 10);
        first.close();
        long handedOver = fixture.takings().size();
        assertThat(handedOver).as("some are left").isBetween(20L, 119L);

        ReplayProgress done = fixture.awaitCompleted("rpl_1");

        assertThat(List.of(done.getTotal(), done.getDone())).containsExactly(120L, 120L);
        assertThat(fixture.laneIds()).hasSize(120).doesNotHaveDuplicates();
        assertThat(fixture.takings()).hasSize(120);
        assertThat(second.failure()).isNotDone();
    }

    /** A commit that was asked for before the handover may still come true after it. */
    @Test
    void aNewOwnerWaitsForTheFormerOwnersTransaction() throws Exception {
        DeadLetter letter = Letters.entry("1", 0);
        fixture.send(letter);
        fixture.order("rpl_1", Letters.all(Letters.FAST));
        try (Producer<byte[], byte[]> former = fixture.transactionalProducer("former")) {
            former.initTransactions();
            former.beginTransaction();
            try (Consumer<byte[], byte[]> member = memberOwningReplays()) {
                step(former, letter);
                former.sendOffsetsToTransaction(
                        Map.of(new TopicPartition(fixture.topics.replays(), 0), new OffsetAndMetadata(1)),
                        member.groupMetadata());
            }
            fixture.startScheduler();
            await().during(TEMPTATION)
                    .atMost(PATIENCE)
                    .until(() -> fixture.lanes().isEmpty() && fixture.progress("rpl_1") == null);
            former.commitTransaction();
        }

        ReplayProgress done = fixture.awaitCompleted("rpl_1");

        assertThat(fixture.laneIds()).containsExactly("dlv_1");
        assertThat(fixture.takings()).hasSize(1);
        assertThat(List.of(done.getTotal(), done.getDone())).containsExactly(1L, 1L);
    }

    private Consumer<byte[], byte[]> memberOwningReplays() {
        Consumer<byte[], byte[]> member =
                fixture.runtime.kafka().member(fixture.topics.named(ReplayLoop.GROUP), Map.of());
        member.subscribe(List.of(fixture.topics.replays()));
        await().atMost(PATIENCE).until(() -> {
            member.poll(Duration.ofMillis(100));
            return !member.assignment().isEmpty();
        });
        return member;
    }

    /** What an owner writes in its last step of a replay of one letter. */
    private void step(Producer<byte[], byte[]> former, DeadLetter letter) {
        byte[] key = "wh_1".getBytes(UTF_8);
        former.send(new ProducerRecord<>(
                fixture.topics.lanes(), key, fixture.encode(letter.getEntry().getDelivery())));
        former.send(taking(letter, "rpl_1"));
        ReplayProgress progress =
                new ReplayProgress(ReplayState.RUNNING, 1L, 1L, List.of(1L, 1L), List.of(1L, 1L), 1L, 1L, null);
        former.send(new ProducerRecord<>(
                fixture.topics.replays(),
                0,
                ReplayKeys.progress("rpl_1").getBytes(UTF_8),
                fixture.runtime.codec(ReplayRecord.class).encode(new ReplayRecord("rpl_1", null, progress))));
    }

    private ProducerRecord<byte[], byte[]> taking(DeadLetter letter, String by) {
        return new ProducerRecord<>(
                fixture.topics.deadLetters(),
                SchedulerFixture.partitionOf(letter),
                "wh_1".getBytes(UTF_8),
                fixture.runtime.codec(DeadLetter.class).encode(Letters.taking("1", 1, by)));
    }

    @Test
    void aLetterAnotherIsTakingIsNotTakenToo() throws Exception {
        DeadLetter letter = Letters.entry("1", 0);
        fixture.send(letter);
        fixture.startScheduler();
        try (Producer<byte[], byte[]> other = fixture.transactionalProducer("other")) {
            other.initTransactions();
            other.beginTransaction();
            other.send(taking(letter, "discarded")).get();
            fixture.order("rpl_1", Letters.all(Letters.FAST));
            await().during(TEMPTATION).atMost(PATIENCE).until(() -> fixture.lanes()
                    .isEmpty());
            other.commitTransaction();
        }

        assertThat(fixture.awaitCompleted("rpl_1").getTotal()).isZero();
        assertThat(fixture.lanes()).isEmpty();
        assertThat(fixture.takings()).hasSize(1);
    }
}
