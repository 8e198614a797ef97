package io.kurier.dispatcher.delivery;

import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event whose offset is open, and the webhooks that still have to get it.
 *
 * @param webhooks registered webhooks, by rising number
 * @param conditionPending ids of those whose condition has not been evaluated yet
 * @param adHoc the webhook that the event names itself
 * @param isRanged whether the deliveries are parked and settled range by range, because they are many
 */
public record FanOut(
        PartitionAssignment assignment,
        OpenOffsets.Slot slot,
        SharedEvent shared,
        List<Webhook> webhooks,
        Set<String> conditionPending,
        @Nullable AdHocWebhook adHoc,
        boolean isRanged) {
    public PendingDelivery delivery(Webhook webhook) {
        return PendingDelivery.direct(assignment, slot, shared, webhook, conditionPending.contains(webhook.id()));
    }

    public PendingDelivery delivery(AdHocWebhook webhook) {
        return PendingDelivery.direct(assignment, slot, shared, webhook);
    }

    /** Number of deliveries. */
    public int size() {
        return webhooks.size() + (adHoc == null ? 0 : 1);
    }

    public String jobId() {
        return shared.event.getJobId();
    }

    /** The job's key among all tenants' jobs: {@code tenant/job_id}. */
    public String jobKey() {
        return shared.event.getTenant() + "/" + jobId();
    }

    /** The same without the first webhooks. */
    public FanOut after(int webhooksDone) {
        List<Webhook> rest = webhooks.subList(webhooksDone, webhooks.size());
        return new FanOut(assignment, slot, shared, rest, conditionPending, adHoc, isRanged);
    }
}
