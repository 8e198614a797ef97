package io.kurier.benchmarks;

import io.kurier.benchmarks.generator.LoadGenerator;
import io.kurier.benchmarks.generator.RequestPacing;
import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.load.LoadSettings;
import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.measure.MeasuredProcess;
import io.kurier.benchmarks.measure.WarmUp;
import io.kurier.benchmarks.measure.Window;
import io.kurier.benchmarks.process.ChildProcess;
import io.kurier.benchmarks.report.IngestRate;
import io.netty.channel.EventLoop;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Publishes to one target at the highest rate and measures how fast it accepts events. Main thread. */
public final class IngestMeasurement implements MeasuredProcess, AutoCloseable {
    private final ChildProcess target;
    private final Ledger ledger = new Ledger(LoadWebhooks.ONE);
    private final LoadGenerator generator;
    private final int batch;

    IngestMeasurement(ChildProcess target, int port, EventLoop loop, LoadSettings load) {
        this.target = target;
        this.batch = load.batch();
        this.generator = new LoadGenerator(loop, Transport.loopback(port), ledger);
        generator.connect(load, 1);
    }

    /**
     * Warms the target up, then measures one window.
     *
     * @param label names the target in progress lines
     * @param warmUpStep length of one warm-up step
     * @param length length of the window
     * @param progress where progress lines go
     */
    IngestRate measure(String label, Duration warmUpStep, Duration length, PrintStream progress) {
        generator.run(RequestPacing.unbounded());
        String warmUp = WarmUp.run(this, warmUpStep);
        Window window = Window.watch(this, length);
        generator.pause();
        progress.printf(
                Locale.ROOT,
                "%-22s %,9.0f events/s (per second %,.0f to %,.0f), CPU per event %.1f us; warm-up: %s%n",
                label,
                window.perSecond(),
                window.slowestSecond(),
                window.fastestSecond(),
                window.targetMicros(),
                warmUp);
        if (ledger.refused() > 0) {
            progress.printf("%-22s note: last refusal: %s%n", label, generator.lastProblem());
        }
        return new IngestRate(window, completed(), ledger.refused());
    }

    @Override
    public ProcessHandle process() {
        return target.process();
    }

    @Override
    public void checkAlive() {
        target.checkAlive();
    }

    @Override
    public long completed() {
        return ledger.events() * batch;
    }

    @Override
    public void close() {
        generator.close();
    }
}
