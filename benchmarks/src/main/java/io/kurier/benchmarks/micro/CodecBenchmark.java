package io.kurier.benchmarks.micro;

import io.kurier.schemas.Attempt;
import io.kurier.schemas.Event;
import io.kurier.schemas.Outcome;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of the records of a delivery: its event is written and read once, its outcome written once. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class CodecBenchmark {
    private final WriterSchemas schemas = new WriterSchemas();
    private final RecordCodec<Event> events = new RecordCodec<>(Event.class, schemas);
    private final RecordCodec<Attempt> attempts = new RecordCodec<>(Attempt.class, schemas);
    private final Event event = new Event(
            "evt_01jd3m0000000000000000000a",
            Samples.TENANT,
            "job.completed",
            "job-4711",
            Instant.parse("2026-01-02T03:04:05.678Z"),
            ByteBuffer.wrap(Samples.data(1024)),
            17L,
            false,
            0L,
            null);
    private final byte[] written = events.encode(event);
    private final Attempt attempt = Attempt.newBuilder()
            .setDeliveryId("dlv_01jd3m0000000000000000000a_01jd3m0000000000000000000b")
            .setEventId(event.getId())
            .setTenant(event.getTenant())
            .setWebhookId("wh_01jd3m0000000000000000000b")
            .setType(event.getType())
            .setJobId(event.getJobId())
            .setRun(0)
            .setAttempt(1)
            .setOutcome(Outcome.DELIVERED)
            .setAtMs(1_795_000_000_000L)
            .setDurationUs(1_234)
            .setStatus(200)
            .build();

    @Benchmark
    public byte[] writeEvent() {
        return events.encode(event);
    }

    @Benchmark
    public Event readEvent() throws Exception {
        return events.decode(written);
    }

    @Benchmark
    public byte[] writeAttempt() {
        return attempts.encode(attempt);
    }
}
