package io.kurier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsReceiverIT {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @Test
    void answersAndResetsBehindTls() throws Exception {
        KeyStore store = selfSigned();
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        try (var receiver =
                ScriptedReceiver.start(SslContextBuilder.forServer(keys).build())) {
            assertThat(receiver.url("/a")).startsWith("https://127.0.0.1:");
            assertThat(post(store, receiver.url("/a")).body()).isEqualTo("ok");
            receiver.respond("/a", Answer.reset());
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> post(store, receiver.url("/a")))
                    .withStackTraceContaining(SocketException.class.getName());
            assertThat(receiver.requestCount("/a")).isEqualTo(2);
        }
    }

    private static HttpResponse<String> post(KeyStore trusted, String url) throws Exception {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    /** A certificate for 127.0.0.1, made with the JDK's keytool. */
    private KeyStore selfSigned() throws Exception {
        Path file = folder.resolve("keys.p12");
        String options = "-genkeypair -alias receiver -keyalg EC -dname CN=receiver -ext san=ip:127.0.0.1"
                + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + file;
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process keytool = new ProcessBuilder((tool + " " + options).split(" "))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
