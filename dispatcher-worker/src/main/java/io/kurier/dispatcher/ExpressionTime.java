package io.kurier.dispatcher;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What each tenant's expressions took of the event loop's time: a twentieth is theirs, with some milliseconds in advance.
 * The event loop's.
 */
final class ExpressionTime {
    private static final long SHARE = 20;
    private static final long IN_ADVANCE_NANOS = Duration.ofMillis(20).toNanos();
    /** No evaluation takes longer; one that does was paused with the whole process. */
    private static final long LONGEST_NANOS = Duration.ofMillis(500).toNanos();

    private final LongSupplier clockNanos;
    /** Until when a tenant's share has gone into what its expressions took. */
    private final Map<String, Long> spentUntilNanos = new HashMap<>();

    /** @param clockNanos never goes back */
    ExpressionTime(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
    }

    long nanos() {
        return clockNanos.getAsLong();
    }

    /** An evaluation ended. */
    void spent(String tenant, long beganNanos) {
        long now = nanos();
        long cost = Math.min(now - beganNanos, LONGEST_NANOS) * SHARE;
        spentUntilNanos.merge(tenant, now + cost, (until, fresh) -> Math.max(until + cost, fresh));
    }

    /** Whether the tenant has had its share: what its owners wrote waits. */
    boolean isSpent(String tenant) {
        Long until = spentUntilNanos.get(tenant);
        if (until == null) {
            return false;
        }
        long ahead = until - nanos();
        if (ahead <= 0) {
            spentUntilNanos.remove(tenant);
        }
        return ahead > IN_ADVANCE_NANOS * SHARE;
    }
}
