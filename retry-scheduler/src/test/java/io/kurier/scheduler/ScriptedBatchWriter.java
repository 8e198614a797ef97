package io.kurier.scheduler;

import io.kurier.runtime.health.Check;
import io.kurier.runtime.transactions.Batch;
import io.kurier.runtime.transactions.BatchWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Writes batches to a {@link MemoryLog}, but for those that a test lets fail. One thread. */
public final class ScriptedBatchWriter implements BatchWriter {
    /** The process died, after the batch was committed. */
    public static final class CrashException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final MemoryLog log;
    private final Deque<Runnable> script = new ArrayDeque<>();
    private final List<Batch> committed = new ArrayList<>();
    private boolean abort;
    private int aborted;
    private boolean crash;

    public ScriptedBatchWriter(MemoryLog log) {
        this.log = log;
    }

    /** The next batches after those already scripted are aborted. */
    public ScriptedBatchWriter abort(int times) {
        for (int i = 0; i < times; i++) {
            script.add(() -> abort = true);
        }
        return this;
    }

    public ScriptedBatchWriter commit(int times) {
        for (int i = 0; i < times; i++) {
            script.add(() -> {});
        }
        return this;
    }

    /** The next batch is committed, but the caller dies before it hears of it. */
    public ScriptedBatchWriter commitAndCrash() {
        script.add(() -> crash = true);
        return this;
    }

    @Override
    public Result commit(Batch batch) {
        abort = false;
        crash = false;
        if (!script.isEmpty()) {
            script.remove().run();
        }
        if (abort) {
            aborted++;
            return Result.ABORTED;
        }
        log.commit(batch.records());
        committed.add(batch);
        if (crash) {
            throw new CrashException();
        }
        return Result.COMMITTED;
    }

    public List<Batch> committed() {
        return List.copyOf(committed);
    }

    public int aborted() {
        return aborted;
    }

    @Override
    public void open() {}

    @Override
    public List<Check> health() {
        return List.of();
    }

    @Override
    public void close() {}
}
