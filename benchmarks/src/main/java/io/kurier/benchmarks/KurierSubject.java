package io.kurier.benchmarks;

import io.kurier.model.SecretBox;
import io.netty.channel.EventLoopGroup;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kurier standalone in a JVM of its own, on a fresh data folder, with the webhooks of the load and whatever else the
 * scenario wants to be there. A delivery is done when it was accepted, received, and its outcome is committed. Used by the
 * main thread.
 */
final class KurierSubject extends Subject {
    private static final String MAIN = "io.kurier.standalone.Standalone";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

    private final Target kurier;
    private final OutcomeCounter outcomes;
    private final GroupLag lag;
    private final Preparation preparation;

    KurierSubject(Settings settings, EventLoopGroup loops, @Nullable RunCertificate certificate, Work work) {
        super("kurier", new Surroundings(loops, settings.scenario().audience(), certificate));
        int port = Target.freePort();
        String kafka = "127.0.0.1:" + Target.freePort();
        String key = randomKey();
        String encryptionKey = SecretBox.newKey();
        Map<String, String> environment = Map.of(
                "KURIER_HTTP_LISTEN",
                "127.0.0.1:" + port,
                "KURIER_KAFKA_LISTEN",
                kafka,
                "KURIER_DATA_DIR",
                work.folder().resolve("data").toString(),
                "KURIER_ALLOW_PRIVATE_NETWORKS",
                "true",
                "KURIER_OPERATOR_KEY",
                key,
                "KURIER_ENCRYPTION_KEY",
                encryptionKey);
        kurier = work.start(
                "kurier", certificate == null ? List.of() : certificate.trustingFlags(), List.of(MAIN), environment);
        KurierApi api = new KurierApi(port, key);
        Waiting.until(
                () -> {
                    kurier.checkAlive();
                    return api.isReady();
                },
                START_TIMEOUT,
                "Kurier to be ready");
        preparation = Preparation.make(
                settings, receivers(), new Preparation.Kurier(api, kafka, SecretBox.withKey(encryptionKey)));
        lag = new GroupLag(kafka);
        outcomes = new OutcomeCounter(kafka, ledger(), preparation.webhooks());
        outcomes.start();
        connect(
                Transport.loopback(port),
                new Load(settings.connections(), settings.payloadBytes(), key),
                LimitSubject.SECRET);
    }

    @Override
    ProcessHandle process() {
        return kurier.process();
    }

    @Override
    void checkAlive() {
        kurier.checkAlive();
        String problem = outcomes.problem();
        if (problem != null) {
            throw new IllegalStateException(problem);
        }
    }

    @Override
    String preparation() {
        return preparation.text();
    }

    @Override
    long completed() {
        return Math.min(super.completed(), ledger().recorded());
    }

    @Override
    void settle(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        super.settle(limit);
        Waiting.cameWithin(left(end), () -> ledger().unrecorded() == 0);
        Waiting.cameWithin(left(end), () -> lag.now() == 0);
    }

    @Override
    long unrecorded() {
        return ledger().unrecorded();
    }

    @Override
    long lag() {
        return lag.now();
    }

    @Override
    String remarks() {
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

    private static String randomKey() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }
}
