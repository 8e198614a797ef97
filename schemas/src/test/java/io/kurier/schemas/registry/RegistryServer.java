package io.kurier.schemas.registry;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Apicurio Registry as a process, with its data in a file, so that ids outlive it. Its Java must be 21 or newer. */
final class RegistryServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Path home;
    private final Path data;
    private final int port = freePort();
    private final int managementPort = freePort();
    private Process process;

    RegistryServer(Path home, Path data) {
        this.home = home;
        this.data = data;
    }

    String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    void start() throws Exception {
        process = new ProcessBuilder(List.of(
                        System.getProperty("kurier.registry.java", "java"),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=" + managementPort,
                        // what was registered must outlive being killed at once
                        "-Dapicurio.datasource.url=jdbc:h2:file:" + data.resolve("registry") + ";WRITE_DELAY=0",
                        "-jar",
                        home.resolve("quarkus-run.jar").toString()))
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(data.toFile(), "registry.log")))
                .start();
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest subjects = HttpRequest.newBuilder(URI.create(url() + "/subjects"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (http.send(subjects, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                if (!process.isAlive()) {
                    break;
                }
            }
            process.waitFor(200, TimeUnit.MILLISECONDS);
        }
        throw new IllegalStateException("the registry does not start; see " + data.resolve("registry.log"));
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            kill();
        }
    }
}
