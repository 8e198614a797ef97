package io.kurier.benchmarks;

import io.kurier.benchmarks.limit.BareServer;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.BenchSettings.Only;
import io.kurier.benchmarks.process.ChildProcess;
import io.kurier.benchmarks.process.RunWorkspace;
import io.kurier.benchmarks.process.Waiting;
import io.kurier.benchmarks.report.IngestReport;
import io.kurier.benchmarks.subject.GroupLag;
import io.kurier.benchmarks.subject.KurierApi;
import io.kurier.benchmarks.subject.Preparation;
import io.kurier.benchmarks.subject.StartedKurier;
import io.kurier.benchmarks.subject.Subject;
import io.netty.channel.EventLoopGroup;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The order of a run that only publishes: the bare server, in halves before and after; Kurier with few webhooks, where many are
 * asked for; Kurier, first one event a request, then batches. Each in a fresh JVM, batches in the same as single events. Main thread.
 */
public final class IngestRun {
    public static final int BATCH = 100;
    /** What many webhooks are held against. */
    static final int FEW_WEBHOOKS = 10;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final BenchSettings settings;
    private final RunWorkspace work;
    private final EventLoopGroup loops;
    private final PrintStream progress;
    private int servers;

    IngestRun(BenchSettings settings, RunWorkspace work, EventLoopGroup loops, PrintStream progress) {
        this.settings = settings;
        this.work = work;
        this.loops = loops;
        this.progress = progress;
    }

    IngestReport report() {
        int webhooks = settings.scenario().webhooks();
        boolean wantsKurier = settings.wants(Only.KURIER);
        IngestLoad.Rate limit = settings.wants(Only.LIMIT) ? limit() : null;
        IngestReport.Kurier few = wantsKurier && webhooks > FEW_WEBHOOKS ? kurier("few", FEW_WEBHOOKS, false) : null;
        IngestReport.Kurier kurier = wantsKurier ? kurier("kurier", webhooks, true) : null;
        return new IngestReport(settings, limit == null ? null : limit.meanWith(limit()), few, kurier);
    }

    private IngestLoad.Rate limit() {
        int port = ChildProcess.freePort();
        String name = "bare-server-" + ++servers;
        List<String> command = List.of(BareServer.class.getName(), Integer.toString(port));
        KurierApi health = new KurierApi(port, "");
        try (ChildProcess server = work.start(name, List.of(RunWorkspace.LOGGING), command, Map.of())) {
            Waiting.until(
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
                    new Subject.Load(settings.connections(), settings.payloadBytes(), null),
                    Duration.ofSeconds((settings.seconds() + 1) / 2));
        }
    }

    private IngestReport.Kurier kurier(String name, int webhooks, boolean inBatches) {
        StartedKurier kurier = StartedKurier.start(name, List.of(), work);
        try (ChildProcess target = kurier.target();
                GroupLag topic = new GroupLag(kurier.kafka())) {
            Preparation.idle(webhooks, kurier.access());
            String who = "Kurier, " + webhooks + " webhooks";
            IngestLoad.Rate singles = measure(who, target, kurier.port(), load(kurier, 1), settings.window());
            IngestLoad.Rate batches = inBatches
                    ? measure(who + ", by " + BATCH, target, kurier.port(), load(kurier, BATCH), settings.window())
                    : null;
            return new IngestReport.Kurier(singles, batches, topic.events());
        }
    }

    private Subject.Load load(StartedKurier kurier, int batch) {
        // a hundredth of the connections would not keep it busy while it waits for Kafka, and all of them fill its
        // buffers
        int connections = batch == 1 ? settings.connections() : Math.max(1, settings.connections() / 8);
        return new Subject.Load(connections, settings.payloadBytes(), kurier.key(), batch);
    }

    private IngestLoad.Rate measure(String what, ChildProcess target, int port, Subject.Load load, Duration length) {
        try (IngestLoad publishing = new IngestLoad(target, port, loops.next(), load)) {
            return publishing.measure(what, settings.warmUpStep(), length, progress);
        }
    }
}
