package io.kurier.benchmarks;

import io.kurier.benchmarks.limit.BareServer;
import io.kurier.benchmarks.load.LoadSettings;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.BenchSettings.Only;
import io.kurier.benchmarks.process.ChildProcess;
import io.kurier.benchmarks.process.Polling;
import io.kurier.benchmarks.process.RunWorkspace;
import io.kurier.benchmarks.report.IngestRate;
import io.kurier.benchmarks.report.IngestReport;
import io.kurier.benchmarks.subject.GroupLag;
import io.kurier.benchmarks.subject.KurierApi;
import io.kurier.benchmarks.subject.Preparation;
import io.kurier.benchmarks.subject.StartedKurier;
import io.netty.channel.EventLoopGroup;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One run that only publishes: the bare server; Kurier with {@link #FEW_WEBHOOKS} webhooks, if the scenario has more;
 * Kurier with all of them, first one event per request, then batches; the bare server again. Each target is a fresh
 * JVM; batches go to the same JVM as single events. Main thread.
 */
public final class IngestRun {
    /** The baseline for a run with many webhooks. */
    static final int FEW_WEBHOOKS = 10;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final BenchSettings settings;
    private final RunWorkspace workspace;
    private final EventLoopGroup loops;
    private final PrintStream progress;
    private int servers;

    IngestRun(BenchSettings settings, RunWorkspace workspace, EventLoopGroup loops, PrintStream progress) {
        this.settings = settings;
        this.workspace = workspace;
        this.loops = loops;
        this.progress = progress;
    }

    IngestReport report() {
        int webhooks = settings.scenario().webhooks();
        boolean wantsKurier = settings.wants(Only.KURIER);
        IngestRate limit = settings.wants(Only.LIMIT) ? limit() : null;
        IngestReport.KurierRates few =
                wantsKurier && webhooks > FEW_WEBHOOKS ? kurier("few", FEW_WEBHOOKS, false) : null;
        IngestReport.KurierRates kurier = wantsKurier ? kurier("kurier", webhooks, true) : null;
        return new IngestReport(settings, limit == null ? null : limit.meanWith(limit()), few, kurier);
    }

    private IngestRate limit() {
        int port = ChildProcess.freePort();
        String name = "bare-server-" + ++servers;
        List<String> command = List.of(BareServer.class.getName(), Integer.toString(port));
        KurierApi health = new KurierApi(port, "");
        try (ChildProcess server = workspace.start(name, List.of(RunWorkspace.LOGGING), command, Map.of())) {
            Polling.until(
                    () -> {
                        server.checkAlive();
                        return health.isReady();
                    },
                    START_TIMEOUT,
                    "the bare server to be ready");
            return measure(
                    "bare server",
                    server,
                    port,
                    new LoadSettings(settings.connections(), settings.payloadBytes(), null),
                    Duration.ofSeconds((settings.seconds() + 1) / 2));
        }
    }

    private IngestReport.KurierRates kurier(String name, int webhooks, boolean inBatches) {
        StartedKurier kurier = StartedKurier.start(name, List.of(), workspace);
        try (ChildProcess target = kurier.target();
                GroupLag topic = new GroupLag(kurier.kafka())) {
            Preparation.idle(webhooks, kurier.access());
            String label = "Kurier, " + webhooks + " webhooks";
            IngestRate singles = measure(label, target, kurier.port(), load(kurier, 1), settings.window());
            IngestRate batches = inBatches
                    ? measure(
                            label + ", by " + LoadSettings.BATCH_SIZE,
                            target,
                            kurier.port(),
                            load(kurier, LoadSettings.BATCH_SIZE),
                            settings.window())
                    : null;
            return new IngestReport.KurierRates(singles, batches, topic.events());
        }
    }

    private LoadSettings load(StartedKurier kurier, int batch) {
        // with a hundredth of the connections Kurier would idle while it waits for Kafka; all of them would fill
        // its buffers
        int connections = batch == 1 ? settings.connections() : Math.max(1, settings.connections() / 8);
        return new LoadSettings(connections, settings.payloadBytes(), kurier.key(), batch);
    }

    private IngestRate measure(String label, ChildProcess target, int port, LoadSettings load, Duration length) {
        try (IngestMeasurement publishing = new IngestMeasurement(target, port, loops.next(), load)) {
            return publishing.measure(label, settings.warmUpStep(), length, progress);
        }
    }
}
