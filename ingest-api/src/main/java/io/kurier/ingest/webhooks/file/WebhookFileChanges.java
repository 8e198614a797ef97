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
 * Applies the webhooks that a file declares in one transaction: creates and changes them, and deletes those that the file
 * declared before. Webhooks that were created by the API are left alone. Waits for Kafka, so not on an event loop.
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

    /** Numbers of webhooks that were created, changed and deleted. */
    record Summary(int created, int changed, int deleted) {
        boolean isEmpty() {
            return created == 0 && changed == 0 && deleted == 0;
        }
    }

    /** @throws IllegalArgumentException if a webhook cannot be changed as declared; nothing is written then */
    Summary apply(List<WebhookFile.Declared> declared) throws ChangeWriter.UnavailableException, InterruptedException {
        Plan[] last = new Plan[1];
        webhooks.writer().write(() -> {
            Plan plan = new Plan();
            declared.forEach(plan::put);
            plan.deleteOthers();
            last[0] = plan;
            return new ChangeWriter.Decision(plan.values, plan.releases);
        });
        Plan plan = last[0];
        return new Summary(plan.created, plan.changed, plan.deleted);
    }

    /** The records to write, decided by the current state of the table. */
    private final class Plan {
        private final Map<String, byte @Nullable []> values = new LinkedHashMap<>();
        private final Map<String, WebhookFile.Declared> byId = new LinkedHashMap<>();
        private final long position = webhooks.nextOffset().getAsLong();
        private final long nowMs = clock.millis();
        private final List<ChangeWriter.Addition> releases = new ArrayList<>();
        private int deleted;
        private int created;
        private int changed;

        void put(WebhookFile.Declared declared) {
            Webhook webhook = declared.webhook();
            byId.put(webhook.id(), declared);
            Optional<Webhook> before = webhooks.get(webhook.id());
            if (before.isEmpty()) {
                // its number is the offset that its record will have, so later webhooks get higher numbers
                values.put(webhook.id(), webhooks.encode(webhook.numbered(position + created)));
                created++;
                return;
            }
            Webhook merged = merged(before.get(), declared);
            if (!merged.equals(before.get())) {
                values.put(
                        webhook.id(),
                        webhooks.encode(merged.with().nextRevision().build()));
                changed++;
            }
        }

        /** The webhook with the declared settings; id, number and state stay. */
        private Webhook merged(Webhook before, WebhookFile.Declared declared) {
            Webhook asked = declared.webhook();
            return before.with()
                    .url(asked.url())
                    .events(asked.events())
                    .description(asked.description())
                    .signing(signing(before.signing(), declared))
                    .retry(asked.retry())
                    .timeout(asked.timeout())
                    .pace(asked.pace())
                    .throttle(asked.throttle())
                    .tls(asked.tls())
                    .content(asked.content())
                    .file(asked.file())
                    .build();
        }

        private Signing signing(Signing before, WebhookFile.Declared declared) {
            var next = declared.webhook().signing().newest();
            if (before.newest().equals(next)) {
                return before;
            }
            try {
                List<Signing.Key> keys = new ArrayList<>(
                        before.rotated(next, nowMs, declared.overlap().toMillis(), nowMs)
                                .keys());
                // a secret that is declared again must not be there twice
                keys.subList(1, keys.size()).removeIf(key -> key.secret().equals(next));
                return new Signing(keys);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "line " + declared.line() + ": cannot change the secret of "
                                + declared.webhook().file() + ": " + e.getMessage(),
                        e);
            }
        }

        void deleteOthers() {
            for (Webhook webhook : webhooks.values()) {
                if (!webhook.file().isEmpty() && !byId.containsKey(webhook.id())) {
                    values.put(webhook.id(), null);
                    releases.addAll(orders.afterDeletion(webhook));
                    deleted++;
                }
            }
        }
    }
}
