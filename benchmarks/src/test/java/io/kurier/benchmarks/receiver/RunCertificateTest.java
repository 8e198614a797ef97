package io.kurier.benchmarks.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.benchmarks.http.Transport;
import io.kurier.benchmarks.ledger.Ledger;
import io.kurier.benchmarks.load.LoadWebhooks;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCertificateTest {
    private static final LoadWebhooks WEBHOOKS = new LoadWebhooks(1, 2, 0, 50);

    @TempDir
    Path folder;

    private final EventLoopGroup loops = Transport.loops(1, "bench");

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void onlyClientsWithTheTrustStoreReachTheReceivers() throws Exception {
        RunCertificate certificate = RunCertificate.make(folder, Receivers.hosts(WEBHOOKS));
        try (Receivers receivers =
                new Receivers(loops.next(), WEBHOOKS, certificate.receivers(), new Ledger(WEBHOOKS))) {
            HttpClient trusting =
                    HttpClient.newBuilder().sslContext(context(certificate)).build();

            assertThat(receivers.url(1)).startsWith("https://127.1.0.2:").endsWith("/hook/1");
            assertThat(post(trusting, receivers.url(0))).isEqualTo(200);
            assertThat(post(trusting, receivers.url(1))).isEqualTo(200);
            receivers.beginFaults();
            assertThat(post(trusting, receivers.url(0))).isEqualTo(200);
            assertThat(post(trusting, receivers.url(1))).isEqualTo(503);
            assertThatThrownBy(() -> post(HttpClient.newHttpClient(), receivers.url(0)))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    /** As a JVM with these flags would make it. */
    private static SSLContext context(RunCertificate certificate) throws Exception {
        List<String> values = certificate.trustingFlags().stream()
                .map(flag -> flag.substring(flag.indexOf('=') + 1))
                .toList();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(Path.of(values.get(0)))) {
            store.load(in, values.get(1).toCharArray());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static int post(HttpClient client, String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
