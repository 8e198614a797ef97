package io.kurier.benchmarks;

import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.load.Audience;
import io.kurier.benchmarks.load.LoadGenerator;
import io.kurier.benchmarks.load.RequestPacing;
import io.kurier.benchmarks.load.WarmUp;
import io.kurier.benchmarks.process.ChildProcess;
import io.kurier.benchmarks.process.WatchedProcess;
import io.kurier.benchmarks.report.Window;
import io.kurier.benchmarks.subject.Subject;
import io.netty.channel.EventLoop;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** One kind of publishing at the highest rate: a generator, and what was accepted of it. Main thread. */
public final class IngestLoad implements WatchedProcess, AutoCloseable {
    /** What was measured, and what came of all requests, warm-up included. */
    public record Rate(Window window, long accepted, long refused) {
        public double perSecond() {
            return window.perSecond();
        }

        /** Two halves of one measurement. */
        public Rate meanWith(Rate other) {
            return new Rate(window.meanWith(other.window), accepted + other.accepted, refused + other.refused);
        }
    }

    private final ChildProcess target;
    private final Ledger ledger = new Ledger(Audience.ONE);
    private final LoadGenerator generator;
    private final int batch;

    IngestLoad(ChildProcess target, int port, EventLoop loop, Subject.Load load) {
        this.target = target;
        this.batch = load.batch();
        this.generator = new LoadGenerator(loop, Transport.loopback(port), ledger);
        generator.connect(load, 1);
    }

    /** @param what for the progress line */
    Rate measure(String what, Duration warmUpStep, Duration length, PrintStream progress) {
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
        return new Rate(window, completed(), ledger.refused());
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
