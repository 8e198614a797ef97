package io.kurier.benchmarks.micro;

import io.kurier.model.signing.StandardFormat;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of rendering a delivery's body in the format {@code standard}; done once per event. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class RenderingBenchmark {
    @Param({"256", "1024", "16384"})
    public int bytes;

    private byte[] data = {};
    private long millis = 1_700_000_000_000L;

    @Setup
    public void prepare() {
        data = Samples.data(bytes);
    }

    @Benchmark
    public byte[] standardBody() {
        return StandardFormat.body("job.completed", Instant.ofEpochMilli(millis++), "job-000000000042", data);
    }
}
