package io.kurier.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/** One record of each kind, every field set. */
public final class Examples {
    private Examples() {}

    public static Event event() {
        return new Event(
                "evt_1",
                "acme",
                "job.completed",
                "job-1",
                Instant.parse("2026-11-21T08:09:10.123456Z"),
                ByteBuffer.wrap("{\"text\":\"äß漢😀\"}".getBytes(UTF_8)),
                42L,
                true,
                1_795_000_000_000L,
                new OneOffReceiver("wh_9", ByteBuffer.wrap(new byte[] {7, 8}), 11L));
    }

    public static Delivery delivery() {
        return new Delivery("dlv_1_2", event(), "wh_2", 3, 7, 2, 1_795_000_000_000L, Waiting.RETRY, 0L, false);
    }

    public static Attempt attempt() {
        return new Attempt(
                "dlv_1_2",
                "evt_1",
                "acme",
                "wh_2",
                "job.completed",
                "job-1",
                3,
                7,
                Outcome.FAILED,
                1_795_000_000_000L,
                1_234L,
                503,
                "response",
                "try later",
                1_795_000_005_000L);
    }

    public static DeadLetter deadLetter() {
        return new DeadLetter(
                "dlv_1_2",
                "acme",
                "wh_2",
                3,
                1_795_000_000_000L,
                new DeadLetterEntry(delivery(), "exhausted", 503, "response"),
                null);
    }

    public static WebhookRecord webhook() {
        return new WebhookRecord(
                "wh_2",
                "acme",
                5L,
                6L,
                ByteBuffer.wrap(new byte[] {1, 2, 3}),
                List.of("job.*", "*"),
                "a receiver",
                ByteBuffer.wrap(new byte[] {4, 5}),
                List.of(1_000L, 5_000L),
                0.25,
                List.of("200"),
                List.of("429", "5xx"),
                List.of("410"),
                15_000L,
                5,
                100,
                60_000L,
                Map.of("download.progress", 2_000L),
                WebhookState.PAUSED,
                "maintenance",
                ByteBuffer.wrap(new byte[] {6}),
                ByteBuffer.wrap(new byte[] {7}),
                ByteBuffer.wrap(new byte[] {8}),
                List.of(new WebhookSecret(ByteBuffer.wrap(new byte[] {9}), 10L, 11L)),
                ByteBuffer.wrap(new byte[] {12}),
                true,
                "data.progress == 100",
                "{'text': data.status}",
                "studio",
                1_795_000_000_000L);
    }

    public static ReplayRecord replay() {
        return new ReplayRecord(
                "rpl_1",
                new ReplayOrder(
                        "acme",
                        ReplayFrom.HELD,
                        "wh_2",
                        "job.*",
                        "exhausted",
                        1L,
                        2L,
                        List.of("dlv_1_2"),
                        10.5,
                        true,
                        3L,
                        4L),
                new ReplayProgress(ReplayState.RUNNING, 10L, 4L, List.of(7L, 8L), List.of(1L, 2L), 3L, 4L, "none"));
    }

    public static CircuitRecord circuit() {
        return new CircuitRecord("wh_2", 6L, CircuitWhy.FAILURES, "5 attempts in a row without an answer", 1L, 2L);
    }

    public static EventTypeRecord eventType() {
        return new EventTypeRecord("acme", "job.completed", "a job is done", "{\"type\":\"object\"}", "{}", 1L, 2L);
    }

    public static TenantRecord tenant() {
        return new TenantRecord(
                "acme",
                new TenantSettings(
                        3L,
                        true,
                        true,
                        ByteBuffer.wrap(new byte[] {1, 2}),
                        9_000L,
                        new TenantRetry(
                                List.of(1_000L, 5_000L), 0.25, List.of("200"), List.of("5xx"), List.of("410", "4xx")),
                        100,
                        60_000L,
                        ByteBuffer.wrap(new byte[] {3}),
                        true,
                        50,
                        10,
                        1_795_000_000_000L),
                new TenantKey(
                        "key_1",
                        List.of("publish", "read"),
                        ByteBuffer.wrap(new byte[] {1, 0, 3}),
                        "of the importer",
                        1_795_000_000_000L,
                        1_796_000_000_000L,
                        1_795_000_000_001L));
    }

    public static SchemaRecord schema() {
        return new SchemaRecord("Event", Event.getClassSchema().toString());
    }

    public static List<SpecificRecordBase> all() {
        return List.of(
                event(),
                delivery(),
                attempt(),
                deadLetter(),
                webhook(),
                replay(),
                circuit(),
                eventType(),
                tenant(),
                schema());
    }
}
