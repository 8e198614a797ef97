package io.kurier.ingest.webhooks.file;

import io.kurier.ingest.control.ControlTopic;
import io.kurier.ingest.control.ReplayOrders;
import io.kurier.model.signing.Signing;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.ChangeWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the webhooks that a file made as it wants them, all in one transaction; those of the API are not touched. Waits
 * for Kafka: not on an event loop.
 */
public final class WebhookFileChanges {
    private final ControlTopic<Webhook> webhooks;
    private final ReplayOrders orders;
    private final InstantSource clock;

    public WebhookFileChanges(ControlTopic<Webhook> webhooks, ReplayOrders orders, InstantSource clock) {
        this.webhooks = webhooks;
        this.orders = orders;
        this.clock = clock;
    }

    /** How many webhooks were made, changed and deleted. */
    record Done(int made, int changed, int removed) {
        boolean isNothing() {
            return made == 0 && changed == 0 && removed == 0;
        }
    }

    /** @throws IllegalArgumentException when one cannot be as the file wants it; nothing is done then */
    Done apply(List<WebhookFile.Wanted> wanted) throws ChangeWriter.UnavailableException, InterruptedException {
        Plan[] last = new Plan[1];
        webhooks.writer().write(() -> {
            Plan plan = new Plan();
            wanted.forEach(plan::want);
            plan.removeOthers();
            last[0] = plan;
            return new ChangeWriter.Decision(plan.values, plan.releases);
        });
        Plan plan = last[0];
        return new Done(plan.made, plan.changed, plan.removed);
    }

    /** The records to write, decided on the table as it is now. */
    private final class Plan {
        private final Map<String, byte @Nullable []> values = new LinkedHashMap<>();
        private final Map<String, WebhookFile.Wanted> byId = new LinkedHashMap<>();
        private final long position = webhooks.nextOffset().getAsLong();
        private final long nowMs = clock.millis();
        private final List<ChangeWriter.Addition> releases = new ArrayList<>();
        private int removed;
        private int made;
        private int changed;

        void want(WebhookFile.Wanted wanted) {
            Webhook webhook = wanted.webhook();
            byId.put(webhook.id(), wanted);
            Optional<Webhook> before = webhooks.get(webhook.id());
            if (before.isEmpty()) {
                // each takes an offset of its own, so that the next one made is numbered higher
                values.put(webhook.id(), webhooks.encode(webhook.numbered(position + made)));
                made++;
                return;
            }
            Webhook merged = merged(before.get(), wanted);
            if (!merged.equals(before.get())) {
                values.put(
                        webhook.id(),
                        webhooks.encode(merged.with().nextRevision().build()));
                changed++;
            }
        }

        /** Its state is the API's to say. */
        private Webhook merged(Webhook before, WebhookFile.Wanted wanted) {
            Webhook asked = wanted.webhook();
            return before.with()
                    .url(asked.url())
                    .events(asked.events())
                    .description(asked.description())
                    .signing(signing(before.signing(), wanted))
                    .retry(asked.retry())
                    .timeout(asked.timeout())
                    .pace(asked.pace())
                    .throttle(asked.throttle())
                    .tls(asked.tls())
                    .content(asked.content())
                    .file(asked.file())
                    .build();
        }

        private Signing signing(Signing before, WebhookFile.Wanted wanted) {
            var next = wanted.webhook().signing().newest();
            if (before.newest().equals(next)) {
                return before;
            }
            try {
                List<Signing.Key> keys = new ArrayList<>(
                        before.rotated(next, nowMs, wanted.overlap().toMillis(), nowMs)
                                .keys());
                // one that comes back
                keys.subList(1, keys.size()).removeIf(key -> key.secret().equals(next));
                return new Signing(keys);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "line " + wanted.line() + ": " + wanted.webhook().file() + ": " + e.getMessage(), e);
            }
        }

        void removeOthers() {
            for (Webhook webhook : webhooks.values()) {
                if (!webhook.file().isEmpty() && !byId.containsKey(webhook.id())) {
                    values.put(webhook.id(), null);
                    releases.addAll(orders.afterDeletion(webhook));
                    removed++;
                }
            }
        }
    }
}
