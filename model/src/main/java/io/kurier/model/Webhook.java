package io.kurier.model;

import java.time.Duration;
import java.util.List;

/**
 * One registered receiver, as workers see it.
 *
 * @param number grows with every webhook ever made; commit metadata names it by this
 * @param revision grows with every change
 */
public record Webhook(
        String id,
        String tenant,
        long number,
        long revision,
        WebhookUrl url,
        List<EventPattern> events,
        String description,
        SigningSecret secret,
        RetryPolicy retry,
        Duration timeout,
        Pace pace,
        Throttle throttle,
        ClientTls tls,
        State state,
        long createdAtMs) {

    /**
     * Whether it gets its deliveries now, and otherwise why not.
     *
     * @param reason for people; empty when active
     */
    public record State(Kind kind, String reason) {
        public static final State ACTIVE = new State(Kind.ACTIVE, "");
    }

    /** Deliveries to a webhook that is not active are held. */
    public enum Kind {
        ACTIVE,
        /** Its owner resumes it. */
        PAUSED,
        /** Nobody expects it to work before somebody mends it. */
        DISABLED
    }

    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);
    public static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
    public static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(30);
    public static final int MAX_PATTERNS = 100;

    public Webhook {
        events = List.copyOf(events);
    }

    public Webhook numbered(long given) {
        return new Webhook(
                id,
                tenant,
                given,
                revision,
                url,
                events,
                description,
                secret,
                retry,
                timeout,
                pace,
                throttle,
                tls,
                state,
                createdAtMs);
    }

    public boolean isActive() {
        return state.kind() == Kind.ACTIVE;
    }

    /** The next revision, in another state. */
    public Webhook in(State other) {
        return new Webhook(
                id,
                tenant,
                number,
                revision + 1,
                url,
                events,
                description,
                secret,
                retry,
                timeout,
                pace,
                throttle,
                tls,
                other,
                createdAtMs);
    }
}
