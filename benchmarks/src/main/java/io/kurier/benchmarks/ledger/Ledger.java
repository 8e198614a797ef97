package io.kurier.benchmarks.ledger;

import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.load.ReceiverBehaviour;
import io.kurier.schemas.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * What became of every event and its deliveries, by sequence number: sent by the generator, accepted by the target,
 * received by the receiver, recorded by Kurier. Also the latency from the moment a request was due to the moment its
 * webhook arrived, of the webhooks that answer all the time. Issuing, latency and the
 * steady count have one writing thread each (the bench's event loop); all else may be entered and read by any.
 *
 * <p>Once the trouble began, deliveries to troubled webhooks are only owed: they need an outcome on record, whichever, and
 * no reception.
 */
public final class Ledger {
    /** More than can be under way; a power of two. */
    private static final int DUE_TIMES = 1 << 20;

    private static final long MAX_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final LoadWebhooks loadWebhooks;
    private final AtomicLong issued = new AtomicLong();
    private final SequenceSet accepted = new SequenceSet();
    private final SequenceSet received = new SequenceSet();
    private final SequenceSet recorded = new SequenceSet();
    private final SequenceSet owed = new SequenceSet();
    private final SequenceSet owedRecorded = new SequenceSet();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong steady = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong unexpected = new AtomicLong();
    private final AtomicLongArray dueTimes = new AtomicLongArray(DUE_TIMES);
    private final AtomicLong latencyFrom = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong faultyFrom = new AtomicLong(Long.MAX_VALUE);
    private final SingleWriterRecorder latency = new SingleWriterRecorder(1, MAX_LATENCY_NANOS, 3);

    public Ledger(LoadWebhooks loadWebhooks) {
        this.loadWebhooks = loadWebhooks;
    }

    /** A new request, due at a {@link System#nanoTime()}. */
    public long issue(long dueNanos) {
        long sequence = issued.get();
        dueTimes.lazySet((int) sequence & (DUE_TIMES - 1), dueNanos);
        issued.lazySet(sequence + 1);
        return sequence;
    }

    public void accept(long sequence) {
        events.incrementAndGet();
        int first = loadWebhooks.groupOf(sequence) * loadWebhooks.fanOut();
        for (int webhook = first; webhook < first + loadWebhooks.fanOut(); webhook++) {
            (isOwed(sequence, webhook) ? owed : accepted).add(loadWebhooks.delivery(sequence, webhook));
        }
    }

    /** The target answered something else than 202. */
    public void refuse() {
        refused.incrementAndGet();
    }

    /** A delivery arrived; -1 stands for no sequence number, and for no webhook of the load. */
    public void receive(long sequence, int webhook, long nowNanos) {
        if (!isDelivery(sequence, webhook) || isOwed(sequence, webhook)) {
            unexpected.incrementAndGet();
        } else if (!received.add(loadWebhooks.delivery(sequence, webhook))) {
            duplicates.incrementAndGet();
        } else if (loadWebhooks.behaviourOf(webhook) == ReceiverBehaviour.ANSWERS) {
            steady.lazySet(steady.get() + 1);
            if (sequence >= latencyFrom.get()) {
                long nanos = nowNanos - dueTimes.get((int) sequence & (DUE_TIMES - 1));
                latency.recordValue(Math.max(1, Math.min(nanos, MAX_LATENCY_NANOS)));
            }
        }
    }

    /** Kurier committed an outcome; -1 as with {@link #receive}: nobody else was to get anything. */
    void record(long sequence, int webhook, Outcome outcome) {
        if (!isDelivery(sequence, webhook)) {
            unexpected.incrementAndGet();
        } else if (isOwed(sequence, webhook)) {
            owedRecorded.add(loadWebhooks.delivery(sequence, webhook));
        } else if (outcome == Outcome.DELIVERED) {
            recorded.add(loadWebhooks.delivery(sequence, webhook));
        }
    }

    private boolean isDelivery(long sequence, int webhook) {
        return sequence >= 0 && sequence < issued.get() && loadWebhooks.gets(sequence, webhook);
    }

    private boolean isOwed(long sequence, int webhook) {
        return sequence >= faultyFrom.get() && loadWebhooks.behaviourOf(webhook) != ReceiverBehaviour.ANSWERS;
    }

    /** From the next request on, latency is measured. */
    public void measureLatency() {
        latencyFrom.set(issued.get());
    }

    /** From the next request on, troubled webhooks do not answer. To be called while no request is under way. */
    public void beginFaults() {
        faultyFrom.set(issued.get());
    }

    /** The latencies since the last call, in nanoseconds. */
    public Histogram latencies() {
        return latency.getIntervalHistogram();
    }

    /** Deliveries accepted and not yet received. */
    public long outstanding() {
        return accepted.count() - received.count();
    }

    /** Events the target answered with 202. */
    public long events() {
        return events.get();
    }

    /** Deliveries that events answered with 202 stand for. */
    public long accepted() {
        return accepted.count();
    }

    public long received() {
        return received.count();
    }

    /** Received by the webhooks that answer all the time. */
    public long receivedByHealthy() {
        return steady.get();
    }

    public long recorded() {
        return recorded.count();
    }

    /** Deliveries to webhooks in trouble. */
    public long owed() {
        return owed.count();
    }

    public long refused() {
        return refused.get();
    }

    public long duplicates() {
        return duplicates.get();
    }

    public long unexpected() {
        return unexpected.get();
    }

    /** Accepted, never received. Exact once the load has stopped. */
    public long lost() {
        return accepted.missingFrom(received);
    }

    /** Accepted, without a committed outcome. */
    public long unrecorded() {
        return accepted.missingFrom(recorded) + owed.missingFrom(owedRecorded);
    }
}
