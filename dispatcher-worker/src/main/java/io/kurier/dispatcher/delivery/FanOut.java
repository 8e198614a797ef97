package io.kurier.dispatcher.delivery;

import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event that was taken up, and who is still to get it.
 *
 * @param unjudged by their ids, webhooks whose condition is not asked yet
 * @param oneOff the receiver that the event names itself
 */
public record FanOut(
        PartitionAssignment assignment,
        OpenOffsets.Slot slot,
        PendingDelivery.Shared shared,
        List<Webhook> webhooks,
        Set<String> unjudged,
        @Nullable AdHocWebhook oneOff) {
    public PendingDelivery work(Webhook webhook) {
        return PendingDelivery.direct(assignment, slot, shared, webhook, unjudged.contains(webhook.id()));
    }

    public PendingDelivery work(AdHocWebhook receiver) {
        return PendingDelivery.direct(assignment, slot, shared, receiver);
    }

    public int size() {
        return webhooks.size() + (oneOff == null ? 0 : 1);
    }

    public String jobId() {
        return shared.event.getJobId();
    }

    /** Which of all tenants' jobs. */
    public String job() {
        return shared.event.getTenant() + "/" + jobId();
    }

    /** Without the first webhooks. */
    public FanOut after(int webhooksDone) {
        List<Webhook> rest = webhooks.subList(webhooksDone, webhooks.size());
        return new FanOut(assignment, slot, shared, rest, unjudged, oneOff);
    }
}
