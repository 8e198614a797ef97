package io.kurier.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.ScriptedReceiver;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where no request goes, whatever the URL says. */
class EgressIT {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void aPrivateAddressIsNotEvenConnectedTo(String scheme) throws Exception {
        try (var receiver = ScriptedReceiver.start();
                var sender = new SenderFixture(
                        Samples.config("KURIER_ALLOW_PRIVATE_NETWORKS", "false", "KURIER_ALLOW_HTTP", "true"))) {
            AttemptResult result =
                    sender.send(Samples.webhook(1, scheme + "://127.0.0.1:" + receiver.port() + "/hook"));

            assertThat(result.error()).isEqualTo("address");
            assertThat(result.excerpt()).contains("loopback");
            assertThat(receiver.acceptedConnections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest",
                "http://[::ffff:127.0.0.1]/",
                "http://[::1]/",
                "http://10.0.0.1/"
            })
    void noDisguiseHelps(String url) throws Exception {
        try (var sender = new SenderFixture(
                Samples.config("KURIER_ALLOW_PRIVATE_NETWORKS", "false", "KURIER_ALLOW_HTTP", "true"))) {
            assertThat(sender.send(Samples.webhook(1, url)).error()).isEqualTo("address");
        }
    }

    @Test
    void httpToAPublicAddressIsRefusedUnlessAllowed() throws Exception {
        try (var sender = new SenderFixture(Samples.config())) {
            AttemptResult result = sender.send(Samples.webhook(1, "http://1.1.1.1:9/"));

            assertThat(result.error()).isEqualTo("address");
            assertThat(result.excerpt()).contains("https");
        }
    }

    @Test
    void aCertificateNobodySignedIsRefusedBeforeTheRequest() throws Exception {
        try (var receiver = ScriptedReceiver.start(
                        SslContextBuilder.forServer(selfSigned()).build());
                var sender = new SenderFixture(Samples.config())) {
            long began = System.nanoTime();

            AttemptResult result = sender.send(Samples.webhook(1, receiver.url("/hook")));

            assertThat(result.error()).as("%s", result).isEqualTo("tls");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
            assertThat(receiver.requestCount()).isZero();
            assertThat(sender.connectionsIdle()).isZero();
        }
    }

    @Test
    void plainTextWhereTlsWasExpectedIsATlsFailure() throws Exception {
        try (var receiver = ScriptedReceiver.start();
                var sender = new SenderFixture(Samples.config())) {
            AttemptResult result = sender.send(Samples.webhook(1, "https://127.0.0.1:" + receiver.port() + "/hook"));

            assertThat(result.error()).as("%s", result).isEqualTo("tls");
            assertThat(receiver.requestCount()).isZero();
        }
    }

    private KeyManagerFactory selfSigned() throws Exception {
        Path file = folder.resolve("keys.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        return keys;
    }
}
