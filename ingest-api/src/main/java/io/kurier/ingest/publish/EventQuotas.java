package io.kurier.ingest.publish;

import io.kurier.ingest.http.Problem;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Limits the events per second of each tenant. Each API process counts by itself. A tenant without a limit costs one look-up.
 * Any thread.
 */
public final class EventQuotas {
    /** Beyond this, full buckets are dropped, which loses nothing: a new bucket starts full. */
    static final int MAX_BUCKETS = 10_000;

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
     * The bucket to take the tokens of a request's events from; null if the tenant has no limit.
     *
     * @throws Problem.RefusedException with 429 if the tenant is over its limit
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
            dropFullBuckets(now);
            bucket = buckets.computeIfAbsent(tenant, name -> new TokenBucket(perSecond, now));
        }
        long waitMs = bucket.waitMs(perSecond, now);
        if (waitMs > 0) {
            throw Problem.tooMany(
                            "tenant " + tenant + " is over its quota of " + perSecond
                                    + " events per second (quota.events_per_second); retry after " + waitMs + " ms",
                            waitMs)
                    .refused();
        }
        return bucket;
    }

    private void dropFullBuckets(long now) {
        if (buckets.size() >= MAX_BUCKETS) {
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
