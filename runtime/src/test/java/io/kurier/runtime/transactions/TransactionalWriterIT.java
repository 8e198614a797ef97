package io.kurier.runtime.transactions;

import static io.kurier.runtime.FaultyClients.Fault.UNKNOWN_BUT_COMMITTED;
import static io.kurier.runtime.FaultyClients.Fault.UNKNOWN_BUT_NOT_COMMITTED;
import static io.kurier.runtime.TestKafka.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.kurier.runtime.FaultyClients;
import io.kurier.runtime.TestKafka;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.runtime.transactions.BatchWriter.Result;
import io.kurier.testkit.kafka.KafkaExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TransactionalWriterIT {
    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass();

    private final TestKafka kafka = new TestKafka(KAFKA.broker());

    private final FaultyClients clients = new FaultyClients(kafka.clients());
    private final String source = kafka.unique("source");
    private final String target = kafka.unique("target");
    private final String group = kafka.unique("group");
    private final TopicPartition partition = new TopicPartition(source, 0);
    private Consumer<byte[], byte[]> member;
    private TransactionalWriter writer;

    @BeforeEach
    void join() throws Exception {
        KAFKA.broker().createTopic(source, 1, Map.of());
        KAFKA.broker().createTopic(target, 1, Map.of());
        member = joined();
        writer = new TransactionalWriter(clients, kafka.unique("writer"), ProcessClock.system());
    }

    @AfterEach
    void leave() {
        writer.close();
        member.close();
    }

    private Consumer<byte[], byte[]> joined() {
        Consumer<byte[], byte[]> joining = clients.member(group, Map.of());
        joining.subscribe(List.of(source));
        await().atMost(PATIENCE).until(() -> {
            joining.poll(Duration.ofMillis(100));
            return !joining.assignment().isEmpty();
        });
        return joining;
    }

    private Batch batch(String value, long offset, ConsumerGroupMetadata as) {
        return new Batch(
                List.of(new ProducerRecord<>(target, 0, null, value.getBytes(UTF_8))),
                List.of(new Batch.GroupOffsets(as, Map.of(partition, new Batch.Progress(offset, "open:" + offset)))));
    }

    private Batch batch(String value, long offset) {
        return batch(value, offset, member.groupMetadata());
    }

    private OffsetAndMetadata committed() {
        return member.committed(java.util.Set.of(partition)).get(partition);
    }

    @Test
    void recordsAndOffsetsGoOutTogetherWithTheirPayload() throws Exception {
        assertThat(writer.commit(batch("one", 5))).isEqualTo(Result.COMMITTED);
        assertThat(writer.commit(batch("two", 6))).isEqualTo(Result.COMMITTED);

        assertThat(kafka.committedValues(target)).containsExactly("one", "two");
        assertThat(committed().offset()).isEqualTo(6);
        assertThat(TransactionalWriter.payload(committed().metadata())).contains("open:6");
        assertThat(clients.begun()).isEqualTo(1);
    }

    @Test
    void anUnknownCommitThatWentThroughIsKnownAsCommitted() throws Exception {
        clients.onCommit(UNKNOWN_BUT_COMMITTED);

        assertThat(writer.commit(batch("one", 5))).isEqualTo(Result.COMMITTED);
        assertThat(writer.commit(batch("two", 6))).isEqualTo(Result.COMMITTED);

        assertThat(kafka.committedValues(target)).containsExactly("one", "two");
        assertThat(committed().offset()).isEqualTo(6);
    }

    @Test
    void anUnknownCommitThatDidNotGoThroughIsKnownAsAbortedAndCanBeRepeated() throws Exception {
        assertThat(writer.commit(batch("zero", 4))).isEqualTo(Result.COMMITTED);
        clients.onCommit(UNKNOWN_BUT_NOT_COMMITTED);

        assertThat(writer.commit(batch("one", 5))).isEqualTo(Result.ABORTED);
        assertThat(kafka.committedValues(target)).containsExactly("zero");
        assertThat(committed().offset()).isEqualTo(4);

        assertThat(writer.commit(batch("one", 5))).isEqualTo(Result.COMMITTED);
        assertThat(kafka.committedValues(target)).containsExactly("zero", "one");
        assertThat(committed().offset()).isEqualTo(5);
    }

    @Test
    void manyUnknownCommitsLoseNothingAndRepeatNothing() throws Exception {
        for (int i = 0; i < 12; i++) {
            if (i % 3 != 0) {
                clients.onCommit(i % 3 == 1 ? UNKNOWN_BUT_COMMITTED : UNKNOWN_BUT_NOT_COMMITTED);
            }
            Batch batch = batch(Integer.toString(i), i);
            Result expected = i % 3 == 2 ? Result.ABORTED : Result.COMMITTED;
            assertThat(writer.commit(batch)).as("commit %d", i).isEqualTo(expected);
            if (expected == Result.ABORTED) {
                assertThat(writer.commit(batch)).isEqualTo(Result.COMMITTED);
            }
        }

        assertThat(kafka.committedValues(target))
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
    }

    @Test
    void aMemberThatIsNoneAnyMoreWritesNothing() throws Exception {
        ConsumerGroupMetadata former = member.groupMetadata();
        member.close();
        member = joined();

        assertThat(writer.commit(batch("lost", 5, former))).isEqualTo(Result.ABORTED);
        assertThat(kafka.committedValues(target)).isEmpty();
        assertThat(committed()).isNull();

        assertThat(writer.commit(batch("kept", 6))).isEqualTo(Result.COMMITTED);
        assertThat(kafka.committedValues(target)).containsExactly("kept");
    }

    @Test
    void aRecordKafkaRefusesTakesItsWholeBatchWithIt() throws Exception {
        Batch tooLarge = new Batch(
                List.of(
                        new ProducerRecord<>(target, 0, null, "small".getBytes(UTF_8)),
                        new ProducerRecord<>(target, 0, null, new byte[8 * 1024 * 1024])),
                batch("", 5).offsets());

        assertThat(writer.health()).isEmpty();
        assertThat(writer.commit(tooLarge)).isEqualTo(Result.ABORTED);
        assertThat(writer.health()).singleElement().satisfies(check -> {
            assertThat(check.ok()).isFalse();
            assertThat(check.detail()).contains(target, "8388608 bytes");
        });
        assertThat(kafka.committedValues(target)).isEmpty();
        assertThat(committed()).isNull();
        assertThat(writer.commit(batch("next", 5))).isEqualTo(Result.COMMITTED);
        assertThat(writer.health()).isEmpty();
        assertThat(kafka.committedValues(target)).containsExactly("next");
    }

    @Test
    void writersOfOneRoleDoNotFenceEachOther() throws Exception {
        String role = kafka.unique("shared");
        try (TransactionalWriter first = new TransactionalWriter(clients, role, ProcessClock.system());
                TransactionalWriter second = new TransactionalWriter(clients, role, ProcessClock.system())) {
            assertThat(first.commit(batch("a", 1))).isEqualTo(Result.COMMITTED);
            assertThat(second.commit(batch("b", 2))).isEqualTo(Result.COMMITTED);
            assertThat(first.commit(batch("c", 3))).isEqualTo(Result.COMMITTED);
        }

        assertThat(kafka.committedValues(target)).containsExactly("a", "b", "c");
    }

    @Test
    void closingEndsTheWaitForAKafkaThatIsAway() {
        clients.refuse();
        CompletableFuture<Result> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return writer.commit(batch("never", 1));
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        });
        await().during(Duration.ofMillis(500)).atMost(PATIENCE).until(() -> !waiting.isDone());

        writer.close();

        assertThatExceptionOfType(java.util.concurrent.CompletionException.class)
                .isThrownBy(() -> waiting.orTimeout(30, java.util.concurrent.TimeUnit.SECONDS)
                        .join())
                .withRootCauseInstanceOf(InterruptedException.class);
        assertThat(kafka.committedValues(target)).isEmpty();
    }
}
