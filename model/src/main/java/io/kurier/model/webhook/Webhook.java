package io.kurier.model.webhook;

import io.kurier.model.egress.WebhookUrl;
import io.kurier.model.event.EventPattern;
import io.kurier.model.retry.RetryPolicy;
import io.kurier.model.signing.Signing;
import io.kurier.model.tls.ClientTls;
import java.time.Duration;
import java.util.List;

/**
 * One registered receiver. Immutable; {@link #of} and {@link #with} make one, never the constructor.
 *
 * @param number grows with every webhook ever made; commit metadata refers to the webhook by it
 * @param revision grows with every change
 * @param events patterns of the events it gets; at most {@link #MAX_PATTERNS}
 * @param timeout longest time of one attempt, {@link #SHORTEST_TIMEOUT} to {@link #LONGEST_TIMEOUT}
 * @param pace limits on its deliveries
 * @param content conditions, headers and body of its requests
 * @param file its name in the webhook file that made it; empty when the API did
 * @param createdAtMs epoch milliseconds
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
     * Whether deliveries are sent.
     *
     * @param reason why not, for people; empty when active
     */
    public record State(Kind kind, String reason) {
        public static final State ACTIVE = new State(Kind.ACTIVE, "");
    }

    /** Deliveries to a webhook that is not active are held. */
    public enum Kind {
        ACTIVE,
        /** Paused by its owner, who resumes it. */
        PAUSED,
        /** Disabled until its owner enables it: it responded 410, or its owner said so. */
        DISABLED
    }

    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);
    public static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
    public static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(30);
    public static final int MAX_PATTERNS = 100;

    public Webhook {
        events = List.copyOf(events);
    }

    /** A builder for a webhook that gets every event, with defaults for the rest, number 0 and revision 0. */
    public static WebhookBuilder of(String id, String tenant, WebhookUrl url, Signing signing) {
        return new WebhookBuilder(id, tenant, url, signing);
    }

    /** A builder for a changed copy. The revision stays unless the builder changes it. */
    public WebhookBuilder with() {
        return new WebhookBuilder(this);
    }

    /** A copy with this number. */
    public Webhook numbered(long given) {
        return with().number(given).build();
    }

    /** Whether its deliveries are sent rather than held. */
    public boolean isActive() {
        return state.kind() == Kind.ACTIVE;
    }

    /** A copy with the next revision, in another state. */
    public Webhook in(State other) {
        return with().nextRevision().state(other).build();
    }
}
