package io.kurier.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.DeadLetterEntry;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.Waiting;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** Dead letters and orders to replay them, as sentences. */
public final class Letters {
    static final double FAST = 10_000;

    private Letters() {}

    public static DeadLetter entry(String id, int run) {
        return entry(id, run, "wh_1", "job.completed", "exhausted", 1_000);
    }

    public static DeadLetter entry(String id, int run, String webhook, String type, String reason, long atMs) {
        Event event = new Event(
                "evt_" + id,
                "acme",
                type,
                "job-1",
                Instant.EPOCH,
                ByteBuffer.wrap("{\"n\":1}".getBytes(UTF_8)),
                3L,
                false,
                0L,
                null);
        Delivery delivery = new Delivery("dlv_" + id, event, webhook, run, 9, 5, 0L, Waiting.RETRY, 0L, false);
        return new DeadLetter(
                "dlv_" + id, "acme", webhook, run, atMs, new DeadLetterEntry(delivery, reason, 503, "response"), null);
    }

    public static DeadLetter taking(String id, int run, String by) {
        return new DeadLetter("dlv_" + id, "acme", "wh_1", run, 1_000L, null, by);
    }

    public static ReplayOrder all(double rate) {
        return new ReplayOrder(
                "acme", ReplayFrom.DEAD_LETTERS, null, null, null, null, null, List.of(), rate, false, 1L, 0L);
    }

    static ReplayOrder dry() {
        return ReplayOrder.newBuilder(all(FAST)).setDryRun(true).build();
    }
}
