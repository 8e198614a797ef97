package io.kurier.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * CPU time used so far: by the measured process, by the bench itself, and by the whole machine. The difference of two
 * samples shows who had the machine in between.
 */
public record CpuTimes(long nanos, Duration target, Duration bench, Duration machine) {
    private static final Path MACHINE = Path.of("/proc/stat");
    private static final int MILLIS_PER_TICK = 10;

    public static CpuTimes now(ProcessHandle target) {
        return new CpuTimes(System.nanoTime(), of(target), of(ProcessHandle.current()), machineNow());
    }

    public double targetMicrosSince(CpuTimes start) {
        return micros(target.minus(start.target));
    }

    public double benchMicrosSince(CpuTimes start) {
        return micros(bench.minus(start.bench));
    }

    /** Part of the machine that neither target nor bench used, 0 to 1; 0 where the system does not tell. */
    public double othersShareSince(CpuTimes start) {
        double others = micros(machine.minus(start.machine)) - targetMicrosSince(start) - benchMicrosSince(start);
        double all = (nanos - start.nanos) / 1_000.0 * Runtime.getRuntime().availableProcessors();
        return Math.max(0, others / all);
    }

    private static Duration of(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /**
     * The first line of /proc/stat, in ticks: cpu user nice system idle iowait irq softirq steal …. What loopback costs
     * in soft interrupts is in the processes' own times too, so it belongs to the sum.
     */
    private static Duration machineNow() {
        if (!Files.isReadable(MACHINE)) {
            return Duration.ZERO;
        }
        try {
            String[] fields = Files.readAllLines(MACHINE).get(0).split("\\s+");
            long ticks = 0;
            for (int used : new int[] {1, 2, 3, 6, 7}) {
                ticks += Long.parseLong(fields[used]);
            }
            return Duration.ofMillis(ticks * MILLIS_PER_TICK);
        } catch (IOException e) {
            return Duration.ZERO;
        }
    }

    private static double micros(Duration duration) {
        return duration.toNanos() / 1_000.0;
    }
}
