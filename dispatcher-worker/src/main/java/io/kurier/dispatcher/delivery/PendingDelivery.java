package io.kurier.dispatcher.delivery;

import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.model.Ids;
import io.kurier.model.json.AsciiJson;
import io.kurier.model.signing.StandardFormat;
import io.kurier.model.tenant.AdHocWebhook;
import io.kurier.model.webhook.Webhook;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.Waiting;
import org.jspecify.annotations.Nullable;

/** One delivery in this worker's hands, tied to the offset that stays open until it is settled. The event loop's. */
public final class PendingDelivery {
    /** One event and its body, shared by the works of a fan-out so that it is rendered once. */
    public static final class Shared {
        public final Event event;
        private byte @Nullable [] body;
        private byte @Nullable [] asciiBody;

        public Shared(Event event) {
            this.event = event;
        }

        public byte[] body() {
            byte[] rendered = body;
            if (rendered == null) {
                rendered =
                        StandardFormat.body(event.getType(), event.getTime(), event.getJobId(), EventView.data(event));
                body = rendered;
            }
            return rendered;
        }

        public byte[] asciiBody() {
            byte[] escaped = asciiBody;
            if (escaped == null) {
                escaped = AsciiJson.escaped(body());
                asciiBody = escaped;
            }
            return escaped;
        }
    }

    public final PartitionAssignment assignment;
    public final OpenOffsets.Slot slot;
    public final Shared shared;
    public final String deliveryId;
    public final String webhookId;
    /** The receiver its event names itself; null for a registered webhook. */
    public final @Nullable AdHocWebhook oneOff;
    /** On the direct way, the number the metadata names the webhook by; -1 where the offset is this delivery's alone. */
    public final long webhookNumber;

    public final int run;
    public final int attempts;
    public final int runAttempts;
    public final long dueAtMs;
    public final Waiting waiting;
    /** Whether the webhook's condition is still to be asked. */
    public boolean unjudged;
    /** Epoch milliseconds since which open circuits put it off; 0 when none does. */
    public long putOffSinceMs;

    private PendingDelivery(
            PartitionAssignment assignment,
            OpenOffsets.Slot slot,
            Shared shared,
            @Nullable AdHocWebhook oneOff,
            Delivery delivery) {
        this.oneOff = oneOff;
        this.assignment = assignment;
        this.slot = slot;
        this.shared = shared;
        this.webhookNumber = -1;
        this.deliveryId = delivery.getId();
        this.webhookId = delivery.getWebhookId();
        this.run = delivery.getRun();
        this.attempts = delivery.getAttempts();
        this.runAttempts = delivery.getRunAttempts();
        this.dueAtMs = delivery.getDueAtMs();
        this.waiting = delivery.getReason();
        this.unjudged = delivery.getUnjudged();
        this.putOffSinceMs = delivery.getPutOffSinceMs();
    }

    /** Before the first attempt, on the direct way. */
    private PendingDelivery(
            PartitionAssignment assignment,
            OpenOffsets.Slot slot,
            Shared shared,
            String webhookId,
            long webhookNumber,
            @Nullable AdHocWebhook oneOff,
            boolean unjudged) {
        this.oneOff = oneOff;
        this.assignment = assignment;
        this.slot = slot;
        this.shared = shared;
        this.webhookNumber = webhookNumber;
        this.deliveryId = Ids.delivery(shared.event.getId(), webhookId);
        this.webhookId = webhookId;
        this.run = 0;
        this.attempts = 0;
        this.runAttempts = 0;
        this.dueAtMs = 0;
        this.waiting = Waiting.UNKNOWN;
        this.unjudged = unjudged;
    }

    /** The first attempt of an event at one of its webhooks. */
    static PendingDelivery direct(
            PartitionAssignment assignment, OpenOffsets.Slot slot, Shared shared, Webhook webhook, boolean unjudged) {
        return new PendingDelivery(assignment, slot, shared, webhook.id(), webhook.number(), null, unjudged);
    }

    /** The first attempt of an event at the receiver it names itself. */
    static PendingDelivery direct(
            PartitionAssignment assignment, OpenOffsets.Slot slot, Shared shared, AdHocWebhook oneOff) {
        return new PendingDelivery(assignment, slot, shared, oneOff.webhookId(), AdHocWebhook.NUMBER, oneOff, false);
    }

    /** A record of a lane. */
    public static PendingDelivery waiting(
            PartitionAssignment assignment, OpenOffsets.Slot slot, Delivery delivery, @Nullable AdHocWebhook oneOff) {
        return new PendingDelivery(assignment, slot, new Shared(delivery.getEvent()), oneOff, delivery);
    }

    public Event event() {
        return shared.event;
    }

    /** Whether no attempt may begin any more. */
    public boolean isExpired(long nowMs) {
        long expiresAtMs = shared.event.getExpiresAtMs();
        return expiresAtMs != 0 && nowMs >= expiresAtMs;
    }

    /** Whether no attempt was made in this run and nobody asked for it again: such follow their job's order. */
    public boolean isFirst() {
        return attempts == 0 && run == 0;
    }

    public static boolean isFirst(Delivery delivery) {
        return delivery.getAttempts() == 0 && delivery.getRun() == 0;
    }

    /** The record with which it goes on waiting elsewhere. */
    public Delivery waits(Waiting reason, long dueAtMs, int requestsMade) {
        return new Delivery(
                deliveryId,
                event(),
                webhookId,
                run,
                attempts + requestsMade,
                runAttempts + requestsMade,
                dueAtMs,
                reason,
                reason == Waiting.POSTPONED ? putOffSinceMs : 0,
                unjudged && requestsMade == 0);
    }
}
