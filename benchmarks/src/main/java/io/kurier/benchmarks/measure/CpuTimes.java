package io.kurier.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A sample of the CPU time used so far. The difference of two samples shows which process used the machine in
 * between.
 *
 * @param nanos when the sample was taken, as {@link System#nanoTime()}
 * @param target CPU time of the measured process
 * @param bench CPU time of the bench's own process
 * @param machine CPU time of all processes; zero if the system does not report it
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

    /**
     * @return share of the machine that other processes used since {@code start}, 0 to 1; 0 if the system does not
     *     report it
     */
    public double othersShareSince(CpuTimes start) {
        double others = micros(machine.minus(start.machine)) - targetMicrosSince(start) - benchMicrosSince(start);
        double all = (nanos - start.nanos) / 1_000.0 * Runtime.getRuntime().availableProcessors();
        return Math.max(0, others / all);
    }

    private static Duration of(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /**
     * Reads the first line of /proc/stat, in ticks: cpu user nice system idle iowait irq softirq steal …. Soft
     * interrupts of loopback traffic are part of the processes' own times, so they belong to the sum.
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
