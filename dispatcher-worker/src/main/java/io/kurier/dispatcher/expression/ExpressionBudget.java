package io.kurier.dispatcher.expression;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The share of the event loop's time that expressions may use: a twentieth for each tenant, 20 ms of it in advance; and a
 * quarter for the evaluations of a millisecond and more of all tenants together. Event loop only.
 */
final class ExpressionBudget {
    /** One share: one {@code oneIn}-th of the time, and until when past evaluations have used it up. */
    private static final class Account {
        private static final long IN_ADVANCE_NANOS = Duration.ofMillis(20).toNanos();
        private static final double NEWEST_WEIGHT = 0.5;
        /** Reserves more than the average, so that few come back too early and have to be postponed again. */
        private static final double SPACING = 1.25;

        private final long oneIn;
        private long spentUntilNanos;
        /** The time that was reserved for the last evaluation that had to wait. */
        private long reservedUntilNanos;

        private double averageNanos;

        Account(long oneIn, long nowNanos) {
            this.oneIn = oneIn;
            this.spentUntilNanos = nowNanos;
            this.reservedUntilNanos = nowNanos;
        }

        void spend(long nanos, long nowNanos) {
            // an evaluation that takes much longer than the others was paused, or is the first of its kind
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

        /** Reserves time behind the last reservation; returns its end. */
        long reserve(long earliestNanos) {
            long begin = later(reservedUntilNanos, later(spentUntilNanos, earliestNanos));
            reservedUntilNanos = begin + (long) (averageNanos * oneIn * SPACING);
            return reservedUntilNanos;
        }

        boolean isIdle(long nowNanos) {
            return nowNanos - later(spentUntilNanos, reservedUntilNanos) > REMEMBERED_NANOS;
        }

        private static long later(long one, long other) {
            return one - other > 0 ? one : other;
        }
    }

    private static final long TENANT_ONE_IN = 20;
    private static final long ALL_ONE_IN = 4;
    private static final long HEAVY_NANOS = Duration.ofMillis(1).toNanos();
    /** The most that counts for one evaluation; a longer one was paused with the whole process. */
    private static final long LONGEST_NANOS = Duration.ofMillis(500).toNanos();
    /** How long a tenant's average is remembered. */
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

    /** An evaluation that started then has just ended. */
    void spend(String tenant, long startedNanos) {
        long now = nanos();
        long took = Math.min(now - startedNanos, LONGEST_NANOS);
        of(tenant, now).spend(took, now);
        if (took >= HEAVY_NANOS) {
            heavyOfAll.spend(took, now);
        }
    }

    private Account of(String tenant, long nowNanos) {
        return tenants.computeIfAbsent(tenant, name -> new Account(TENANT_ONE_IN, nowNanos));
    }

    /** Whether the tenant has used up its share; or, if its evaluations are heavy, all tenants together theirs. */
    boolean isSpent(String tenant) {
        Account account = tenants.get(tenant);
        if (account == null) {
            return false;
        }
        long now = nanos();
        return account.isSpent(now) || (account.isHeavy() && heavyOfAll.isSpent(now));
    }

    /**
     * Reserves time for one more evaluation of the tenant, behind its earlier reservations.
     *
     * @return milliseconds until the tenant's share has room for it
     */
    long reserveMs(String tenant) {
        long now = nanos();
        Account account = of(tenant, now);
        long earliest = account.isHeavy() ? Account.later(heavyOfAll.spentUntilNanos, now) : now;
        return Duration.ofNanos(account.reserve(earliest) - now).toMillis();
    }

    void dropIdle() {
        long now = nanos();
        tenants.values().removeIf(account -> account.isIdle(now));
    }
}
