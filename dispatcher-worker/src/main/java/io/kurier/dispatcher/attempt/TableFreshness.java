package io.kurier.dispatcher.attempt;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Whether this worker's control tables are confirmed recently enough to act on them (promise 12): a worker that has
 * lost Kafka does not know of changes to webhooks. Event loop only.
 */
public final class TableFreshness {
    private static final Duration FOR_RETRIES = Duration.ofSeconds(5);
    private static final Duration FOR_FIRST_ATTEMPTS = Duration.ofSeconds(30);

    private final Supplier<Duration> unconfirmedFor;
    private Duration unconfirmed = Duration.ZERO;

    /** @param unconfirmedFor how long ago the tables were last known to be complete */
    public TableFreshness(Supplier<Duration> unconfirmedFor) {
        this.unconfirmedFor = unconfirmedFor;
    }

    /** Called at each turn of the event loop. */
    public void refresh() {
        unconfirmed = unconfirmedFor.get();
    }

    /** Whether retries and replays may start. */
    public boolean allowsRetries() {
        return unconfirmed.compareTo(FOR_RETRIES) < 0;
    }

    /** Whether any attempt may start. */
    public boolean allowsAttempts() {
        return unconfirmed.compareTo(FOR_FIRST_ATTEMPTS) < 0;
    }

    /**
     * Whether deliveries of a paused webhook may be held. A delivery held after a release that this worker did not see
     * would stay held.
     */
    public boolean allowsHolding() {
        return allowsRetries();
    }
}
