package io.kurier.benchmarks.micro;

import io.kurier.model.egress.AddressGuard;
import io.kurier.model.egress.IpNetwork;
import java.util.List;
import java.util.Optional;
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

/** Cost of deciding whether an address may be connected to; done for each address of each new connection. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class AddressGuardBenchmark {
    private static final byte[] PUBLIC_IPV4 = {93, (byte) 184, (byte) 216, 34};
    private static final byte[] PRIVATE_IPV4 = {(byte) 192, (byte) 168, 1, 7};
    private static final byte[] PUBLIC_IPV6 = {
        0x26, 0x06, 0x28, 0, 2, 0x20, 0, 1, 2, 0x48, 0x18, (byte) 0x93, 0x25, (byte) 0xc8, 0x19, 0x46
    };

    private final AddressGuard guard = new AddressGuard(false, List.of());
    private final AddressGuard opened = new AddressGuard(false, List.of(IpNetwork.parse("10.1.0.0/16")));

    @Benchmark
    public Optional<String> publicIpv4() {
        return guard.refusal(PUBLIC_IPV4);
    }

    @Benchmark
    public Optional<String> publicIpv6() {
        return guard.refusal(PUBLIC_IPV6);
    }

    @Benchmark
    public Optional<String> privateIpv4() {
        return guard.refusal(PRIVATE_IPV4);
    }

    @Benchmark
    public Optional<String> publicIpv4WithAnAllowedNetwork() {
        return opened.refusal(PUBLIC_IPV4);
    }
}
