package io.kurier.ingest;

import io.kurier.model.Ids;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.control.ControlWriter;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.wire.RecordCodec;

/** Writes orders into the topic {@code replays}, for a scheduler to run. Waits for Kafka: not on an event loop. */
final class ReplayOrders {
    private final KurierRuntime runtime;
    private final ControlWriter writer;
    private final RecordCodec<ReplayRecord> codec;

    ReplayOrders(KurierRuntime runtime, ControlWriter writer) {
        this.runtime = runtime;
        this.writer = writer;
        this.codec = runtime.codec(ReplayRecord.class);
    }

    /** @return the replay's id, once this process's table has it */
    String write(ReplayOrder order) throws ControlWriter.UnavailableException, InterruptedException {
        String id = Ids.replay(order.getCreatedAtMs());
        byte[] value = codec.encode(new ReplayRecord(id, order, null));
        writer.write(id, new ControlWriter.Change() {
            @Override
            public byte[] decide() {
                return value;
            }

            @Override
            public boolean isApplied() {
                return runtime.replays().get(id).isPresent();
            }
        });
        return id;
    }
}
