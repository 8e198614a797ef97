package io.kurier.ingest.control;

import io.kurier.ingest.http.Problem;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.ChangeWriter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes webhooks into their topic. Blocks: not on an event loop. */
public final class WebhookChanges {
    private final ControlTopic<Webhook> webhooks;
    private final WebhookQuota quota;
    private final CallerChecks callers;
    private final ReplayOrders orders;

    public WebhookChanges(
            ControlTopic<Webhook> webhooks, WebhookQuota quota, CallerChecks callers, ReplayOrders orders) {
        this.webhooks = webhooks;
        this.quota = quota;
        this.callers = callers;
        this.orders = orders;
    }

    /**
     * Writes a new webhook under its id.
     *
     * @param caller verified again when this is decided
     * @throws Problem.RefusedException if the caller or tenant is gone, or the tenant has as many webhooks as it may have
     */
    public void register(Webhook asked, CallerSnapshot caller)
            throws ChangeWriter.UnavailableException, InterruptedException {
        webhooks.writer().write(asked.id(), () -> {
            callers.check(caller);
            quota.checkRoom(asked.tenant());
            return webhooks.encode(asked.numbered(webhooks.nextOffset().getAsLong()));
        });
    }

    /** Makes the next decision see every change to webhooks that another process decided before it. */
    public void takeOverAnew() {
        webhooks.writer().takeOverAnew();
    }

    /**
     * Deletes some of a tenant's webhooks, in one transaction with the order that discards what is held for them.
     *
     * @param limit the largest number of webhooks to delete
     * @return how many webhooks the tenant has left
     */
    public int deleteSome(String tenant, int limit) throws ChangeWriter.UnavailableException, InterruptedException {
        webhooks.writer().write(() -> {
            Map<String, byte @Nullable []> values = new LinkedHashMap<>();
            webhooks.values().stream()
                    .filter(webhook -> webhook.tenant().equals(tenant))
                    .limit(limit)
                    .forEach(webhook -> values.put(webhook.id(), null));
            return new ChangeWriter.Decision(
                    values, values.isEmpty() ? List.of() : List.of(orders.afterDeletion(tenant)));
        });
        return quota.count(tenant);
    }

    /**
     * Replaces the webhook by its next revision.
     *
     * @param change gets the webhook as it is now, which no other process changes meanwhile; what it throws is passed on
     * @return the webhook as written
     * @throws Problem.RefusedException if there is no such webhook
     */
    public Webhook change(String id, UnaryOperator<Webhook> change)
            throws ChangeWriter.UnavailableException, InterruptedException {
        Revision revision = new Revision(find(id), change);
        webhooks.writer().write(id, revision);
        return revision.made;
    }

    private Webhook find(String id) {
        return webhooks.get(id)
                .orElseThrow(() -> Problem.notFound("webhook", id).refused());
    }

    private final class Revision implements ChangeWriter.Change {
        private final UnaryOperator<Webhook> change;
        private Webhook made;

        Revision(Webhook before, UnaryOperator<Webhook> change) {
            this.made = before;
            this.change = change;
        }

        @Override
        public byte[] decide() {
            made = change.apply(find(made.id()));
            return webhooks.encode(made);
        }
    }

    /**
     * Deletes the webhook, in one transaction with the order that discards what is held for it.
     *
     * @param check gets the webhook as it is now, and throws if it must not be deleted
     * @throws Problem.RefusedException if there is no such webhook
     */
    public void delete(String id, Consumer<Webhook> check)
            throws ChangeWriter.UnavailableException, InterruptedException {
        webhooks.writer().write(() -> {
            Webhook webhook = find(id);
            check.accept(webhook);
            return new ChangeWriter.Decision(Collections.singletonMap(id, null), orders.afterDeletion(webhook));
        });
    }
}
