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

/** One kind of publishing at the highest rate: a generator, and what was accepted of it. Main thread. */
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

    /** @param what for the progress line */
    IngestRate measure(String what, Duration warmUpStep, Duration length, PrintStream progress) {
        generator.run(RequestPacing.unbounded());
        String warmUp = WarmUp.run(this, warmUpStep);
        Window window = Window.watch(this, length);
        generator.pause();
        progress.printf(
                Locale.ROOT,
                "%-22s %,9.0f events/s (by the second %,.0f to %,.0f), CPU per event %.1f us; warm-up %s%n",
                what,
                window.perSecond(),
                window.slowestSecond(),
                window.fastestSecond(),
                window.targetMicros(),
                warmUp);
        if (ledger.refused() > 0) {
            progress.printf("%-22s note: last refusal: %s%n", what, generator.lastProblem());
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
