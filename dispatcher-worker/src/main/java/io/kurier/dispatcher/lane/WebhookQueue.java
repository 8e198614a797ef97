package io.kurier.dispatcher.lane;

import io.kurier.dispatcher.delivery.PendingDelivery;
import io.kurier.dispatcher.waiting.WaitReason;
import io.kurier.model.tenant.AdHocWebhook;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one webhook in this worker, on one of the two paths: those in flight, and those that wait. {@link
 * DirectQueue} and {@link LaneQueue} add the rules of their path. Event loop only.
 */
public abstract class WebhookQueue {
    /**
     * The settings that all queues of a path share.
     *
     * @param maxConcurrency attempts in flight at most
     */
    public record Setup(int maxConcurrency, CircuitBreaker.Rules circuits, PauseTolerantClock clock) {}

    /**
     * The router of a path, which moves waiting deliveries elsewhere when a queue must not keep them.
     *
     * @param <Q> the path's kind of queue
     */
    public interface Listener<Q extends WebhookQueue> {
        /** The queue's circuit opened: its waiting deliveries have to wait elsewhere. */
        void circuitOpened(Q queue, long nowMs);

        /** The tenant's expressions used up their time: waiting deliveries must not hold offsets and memory meanwhile. */
        void overExpressionBudget(Q queue, long nowMs);
    }

    public final String webhookId;
    /** The webhook that events name themselves; null for a registered webhook. */
    public final @Nullable AdHocWebhook adHoc;

    final Setup setup;
    private final DeliveryOrder order = new DeliveryOrder();
    private final AttemptPace pace = new AttemptPace();
    private CircuitBreaker circuit;
    private WaitReason waitsFor = WaitReason.QUEUE;

    WebhookQueue(String webhookId, @Nullable AdHocWebhook adHoc, Setup setup) {
        this.webhookId = webhookId;
        this.adHoc = adHoc;
        this.setup = setup;
        this.circuit = newCircuit();
    }

    private CircuitBreaker newCircuit() {
        return new CircuitBreaker(setup.circuits(), setup.maxConcurrency());
    }

    /** Whether this is the one queue of the webhook in all workers that may probe it. */
    public abstract boolean ownsCircuit();

    /** Tells the path's router; see {@link Listener#circuitOpened}. */
    public abstract void circuitOpened(long nowMs);

    /** Tells the path's router; see {@link Listener#overExpressionBudget}. */
    public abstract void overExpressionBudget(long nowMs);

    /** Attempts that may be in flight, apart from the circuit. */
    abstract int concurrency();

    /** Milliseconds until the rate limit lets one more start if {@code before} others start first; 0 for now. */
    abstract double rateWaitMs(int before, long nowMs);

    /** An attempt starts, and uses up a place in the rate limit. */
    abstract void useRate(long nowMs);

    /** The attempt did not start after all. */
    abstract void returnRate();

    public CircuitBreaker circuit() {
        return circuit;
    }

    /** The webhook was changed, which may have removed the cause of its failures. */
    public void resetCircuit() {
        circuit = newCircuit();
    }

    /** The reason why the deliveries of this queue wait, for the metrics. */
    public WaitReason waitsFor() {
        return waitsFor;
    }

    public void waitsFor(WaitReason reason) {
        waitsFor = reason;
    }

    /** How full the queue is, as one more delivery would find it. */
    public QueueAdmission.Load load(boolean isFirst, String jobId, long nowMs) {
        return new QueueAdmission.Load(
                order.waiting(isFirst), isFirst ? order.waitingBehind(jobId) : 0, estimatedWaitMs(nowMs));
    }

    /** Milliseconds one more delivery would wait for its attempt. */
    final double estimatedWaitMs(long nowMs) {
        double turns = (double) (waiting() + inFlight()) / Math.max(1, circuit.limit(concurrency(), nowMs));
        double byPaceMs = turns < 1 ? 0 : turns * paceMs(nowMs);
        return Math.max(byPaceMs, rateWaitMs(waiting(), nowMs));
    }

    private double paceMs(long nowMs) {
        boolean isStuck = inFlight() > 0 || (waiting() > 0 && pauseMs(nowMs) == 0);
        return isStuck ? pace.withoutProgressMs(setup.clock().turnNanos()) : pace.averageMs();
    }

    /** Milliseconds until the rate limit and the circuit let the next attempt start; 0 if they do now. */
    public double pauseMs(long nowMs) {
        double byRateMs = rateWaitMs(0, nowMs);
        boolean isOpen = circuit.state(nowMs) == CircuitBreaker.State.OPEN;
        return isOpen ? Math.max(byRateMs, (double) (circuit.pausedUntilMs() - nowMs)) : byRateMs;
    }

    public void add(PendingDelivery delivery) {
        if (isEmpty()) {
            pace.restarts(setup.clock().nanos());
        }
        order.add(delivery);
    }

    private boolean mayStart(long nowMs) {
        return inFlight() < circuit.limit(concurrency(), nowMs) && rateWaitMs(0, nowMs) <= 0;
    }

    /**
     * The next delivery; null if none may start now.
     *
     * @param retriesToo whether retries and replays may start now
     */
    public @Nullable PendingDelivery peek(boolean retriesToo, long nowMs) {
        return mayStart(nowMs) ? order.peek(retriesToo, concurrency()) : null;
    }

    /**
     * Takes the next delivery out, for its attempt; null if none may start now. The caller ends with {@link #attemptEnded} or
     * {@link #notAttempted}.
     *
     * @param retriesToo whether retries and replays may start now
     */
    public @Nullable PendingDelivery take(boolean retriesToo, long nowMs) {
        if (!mayStart(nowMs)) {
            return null;
        }
        boolean isFirstInFlight = inFlight() == 0;
        PendingDelivery delivery = order.take(retriesToo, concurrency());
        if (delivery != null) {
            if (isFirstInFlight) {
                pace.restarts(setup.clock().nanos());
            }
            useRate(nowMs);
        }
        return delivery;
    }

    /**
     * The delivery's request ended.
     *
     * @param tookMs milliseconds, pauses of the process not counted
     * @param nowNanos the pause-tolerant clock's reading
     */
    public void attemptEnded(PendingDelivery delivery, double tookMs, long nowNanos) {
        pace.attemptEnded(tookMs, nowNanos);
        order.release(delivery);
    }

    /** The delivery that was taken is not attempted after all, and uses none of the rate limit. */
    public void notAttempted(PendingDelivery delivery) {
        returnRate();
        order.release(delivery);
    }

    /**
     * Takes out every waiting delivery, first attempts in their order, so that the caller makes it wait elsewhere. Deliveries
     * of inactive assignments are dropped: their next owner attempts them.
     */
    public List<PendingDelivery> takeWaiting() {
        return order.takeWaiting();
    }

    final void forgetPace() {
        pace.forget();
    }

    final double averageMs() {
        return pace.averageMs();
    }

    public int inFlight() {
        return order.inFlight();
    }

    public int waiting() {
        return order.waiting();
    }

    /** Whether nothing waits and nothing is in flight; the queue may still know something about its webhook. */
    final boolean isEmpty() {
        return inFlight() == 0 && waiting() == 0;
    }

    /** Whether a new queue would behave the same. */
    boolean isIdle(long nowMs) {
        return isEmpty() && circuit.isAtRest(nowMs);
    }
}
