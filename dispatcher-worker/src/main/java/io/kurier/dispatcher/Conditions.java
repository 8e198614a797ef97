package io.kurier.dispatcher;

import io.kurier.expressions.Facts;
import io.kurier.expressions.When;
import io.kurier.model.Webhook;
import io.kurier.schemas.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the webhooks an event matches want it: those whose {@code when}, if they have one, is true of it. One that
 * cannot be told counts as false. The event loop's, but for {@link #compiled}.
 */
final class Conditions {
    /** What one webhook wants. */
    interface Condition {
        When.Answer of(Facts event);
    }

    /** What became of the one event of a partition that is held back: it is looked at again and again. */
    static final class Judged {
        private @Nullable Event event;
        private List<Webhook> matches = List.of();
        private List<Webhook> wanting = List.of();
        private long version;

        /** The event goes on. */
        void forget() {
            event = null;
            matches = List.of();
            wanting = List.of();
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Conditions.class);

    private final Map<String, Condition> byWebhook = new HashMap<>();
    private final Counter failures;
    /** Changes with any condition. */
    private long version;

    Conditions(MeterRegistry metrics) {
        this.failures = Counter.builder("kurier.when.failures")
                .description("Events about which a webhook's condition could not be told, so that it did not get them")
                .register(metrics);
    }

    /**
     * The webhook's condition; one that cannot be told when this version cannot read it. Null when it has none. Takes a
     * millisecond, so not on the event loop.
     */
    static @Nullable Condition compiled(@Nullable Webhook webhook) {
        if (webhook == null || webhook.content().when() == null) {
            return null;
        }
        String text = webhook.content().when();
        try {
            return When.parse(text)::of;
        } catch (IllegalArgumentException e) {
            log.warn("webhook {} gets nothing, its condition cannot be read: {}", webhook.id(), e.getMessage());
            return event -> new When.Answer.Failed("it cannot be read");
        }
    }

    void put(String webhookId, @Nullable Condition when) {
        version++;
        if (when == null) {
            byWebhook.remove(webhookId);
        } else {
            byWebhook.put(webhookId, when);
        }
    }

    /** In the order of the matches; the same list when none of them has a condition. */
    @SuppressWarnings("ReferenceEquality") // the same record again, not one like it
    List<Webhook> wanting(List<Webhook> matches, Event event, Judged before) {
        if (byWebhook.isEmpty() || matches.stream().noneMatch(webhook -> byWebhook.containsKey(webhook.id()))) {
            return matches;
        }
        if (event != before.event || matches != before.matches || version != before.version) {
            Facts facts = EventFacts.of(event);
            before.wanting = matches.stream()
                    .filter(webhook -> isWanted(byWebhook.get(webhook.id()), facts))
                    .toList();
            before.matches = matches;
            before.event = event;
            before.version = version;
        }
        return before.wanting;
    }

    private boolean isWanted(@Nullable Condition when, Facts facts) {
        if (when == null) {
            return true;
        }
        if (when.of(facts) instanceof When.Answer.Told told) {
            return told.isTrue();
        }
        failures.increment();
        return false;
    }
}
