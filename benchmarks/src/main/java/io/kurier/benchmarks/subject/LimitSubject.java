package io.kurier.benchmarks.subject;

import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.limit.BareRelay;
import io.kurier.benchmarks.limit.RelayConfig;
import io.kurier.benchmarks.load.LoadSettings;
import io.kurier.benchmarks.load.LoadWebhooks;
import io.kurier.benchmarks.options.BenchSettings;
import io.kurier.benchmarks.options.Scenario;
import io.kurier.benchmarks.process.ChildProcess;
import io.kurier.benchmarks.process.Polling;
import io.kurier.benchmarks.process.RunWorkspace;
import io.kurier.benchmarks.receiver.RunCertificate;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@link BareRelay} in a JVM of its own. With a fan-out it becomes a bare sender: one event makes so many
 * deliveries that receiving it costs next to nothing. Its latency is then that of a burst and means nothing. Main
 * thread.
 */
public final class LimitSubject extends Subject {
    /** The secret of the load's webhooks, for the relay and for Kurier. */
    public static final String SECRET = "whsec_a3VyaWVyLWJlbmNoLWJhcmUtcmVsYXktc2VjcmV0";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    /** Approximate deliveries per event for a bare sender. */
    private static final int BURST = 200;
    /** Bursts wait in the relay's memory, so only a few may be in flight. */
    private static final int BURST_CONNECTIONS = 4;

    private final ChildProcess relay;
    private final boolean isSenderAlone;

    public LimitSubject(
            BenchSettings settings,
            EventLoopGroup loops,
            @Nullable RunCertificate certificate,
            RunWorkspace workspace) {
        super("limit", new TestBed(loops, loadWebhooks(settings.scenario()), certificate));
        isSenderAlone = settings.scenario().fanOut() > 1;
        int port = ChildProcess.freePort();
        RelayConfig config = new RelayConfig(
                Transport.loopback(port),
                receivers().address(),
                SECRET,
                Runtime.getRuntime().availableProcessors(),
                settings.connections(),
                loadWebhooks().fanOut(),
                certificate != null);
        relay = start(config, certificate, workspace);
        KurierApi health = new KurierApi(port, "");
        Polling.until(
                () -> {
                    relay.checkAlive();
                    return health.isReady();
                },
                START_TIMEOUT,
                "the bare relay to be ready");
        int connections = isSenderAlone ? BURST_CONNECTIONS : settings.connections();
        connect(Transport.loopback(port), new LoadSettings(connections, settings.payloadBytes(), null), SECRET);
    }

    /**
     * @return the webhooks of the relay's load: all healthy and in one group, because the relay can neither isolate
     *     nor match
     */
    public static LoadWebhooks loadWebhooks(Scenario scenario) {
        int fanOut = scenario.fanOut();
        return fanOut == 1 ? LoadWebhooks.ONE : LoadWebhooks.of(fanOut * Math.max(1, BURST / fanOut));
    }

    private static ChildProcess start(
            RelayConfig config, @Nullable RunCertificate certificate, RunWorkspace workspace) {
        List<String> flags = new ArrayList<>(List.of("-Dio.netty.leakDetection.level=disabled", RunWorkspace.LOGGING));
        if (certificate != null) {
            flags.addAll(certificate.trustingFlags());
        }
        List<String> command = new ArrayList<>(List.of(BareRelay.class.getName()));
        command.addAll(config.arguments());
        return workspace.start("relay", flags, command, Map.of());
    }

    @Override
    public ProcessHandle process() {
        return relay.process();
    }

    @Override
    public void checkAlive() {
        relay.checkAlive();
    }

    @Override
    public boolean hasLatency() {
        return !isSenderAlone;
    }

    @Override
    public void close() {
        super.close();
        relay.close();
    }
}
