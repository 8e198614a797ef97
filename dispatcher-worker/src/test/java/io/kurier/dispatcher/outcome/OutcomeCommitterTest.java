package io.kurier.dispatcher.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.offsets.OffsetMetadata;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.runtime.transactions.TransactionalWriter;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OutcomeCommitterTest {
    private static final int MEGABYTE = 1 << 20;

    private final PartitionAssignment lane = assignment(PartitionAssignment.Path.LANES);
    private final PartitionAssignment events = assignment(PartitionAssignment.Path.EVENTS);
    private final OutcomeCommitter committer = new OutcomeCommitter(
            Runnable::run,
            Runnable::run,
            new TransactionalWriter(new ConfiguredKafkaClients(Map.of()), "test", ProcessClock.system()),
            Duration.ofMillis(100),
            System::nanoTime,
            failure -> {
                throw new AssertionError(failure);
            });

    private static PartitionAssignment assignment(PartitionAssignment.Path path) {
        return new PartitionAssignment(path, new TopicPartition("t", 0), new OpenOffsets(0, OffsetMetadata.NOTHING), 0);
    }

    private void add(PartitionAssignment assignment, int records, int bytes) {
        List<ProducerRecord<byte[], byte[]>> all =
                Collections.nCopies(records, new ProducerRecord<>("t", new byte[bytes]));
        committer.add(new OutcomeCommitter.Entry(assignment, all));
    }

    @Test
    void whatWaitsForItsCommitIsBoundedInRecords() {
        add(lane, 2_000, 1);
        assertThat(committer.isFullOfLanes()).isFalse();
        add(lane, 1, 1);
        assertThat(committer.isFullOfLanes()).isTrue();
        add(events, 2_999, 1);
        assertThat(committer.isFullForWide()).isFalse();
        add(events, 1, 1);
        assertThat(committer.isFullForWide()).isTrue();
        add(events, 14_999, 1);
        assertThat(committer.isFull()).isFalse();
        add(events, 1, 1);
        assertThat(committer.isFull()).isTrue();
        assertThat(committer.uncommitted()).isEqualTo(20_001);
    }

    @Test
    void andInBytes() {
        add(lane, 16, MEGABYTE);
        assertThat(committer.isFullOfLanes()).isFalse();
        assertThat(committer.isFullForWide()).isFalse();
        add(events, 1, MEGABYTE);
        assertThat(committer.isFullOfLanes())
                .as("what is of events does not count")
                .isFalse();
        assertThat(committer.isFullForWide()).isTrue();
        add(events, 47, MEGABYTE);
        assertThat(committer.isFull()).isFalse();
        add(events, 1, 1);
        assertThat(committer.isFull()).isTrue();
    }

    @Test
    void aRecordWithoutValueTakesNoBytes() {
        committer.add(new OutcomeCommitter.Entry(lane, List.of(new ProducerRecord<>("t", null))));

        assertThat(committer.uncommitted()).isEqualTo(1);
    }
}
