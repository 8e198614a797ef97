package io.kurier.dispatcher.expression;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What expressions took of the event loop's time: a twentieth is each tenant's, with some milliseconds in advance, and of
 * evaluations that take a millisecond and more all tenants together have a quarter. The event loop's.
 */
final class ExpressionBudget {
    /** What part of the time somebody has, and until when it has gone into what was evaluated. */
    private static final class Account {
        private static final long IN_ADVANCE_NANOS = Duration.ofMillis(20).toNanos();
        private static final double NEWEST_WEIGHT = 0.5;
        /** More than one takes on average, so that few come back too early and have to queue again. */
        private static final double SPACING = 1.25;

        private final long oneIn;
        private long spentUntilNanos;
        /** When the last of those that were sent to a tier will have had its turn. */
        private long queuedUntilNanos;

        private double averageNanos;

        Account(long oneIn, long nowNanos) {
            this.oneIn = oneIn;
            this.spentUntilNanos = nowNanos;
            this.queuedUntilNanos = nowNanos;
        }

        void spend(long nanos, long nowNanos) {
            // one that takes much longer than the others was paused, or is the first of its kind
            double counted = Math.min((double) nanos, Math.max(4 * averageNanos, (double) HEAVY_NANOS));
            averageNanos = averageNanos == 0 ? counted : averageNanos + (counted - averageNanos) * NEWEST_WEIGHT;
            spentUntilNanos = later(spentUntilNanos, nowNanos) + nanos * oneIn;
        }

        boolean isSpent(long nowNanos) {
            return spentUntilNanos - nowNanos > IN_ADVANCE_NANOS * oneIn;
        }

        boolean isHeavy() {
            return averageNanos >= HEAVY_NANOS;
        }

        /** @return the place behind the last one */
        long queue(long earliestNanos) {
            long begin = later(queuedUntilNanos, later(spentUntilNanos, earliestNanos));
            queuedUntilNanos = begin + (long) (averageNanos * oneIn * SPACING);
            return queuedUntilNanos;
        }

        boolean isIdle(long nowNanos) {
            return nowNanos - later(spentUntilNanos, queuedUntilNanos) > REMEMBERED_NANOS;
        }

        private static long later(long one, long other) {
            return one - other > 0 ? one : other;
        }
    }

    private static final long TENANT_ONE_IN = 20;
    private static final long ALL_ONE_IN = 4;
    private static final long HEAVY_NANOS = Duration.ofMillis(1).toNanos();
    /** No evaluation takes longer; one that does was paused with the whole process. */
    private static final long LONGEST_NANOS = Duration.ofMillis(500).toNanos();
    /** How long it is remembered what a tenant's evaluations take. */
    private static final long REMEMBERED_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier clockNanos;
    private final Map<String, Account> tenants = new HashMap<>();
    private final Account heavyOfAll;

    /** @param clockNanos never goes back */
    ExpressionBudget(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
        this.heavyOfAll = new Account(ALL_ONE_IN, clockNanos.getAsLong());
    }

    long nanos() {
        return clockNanos.getAsLong();
    }

    /** An evaluation ended. */
    void spent(String tenant, long beganNanos) {
        long now = nanos();
        long took = Math.min(now - beganNanos, LONGEST_NANOS);
        of(tenant, now).spend(took, now);
        if (took >= HEAVY_NANOS) {
            heavyOfAll.spend(took, now);
        }
    }

    private Account of(String tenant, long nowNanos) {
        return tenants.computeIfAbsent(tenant, name -> new Account(TENANT_ONE_IN, nowNanos));
    }

    /** Whether the tenant has had its share, or all have and its evaluations are heavy: what its owners wrote waits. */
    boolean isSpent(String tenant) {
        Account account = tenants.get(tenant);
        if (account == null) {
            return false;
        }
        long now = nanos();
        return account.isSpent(now) || (account.isHeavy() && heavyOfAll.isSpent(now));
    }

    /**
     * Puts one more evaluation of the tenant behind those that were queued before.
     *
     * @return milliseconds until the tenant's share has room for it
     */
    long queueMs(String tenant) {
        long now = nanos();
        Account account = of(tenant, now);
        long earliest = account.isHeavy() ? Account.later(heavyOfAll.spentUntilNanos, now) : now;
        return Duration.ofNanos(account.queue(earliest) - now).toMillis();
    }

    void dropIdle() {
        long now = nanos();
        tenants.values().removeIf(account -> account.isIdle(now));
    }
}
