package io.kurier.dispatcher.intake;

import java.time.Duration;

/** How far this process has read the control topics. Any thread. */
public interface TableProgress {
    /**
     * Waits until every record below the offset is applied.
     *
     * @return false if the time ran out first
     * @throws InterruptedException if the worker stops meanwhile
     */
    boolean await(String topic, long offset, Duration limit) throws InterruptedException;

    /** The next offset of the topic that this process has not seen. */
    long position(String topic);
}
