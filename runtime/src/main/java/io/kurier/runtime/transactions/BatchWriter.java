package io.kurier.runtime.transactions;

import io.kurier.runtime.health.Check;
import java.util.List;

/**
 * Writes a part's records and offsets in batches, each whole or not at all. One thread commits;
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

    /** Has a failed check while batches fail for a reason that a retry does not remove. Any thread. */
    List<Check> health();

    @Override
    void close();
}
