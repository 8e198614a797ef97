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
 * Counts every event and its deliveries by sequence number: sent by the generator, accepted by the target, received
 * by the receiver, recorded by Kurier. Also records the latency of the healthy webhooks, from the time a request was
 * due to the time its webhook arrived. {@link #issue} and {@link #receive} have one writing thread, the bench's event
 * loop; every other method may be called from any thread.
 *
 * <p>Once faults have begun, deliveries to faulty webhooks are only owed: they need an outcome on record, of any
 * kind, and no reception.
 */
public final class Ledger {
    /** More than the number of requests that can be in flight; a power of two. */
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
    private final AtomicLong receivedByHealthy = new AtomicLong();
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

    /**
     * Numbers a new request.
     *
     * @param dueNanos when the request was due, as {@link System#nanoTime()}
     * @return its sequence number
     */
    public long issue(long dueNanos) {
        long sequence = issued.get();
        dueTimes.lazySet((int) sequence & (DUE_TIMES - 1), dueNanos);
        issued.lazySet(sequence + 1);
        return sequence;
    }

    /** The target answered a request with 202. */
    public void accept(long sequence) {
        events.incrementAndGet();
        int first = loadWebhooks.groupOf(sequence) * loadWebhooks.fanOut();
        for (int webhook = first; webhook < first + loadWebhooks.fanOut(); webhook++) {
            (isOwed(sequence, webhook) ? owed : accepted).add(loadWebhooks.delivery(sequence, webhook));
        }
    }

    /** The target answered a request with a status other than 202, or did not answer. */
    public void refuse() {
        refused.incrementAndGet();
    }

    /**
     * A delivery arrived.
     *
     * @param sequence the sequence number in its body, or -1 if there is none
     * @param webhook the number in its path, or -1 if the path is not one of the load's
     * @param nowNanos when it arrived, as {@link System#nanoTime()}
     */
    public void receive(long sequence, int webhook, long nowNanos) {
        if (!isDelivery(sequence, webhook) || isOwed(sequence, webhook)) {
            unexpected.incrementAndGet();
        } else if (!received.add(loadWebhooks.delivery(sequence, webhook))) {
            duplicates.incrementAndGet();
        } else if (loadWebhooks.behaviourOf(webhook) == ReceiverBehaviour.ANSWERS) {
            receivedByHealthy.lazySet(receivedByHealthy.get() + 1);
            if (sequence >= latencyFrom.get()) {
                long nanos = nowNanos - dueTimes.get((int) sequence & (DUE_TIMES - 1));
                latency.recordValue(Math.max(1, Math.min(nanos, MAX_LATENCY_NANOS)));
            }
        }
    }

    /**
     * Kurier committed an outcome.
     *
     * @param sequence as in {@link #receive}
     * @param webhook as in {@link #receive}; only webhooks of the load may get a delivery
     */
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

    /** Measures latency from the next request on. */
    public void measureLatency() {
        latencyFrom.set(issued.get());
    }

    /**
     * Deliveries to faulty webhooks are owed from the next request on. Must be called while no request is in flight.
     */
    public void beginFaults() {
        faultyFrom.set(issued.get());
    }

    /** @return the latencies since the last call, in nanoseconds */
    public Histogram latencies() {
        return latency.getIntervalHistogram();
    }

    /** @return deliveries accepted and not yet received */
    public long outstanding() {
        return accepted.count() - received.count();
    }

    /** @return events that the target answered with 202 */
    public long events() {
        return events.get();
    }

    /** @return deliveries that follow from the accepted events, without the owed ones */
    public long accepted() {
        return accepted.count();
    }

    public long received() {
        return received.count();
    }

    /** @return deliveries received by healthy webhooks */
    public long receivedByHealthy() {
        return receivedByHealthy.get();
    }

    public long recorded() {
        return recorded.count();
    }

    /** @return deliveries to faulty webhooks */
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

    /** @return deliveries accepted and never received; exact once the load has stopped */
    public long lost() {
        return accepted.missingFrom(received);
    }

    /** @return deliveries, owed ones included, without a committed outcome */
    public long unrecorded() {
        return accepted.missingFrom(recorded) + owed.missingFrom(owedRecorded);
    }
}
