package io.kurier.benchmarks.micro;

import io.kurier.model.signing.SigningSecret;
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

/** Cost of one signature of a body; done for each attempt. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class SigningBenchmark {
    private static final String ID = "dlv_01jd3m0000000000000000000a_01jd3m0000000000000000000b";

    @Param({"256", "1024", "16384"})
    public int bytes;

    private final SigningSecret secret = SigningSecret.random();
    private byte[] body = {};
    private long seconds = 1_700_000_000;

    @Setup
    public void prepare() {
        body = Samples.data(bytes);
    }

    @Benchmark
    public String sign() {
        return secret.sign(ID, seconds++, body);
    }
}
