package io.kurier.benchmarks;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The {@link BareRelay} in a JVM of its own. Used by the main thread. */
final class LimitSubject extends Subject {
    /** Any key will do; the bench makes the secret, the relay signs with it. */
    static final String SECRET = "whsec_a3VyaWVyLWJlbmNoLWJhcmUtcmVsYXktc2VjcmV0";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final Target relay;

    LimitSubject(Settings settings, EventLoopGroup loops, Work work) {
        super("limit", loops);
        int port = Target.freePort();
        List<String> command = List.of(
                BareRelay.class.getName(),
                Integer.toString(port),
                Integer.toString(receiver().address().getPort()),
                SECRET,
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                Integer.toString(settings.connections()));
        relay = work.start(
                "relay", List.of("-Dio.netty.leakDetection.level=disabled", Work.LOGGING), command, Map.of());
        KurierApi health = new KurierApi(port, "");
        Waiting.until(
                () -> {
                    relay.checkAlive();
                    return health.isReady();
                },
                START_TIMEOUT,
                "the bare relay to be ready");
        connect(Transport.loopback(port), settings, SECRET, null);
    }

    @Override
    ProcessHandle process() {
        return relay.process();
    }

    @Override
    void checkAlive() {
        relay.checkAlive();
    }

    @Override
    public void close() {
        super.close();
        relay.close();
    }
}
