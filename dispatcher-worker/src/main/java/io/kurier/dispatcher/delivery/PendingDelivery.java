package io.kurier.dispatcher.delivery;

import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.Ids;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import org.jspecify.annotations.Nullable;

/** One delivery in this worker's memory, tied to the offset that stays open until it is settled. Event loop only. */
public final class PendingDelivery {
    public final PartitionAssignment assignment;
    public final OpenOffsets.Slot slot;
    public final SharedEvent shared;
    public final String deliveryId;
    public final String webhookId;
    /** The webhook that the event names itself; null for a registered webhook. */
    public final @Nullable AdHocWebhook adHoc;

    public final int run;
    public final int attempts;
    public final int runAttempts;
    /** Epoch milliseconds before which no attempt starts. */
    public final long dueAtMs;

    public final Waiting waiting;
    /** On the direct path, names the webhook in the commit metadata; -1 where the offset belongs to this delivery alone. */
    private final long webhookNumber;

    private boolean conditionPending;
    private long postponedByCircuitSinceMs;

    private PendingDelivery(
            PartitionAssignment assignment,
            OpenOffsets.Slot slot,
            SharedEvent shared,
            @Nullable AdHocWebhook adHoc,
            Delivery record) {
        this.assignment = assignment;
        this.slot = slot;
        this.shared = shared;
        this.adHoc = adHoc;
        this.webhookNumber = -1;
        this.deliveryId = record.getId();
        this.webhookId = record.getWebhookId();
        this.run = record.getRun();
        this.attempts = record.getAttempts();
        this.runAttempts = record.getRunAttempts();
        this.dueAtMs = record.getDueAtMs();
        this.waiting = record.getReason();
        this.conditionPending = record.getUnjudged();
        this.postponedByCircuitSinceMs = record.getPutOffSinceMs();
    }

    private PendingDelivery(
            PartitionAssignment assignment,
            OpenOffsets.Slot slot,
            SharedEvent shared,
            String webhookId,
            long webhookNumber,
            @Nullable AdHocWebhook adHoc,
            boolean conditionPending) {
        this.assignment = assignment;
        this.slot = slot;
        this.shared = shared;
        this.adHoc = adHoc;
        this.webhookNumber = webhookNumber;
        this.deliveryId = Ids.delivery(shared.event.getId(), webhookId);
        this.webhookId = webhookId;
        this.run = 0;
        this.attempts = 0;
        this.runAttempts = 0;
        this.dueAtMs = 0;
        this.waiting = Waiting.UNKNOWN;
        this.conditionPending = conditionPending;
    }

    /** On the direct path: the first attempt of an event at a registered webhook. */
    public static PendingDelivery direct(
            PartitionAssignment assignment,
            OpenOffsets.Slot slot,
            SharedEvent shared,
            Webhook webhook,
            boolean conditionPending) {
        return new PendingDelivery(assignment, slot, shared, webhook.id(), webhook.number(), null, conditionPending);
    }

    /** On the direct path: the first attempt of an event at the webhook that it names itself. */
    public static PendingDelivery direct(
            PartitionAssignment assignment, OpenOffsets.Slot slot, SharedEvent shared, AdHocWebhook adHoc) {
        return new PendingDelivery(assignment, slot, shared, adHoc.webhookId(), AdHocWebhook.NUMBER, adHoc, false);
    }

    /** From a record of {@code lanes}. */
    public static PendingDelivery fromLane(
            PartitionAssignment assignment, OpenOffsets.Slot slot, Delivery record, @Nullable AdHocWebhook adHoc) {
        return new PendingDelivery(assignment, slot, new SharedEvent(record.getEvent()), adHoc, record);
    }

    public Event event() {
        return shared.event;
    }

    /** Whether the webhook's condition has not been evaluated yet. */
    public boolean isConditionPending() {
        return conditionPending;
    }

    /** The webhook's condition was evaluated, and it wants the event. */
    public void conditionHolds() {
        conditionPending = false;
    }

    /** Open circuits postponed it since then; an earlier begin is kept. */
    public void postponedByCircuit(long nowMs) {
        if (postponedByCircuitSinceMs == 0) {
            postponedByCircuitSinceMs = nowMs;
        }
    }

    /** Epoch milliseconds since which open circuits have postponed it; 0 if none does. */
    public long postponedByCircuitSinceMs() {
        return postponedByCircuitSinceMs;
    }

    /** Whether its publisher set an end that has come: no attempt may start any more. */
    public boolean isExpired(long nowMs) {
        long expiresAtMs = shared.event.getExpiresAtMs();
        return expiresAtMs != 0 && nowMs >= expiresAtMs;
    }

    /** Whether it was never attempted and is not a replay. First attempts follow the order of their job. */
    public boolean isFirst() {
        return attempts == 0 && run == 0;
    }

    /** See {@link #isFirst()}. */
    public static boolean isFirst(Delivery record) {
        return record.getAttempts() == 0 && record.getRun() == 0;
    }

    /** It is out of this worker's hands: with the next commit, its offset or its part of it is done. */
    public void settle() {
        assignment.settle(slot, webhookNumber);
    }

    /**
     * The record with which it goes on waiting in a topic.
     *
     * @param dueAtMs epoch milliseconds before which no attempt may start
     * @param requestsMade attempts made now: 0 or 1
     */
    public Delivery toRecord(Waiting reason, long dueAtMs, int requestsMade) {
        return new Delivery(
                deliveryId,
                event(),
                webhookId,
                run,
                attempts + requestsMade,
                runAttempts + requestsMade,
                dueAtMs,
                reason,
                reason == Waiting.POSTPONED ? postponedByCircuitSinceMs : 0,
                conditionPending && requestsMade == 0);
    }
}
