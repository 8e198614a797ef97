package io.kurier.dispatcher.waiting;

import java.util.Locale;

/**
 * Why a delivery waits in this worker's memory, with its offset open. Each reason says what ends the wait, and is one line of
 * the metric {@code kurier.deliveries.waiting}.
 */
public enum WaitReason {
    /** The webhook's queue or the commit metadata has no room. Ends when there is room; checked at each turn. */
    BACKPRESSURE,
    /** An earlier event of the same job is parked range by range. Ends when its last range is written. */
    WIDE_FAN_OUT,
    /** The throttle interval of the job and type runs. Ends with the interval, or with another event of the job. */
    THROTTLE,
    /** A retry is not due. Ends at its due time. */
    DUE_TIME,
    /** Others of the same webhook go first. Ends when one of their attempts ends. */
    QUEUE,
    /** The webhook's rate limit is used up. Ends when the window has moved on. */
    RATE_LIMIT,
    /** The webhook's circuit is open. Ends when its pause is over. */
    CIRCUIT,
    /** Too many attempts are in flight to the webhook's host. Ends when one of them ends. */
    HOST_CONCURRENCY,
    /** Too many attempts are in flight in this worker, or the forward proxy fails. Ends when an attempt ends. */
    WORKER_CONCURRENCY,
    /** The control tables may be out of date. Ends when they are confirmed. */
    STALE_TABLES,
    /** The tenant's expressions used up their share of the event loop. Ends when it has a share again. */
    EXPRESSION_BUDGET;

    /** The value of the metric's label {@code reason}, such as {@code rate_limit}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
