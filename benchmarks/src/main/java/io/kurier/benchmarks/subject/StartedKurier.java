package io.kurier.benchmarks.subject;

import io.kurier.benchmarks.process.ChildProcess;
import io.kurier.benchmarks.process.Polling;
import io.kurier.benchmarks.process.RunWorkspace;
import io.kurier.model.secret.SecretBox;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Kurier standalone in a JVM of its own, on a fresh data folder, ready for requests.
 *
 * @param target its process
 * @param port loopback port of the API
 * @param kafka where its broker listens, host:port
 * @param key the operator key
 * @param access what a {@link Preparation} needs
 */
public record StartedKurier(ChildProcess target, int port, String kafka, String key, Preparation.Access access) {
    private static final String MAIN = "io.kurier.standalone.Standalone";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

    /**
     * Starts the process and waits until its API is ready.
     *
     * @param name names its log and its data folder; unique in the run
     * @param flags JVM flags for this process only
     * @throws IllegalStateException if the process ends, or is not ready within 90 s
     */
    public static StartedKurier start(String name, List<String> flags, RunWorkspace workspace) {
        int port = ChildProcess.freePort();
        String kafka = "127.0.0.1:" + ChildProcess.freePort();
        String key = randomKey();
        String encryptionKey = SecretBox.newKey();
        Map<String, String> environment = Map.of(
                "KURIER_HTTP_LISTEN",
                "127.0.0.1:" + port,
                "KURIER_KAFKA_LISTEN",
                kafka,
                "KURIER_DATA_DIR",
                workspace.folder().resolve(name + "-data").toString(),
                "KURIER_ALLOW_PRIVATE_NETWORKS",
                "true",
                "KURIER_OPERATOR_KEY",
                key,
                "KURIER_ENCRYPTION_KEY",
                encryptionKey);
        ChildProcess target = workspace.start(name, flags, List.of(MAIN), environment);
        KurierApi api = new KurierApi(port, key);
        Polling.until(
                () -> {
                    target.checkAlive();
                    return api.isReady();
                },
                START_TIMEOUT,
                "Kurier to be ready");
        return new StartedKurier(
                target, port, kafka, key, new Preparation.Access(api, kafka, SecretBox.withKey(encryptionKey)));
    }

    private static String randomKey() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }
}
