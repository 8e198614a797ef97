package io.kurier.benchmarks.subject;

import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.ledger.OutcomeCounter;
import io.kurier.benchmarks.load.LoadSettings;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.process.ChildProcess;
import io.kurier.benchmarks.process.Polling;
import io.kurier.benchmarks.process.RunWorkspace;
import io.kurier.benchmarks.receiver.RunCertificate;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kurier standalone in a JVM of its own, on a fresh data folder, prepared as the scenario wants. A delivery is done
 * once its event was accepted, its webhook was received and its outcome is committed. Main thread.
 */
public final class KurierSubject extends Subject {
    private final ChildProcess kurier;
    private final OutcomeCounter outcomes;
    private final GroupLag lag;
    private final Preparation preparation;

    public KurierSubject(
            BenchSettings settings,
            EventLoopGroup loops,
            @Nullable RunCertificate certificate,
            RunWorkspace workspace) {
        super("kurier", new TestBed(loops, settings.scenario().loadWebhooks(), certificate));
        List<String> flags = certificate == null ? List.of() : certificate.trustingFlags();
        StartedKurier started = StartedKurier.start("kurier", flags, workspace);
        kurier = started.target();
        preparation = Preparation.make(settings, receivers(), started.access());
        lag = new GroupLag(started.kafka());
        outcomes = new OutcomeCounter(started.kafka(), ledger(), preparation.webhooks());
        outcomes.start();
        connect(
                Transport.loopback(started.port()),
                new LoadSettings(settings.connections(), settings.payloadBytes(), started.key()),
                LimitSubject.SECRET);
    }

    @Override
    public ProcessHandle process() {
        return kurier.process();
    }

    @Override
    public void checkAlive() {
        kurier.checkAlive();
        String problem = outcomes.problem();
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
    }

    @Override
    public String preparation() {
        return preparation.text();
    }

    @Override
    public long completed() {
        return Math.min(super.completed(), ledger().recorded());
    }

    @Override
    public void drain(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        super.drain(limit);
        Polling.becomesTrueWithin(left(end), () -> ledger().unrecorded() == 0);
        Polling.becomesTrueWithin(left(end), () -> lag.now() == 0);
    }

    @Override
    public long unrecorded() {
        return ledger().unrecorded();
    }

    @Override
    public long lag() {
        return lag.now();
    }

    @Override
    public String notes() {
        Map<String, Long> failures = outcomes.failures();
        return "outcomes " + outcomes.counts() + (failures.isEmpty() ? "" : ", failed requests " + failures);
    }

    @Override
    public void close() {
        super.close();
        outcomes.close();
        lag.close();
        kurier.close();
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
}
