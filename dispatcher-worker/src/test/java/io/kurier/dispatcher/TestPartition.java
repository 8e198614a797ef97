package io.kurier.dispatcher;

import io.kurier.dispatcher.intake.DecodedRecord;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** One partition's records, and its assignment to the worker that has it now. */
public final class TestPartition {
    public final PartitionAssignment.Path path;
    public final TopicPartition name;
    final List<DecodedRecord> records = new ArrayList<>();
    PartitionAssignment assignment;

    TestPartition(PartitionAssignment.Path path, TopicPartition name, PartitionAssignment assignment) {
        this.path = path;
        this.name = name;
        this.assignment = assignment;
    }

    public PartitionAssignment assignment() {
        return assignment;
    }

    /** Offset of the next record. */
    public long end() {
        return records.isEmpty() ? 0 : records.get(records.size() - 1).offset() + 1;
    }
}
