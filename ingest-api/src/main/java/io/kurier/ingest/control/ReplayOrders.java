package io.kurier.ingest.control;

import io.kurier.model.Ids;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.wire.RecordCodec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes orders into the topic {@code replays}, for a scheduler to run. Waits for Kafka: not on an event loop. */
public final class ReplayOrders {
    /** Workers may go on holding deliveries for as long after a change. */
    private static final Duration UNTIL_ALL_KNOW = Duration.ofSeconds(6);

    private final KurierRuntime runtime;
    private final ControlWriter writer;
    private final RecordCodec<ReplayRecord> codec;

    public ReplayOrders(KurierRuntime runtime, ControlWriter writer) {
        this.runtime = runtime;
        this.writer = writer;
        this.codec = runtime.codec(ReplayRecord.class);
    }

    /**
     * Orders that what is held is released, once no worker holds any more.
     *
     * @param webhookId whose; null for all of the tenant's
     * @return the replay's id
     */
    public String release(String tenant, @Nullable String webhookId, double ratePerSecond)
            throws ControlWriter.UnavailableException, InterruptedException {
        long nowMs = runtime.clock().millis();
        return write(ReplayOrder.newBuilder()
                .setTenant(tenant)
                .setFrom(ReplayFrom.HELD)
                .setWebhookId(webhookId)
                .setRatePerSecond(ratePerSecond)
                .setCreatedAtMs(nowMs)
                .setBeginsAtMs(nowMs + UNTIL_ALL_KNOW.toMillis())
                .build());
    }

    /** @return the replay's id, once this process's table has it */
    public String write(ReplayOrder order) throws ControlWriter.UnavailableException, InterruptedException {
        String id = Ids.replay(order.getCreatedAtMs());
        byte[] value = codec.encode(new ReplayRecord(id, order, null));
        writer.write(id, () -> value);
        return id;
    }
}
