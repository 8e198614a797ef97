package io.kurier.runtime.transactions;

import io.kurier.runtime.health.Check;
import java.util.List;

/**
 * Where a part's records and offsets leave the process: writes batches, each of them whole or not at all. One thread commits;
 * any thread may close.
 */
public interface BatchWriter extends AutoCloseable {
    /** How a batch ended. */
    enum Result {
        /** Every record and every offset of the batch is committed. */
        COMMITTED,
        /** Nothing of the batch happened; the caller drops what it no longer owns and tries the rest again. */
        ABORTED
    }

    /**
     * Blocks until it is known how the batch ended, however long Kafka is unreachable.
     *
     * @throws InterruptedException if the writer is closed meanwhile: the next owner finds out how the batch ended
     */
    Result commit(Batch batch) throws InterruptedException;

    /**
     * Gets ready before the first batch, so that the first batch does not wait for it.
     *
     * @throws InterruptedException if the writer is closed meanwhile
     */
    void open() throws InterruptedException;

    /** Failed while batches fail for a reason that trying again does not mend. Any thread. */
    List<Check> health();

    @Override
    void close();
}
