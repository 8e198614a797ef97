package io.kurier.ingest.control;

import io.kurier.runtime.control.ControlTables;
import io.kurier.runtime.kafka.EndOffsets;
import io.kurier.runtime.kafka.KafkaClients;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Makes sure that a control table shows every change committed so far, by any process. */
public interface TableCatchUp {
    /**
     * Returns when the table is up to date as of the call. Blocks: not on an event loop.
     *
     * @throws KafkaException if Kafka does not answer, or the table does not get that far in time
     */
    void await() throws InterruptedException;

    /**
     * Asks Kafka where the topic ends and waits for the table to get there.
     *
     * @param topic the full name of a control topic
     * @param limit how long to wait for the table
     */
    static TableCatchUp with(KafkaClients kafka, ControlTables tables, String topic, Duration limit) {
        return () -> {
            if (!tables.await(topic, EndOffsets.committed(kafka, new TopicPartition(topic, 0)), limit)) {
                throw new KafkaException(
                        "this process did not read " + topic + " to its end within " + limit.toSeconds() + " s");
            }
        };
    }
}
