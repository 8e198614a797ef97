package io.kurier.ingest.publish;

import io.kurier.ingest.http.Problem;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Events a second of each tenant, as this process counts them: others count for themselves. A tenant without a limit costs a
 * look-up. Any thread.
 */
public final class EventQuotas {
    /** Beyond, the buckets of those who sent nothing for a second are forgotten: a new one is as full. */
    static final int MOST_BUCKETS = 10_000;

    private final ToIntFunction<String> perSecondOf;
    private final LongSupplier nanos;
    private final Map<String, TokenBucket> buckets = new ConcurrentHashMap<>();

    /**
     * @param perSecondOf each tenant's limit as it is now; 0 for no limit
     * @param nanos a monotonic clock, in nanoseconds
     */
    public EventQuotas(ToIntFunction<String> perSecondOf, LongSupplier nanos) {
        this.perSecondOf = perSecondOf;
        this.nanos = nanos;
    }

    /**
     * What the caller's events are taken from; null when there is no limit.
     *
     * @throws Problem.RefusedException when the tenant has sent its share
     */
    @Nullable
    TokenBucket open(String tenant) {
        int perSecond = perSecondOf.applyAsInt(tenant);
        if (perSecond == 0) {
            return null;
        }
        long now = nanos.getAsLong();
        TokenBucket bucket = buckets.get(tenant);
        if (bucket == null) {
            forgetTheIdle(now);
            bucket = buckets.computeIfAbsent(tenant, name -> new TokenBucket(perSecond, now));
        }
        long waitMs = bucket.waitMs(perSecond, now);
        if (waitMs > 0) {
            throw Problem.tooMany(
                            "tenant " + tenant + " may send " + perSecond
                                    + " events a second (quota.events_per_second)",
                            waitMs)
                    .refused();
        }
        return bucket;
    }

    private void forgetTheIdle(long now) {
        if (buckets.size() >= MOST_BUCKETS) {
            buckets.entrySet().removeIf(entry -> {
                int perSecond = perSecondOf.applyAsInt(entry.getKey());
                return perSecond == 0 || entry.getValue().isFull(perSecond, now);
            });
        }
    }

    int buckets() {
        return buckets.size();
    }
}
