package io.kurier.scheduler.loop;

import io.kurier.runtime.health.Check;
import java.util.List;

/**
 * One loop of the scheduler. A single thread calls everything but {@link #health}, which any thread may call. A loop waits
 * only in its consumers, its batch writer and its clock, so that a simulation can run it in virtual time.
 */
public interface SchedulerLoop extends AutoCloseable {
    /** Joins the loop's consumer group. Called once, before the first turn. */
    void subscribe();

    /**
     * Polls once, then does the work that is due.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer; the next turn tries again
     */
    void turn() throws InterruptedException;

    List<Check> health();

    @Override
    void close();
}
