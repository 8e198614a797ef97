package io.kurier.ingest.control;

import io.kurier.model.Ids;
import io.kurier.model.webhook.Webhook;
import io.kurier.runtime.control.ChangeWriter;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes orders into the topic {@code replays}, which a scheduler runs. Blocks: not on an event loop. */
public final class ReplayOrders {
    /** Workers may hold deliveries that long after a change: 5 s until they obey it, and a margin. */
    static final Duration UNTIL_OBEYED = Duration.ofSeconds(6);

    /** Kafka aborts a writer's transaction that stays open longer ({@code transaction.timeout.ms}). */
    static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(10);

    private static final long FIRST_REVISION = 1;

    private final String topic;
    private final ControlTopic<ReplayRecord> replays;
    private final InstantSource clock;
    private final double releasesPerSecond;

    /**
     * @param topic the full name of the topic {@code replays}
     * @param releasesPerSecond deliveries per second of the releases made here
     */
    public ReplayOrders(
            String topic, ControlTopic<ReplayRecord> replays, InstantSource clock, double releasesPerSecond) {
        this.topic = topic;
        this.replays = replays;
        this.clock = clock;
        this.releasesPerSecond = releasesPerSecond;
    }

    /**
     * Orders that the held deliveries of a webhook go out, once no worker holds any more of them.
     *
     * @return the replay's id
     */
    public String release(Webhook webhook) throws ChangeWriter.UnavailableException, InterruptedException {
        return write(held(webhook.tenant(), webhook.id(), UNTIL_OBEYED));
    }

    /**
     * The order that goes with the deletion of a webhook, in the same transaction: what is held for the webhook goes to the
     * workers, which discard it on record.
     *
     * @return no order if nothing can be held: every change of state makes a new revision, so a webhook of its first
     *     revision was active all the time
     */
    public List<ChangeWriter.Addition> afterDeletion(Webhook webhook) {
        return webhook.isActive() && webhook.revision() <= FIRST_REVISION
                ? List.of()
                : List.of(afterDeletion(webhook.tenant(), webhook.id()));
    }

    /** The same for every webhook of the tenant. */
    public ChangeWriter.Addition afterDeletion(String tenant) {
        return afterDeletion(tenant, null);
    }

    /** Begins later than other releases: workers see the deletion when its transaction ends, not when it is decided. */
    private ChangeWriter.Addition afterDeletion(String tenant, @Nullable String webhookId) {
        ReplayOrder order = held(tenant, webhookId, UNTIL_OBEYED.plus(LONGEST_TRANSACTION));
        String id = Ids.replay(order.getCreatedAtMs());
        return new ChangeWriter.Addition(topic, id, replays.encode(new ReplayRecord(id, order, null)));
    }

    private ReplayOrder held(String tenant, @Nullable String webhookId, Duration delay) {
        long nowMs = clock.millis();
        return ReplayOrder.newBuilder()
                .setTenant(tenant)
                .setFrom(ReplayFrom.HELD)
                .setWebhookId(webhookId)
                .setRatePerSecond(releasesPerSecond)
                .setCreatedAtMs(nowMs)
                .setBeginsAtMs(nowMs + delay.toMillis())
                .build();
    }

    /**
     * Writes the order and returns when this process's table has it.
     *
     * @return the replay's id
     */
    public String write(ReplayOrder order) throws ChangeWriter.UnavailableException, InterruptedException {
        String id = Ids.replay(order.getCreatedAtMs());
        byte[] value = replays.encode(new ReplayRecord(id, order, null));
        replays.writer().write(id, () -> value);
        return id;
    }
}
