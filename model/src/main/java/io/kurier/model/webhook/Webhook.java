package io.kurier.model.webhook;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.tls.ClientTls;
import java.time.Duration;
import java.util.List;

/**
 * One registered receiver, as workers see it. Made by {@link #of} and {@link #with}, never by the constructor.
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
        Signing signing,
        RetryPolicy retry,
        Duration timeout,
        DeliveryLimits pace,
        Throttle throttle,
        ClientTls tls,
        PayloadSettings content,
        State state,
        String file,
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

    /** One that wants every event, with a default for everything else; not numbered, and of no revision yet. */
    public static WebhookBuilder of(String id, String tenant, WebhookUrl url, Signing signing) {
        return new WebhookBuilder(id, tenant, url, signing);
    }

    /** What a changed copy is made of: the same revision, until it says another. */
    public WebhookBuilder with() {
        return new WebhookBuilder(this);
    }

    public Webhook numbered(long given) {
        return with().number(given).build();
    }

    public boolean isActive() {
        return state.kind() == Kind.ACTIVE;
    }

    /** The next revision, in another state. */
    public Webhook in(State other) {
        return with().nextRevision().state(other).build();
    }
}
