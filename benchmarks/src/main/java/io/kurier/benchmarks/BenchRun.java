package io.kurier.benchmarks;

import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.BenchSettings.Only;
import io.kurier.benchmarks.options.Scenario;
import io.kurier.benchmarks.process.RunWorkspace;
import io.kurier.benchmarks.receiver.Receivers;
import io.kurier.benchmarks.receiver.RunCertificate;
import io.kurier.benchmarks.report.Figures;
import io.kurier.benchmarks.report.Report;
import io.kurier.benchmarks.subject.KurierSubject;
import io.kurier.benchmarks.subject.LimitSubject;
import io.kurier.benchmarks.subject.Subject;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One run: bare limit, Kurier, bare limit again. Other processes disturb the machine, so the limit is measured in two
 * halves, one before Kurier and one after, each in a fresh JVM; the report takes the mean of their figures and all
 * their latencies. Kurier is measured once, for the whole time in between. Main thread.
 */
final class BenchRun {
    private final BenchSettings settings;
    private final RunWorkspace workspace;
    private final EventLoopGroup loops;
    private final SubjectMeasurement measurement;
    private final @Nullable RunCertificate certificate;

    BenchRun(BenchSettings settings, RunWorkspace workspace, EventLoopGroup loops, SubjectMeasurement measurement) {
        this.settings = settings;
        this.workspace = workspace;
        this.loops = loops;
        this.measurement = measurement;
        Scenario scenario = settings.scenario();
        this.certificate = scenario.tls()
                ? RunCertificate.make(workspace.folder(), Receivers.hosts(scenario.loadWebhooks()))
                : null;
    }

    Report report() {
        Figures limit = settings.wants(Only.LIMIT) ? limit() : null;
        Figures kurier = settings.wants(Only.KURIER) ? kurier() : null;
        return new Report(settings, limit == null ? null : limit.meanWith(limit()), kurier);
    }

    private Figures limit() {
        try (Subject subject = new LimitSubject(settings, loops, certificate, workspace)) {
            return measurement.of(subject, Duration.ofSeconds((settings.seconds() + 1) / 2));
        }
    }

    private Figures kurier() {
        try (Subject subject = new KurierSubject(settings, loops, certificate, workspace)) {
            return measurement.of(subject, settings.window());
        }
    }
}
