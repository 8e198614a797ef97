package io.kurier.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * What became of every request, by sequence number: sent by the generator, accepted by the target, received by the
 * receiver, recorded by Kurier. Also the latency from the moment a request was due to the moment its webhook arrived.
 * Each entry is made by one thread (generator, receiver, outcome counter); any thread may read.
 */
final class Ledger {
    /** More than can be under way; a power of two. */
    private static final int DUE_TIMES = 1 << 20;

    private static final long MAX_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final AtomicLong issued = new AtomicLong();
    private final Sequences accepted = new Sequences();
    private final Sequences received = new Sequences();
    private final Sequences recorded = new Sequences();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong unexpected = new AtomicLong();
    private final AtomicLongArray dueTimes = new AtomicLongArray(DUE_TIMES);
    private final AtomicLong latencyFrom = new AtomicLong(Long.MAX_VALUE);
    private final SingleWriterRecorder latency = new SingleWriterRecorder(1, MAX_LATENCY_NANOS, 3);

    /** A new request, due at a {@link System#nanoTime()}. */
    long issue(long dueNanos) {
        long sequence = issued.get();
        dueTimes.lazySet((int) sequence & (DUE_TIMES - 1), dueNanos);
        issued.lazySet(sequence + 1);
        return sequence;
    }

    void accept(long sequence) {
        accepted.add(sequence);
    }

    /** The target answered something else than 202. */
    void refuse() {
        refused.incrementAndGet();
    }

    /** A webhook arrived; -1 stands for one without a sequence number. */
    void receive(long sequence, long nowNanos) {
        if (sequence < 0 || sequence >= issued.get()) {
            unexpected.incrementAndGet();
        } else if (!received.add(sequence)) {
            duplicates.incrementAndGet();
        } else if (sequence >= latencyFrom.get()) {
            long nanos = nowNanos - dueTimes.get((int) sequence & (DUE_TIMES - 1));
            latency.recordValue(Math.max(1, Math.min(nanos, MAX_LATENCY_NANOS)));
        }
    }

    /** Kurier committed the outcome DELIVERED. */
    void record(long sequence) {
        if (sequence >= 0 && sequence < issued.get()) {
            recorded.add(sequence);
        }
    }

    /** From the next request on, latency is measured. */
    void measureLatency() {
        latencyFrom.set(issued.get());
    }

    /** The latencies since the last call, in nanoseconds. */
    Histogram latencies() {
        return latency.getIntervalHistogram();
    }

    /** Accepted and not yet received. */
    long outstanding() {
        return accepted.count() - received.count();
    }

    long accepted() {
        return accepted.count();
    }

    long received() {
        return received.count();
    }

    long recorded() {
        return recorded.count();
    }

    long refused() {
        return refused.get();
    }

    long duplicates() {
        return duplicates.get();
    }

    long unexpected() {
        return unexpected.get();
    }

    /** Accepted, never received. Exact once the load has stopped. */
    long lost() {
        return accepted.missingFrom(received);
    }

    /** Accepted, without a committed outcome. */
    long unrecorded() {
        return accepted.missingFrom(recorded);
    }
}
