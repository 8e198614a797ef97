package io.kurier.runtime.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kurier.runtime.config.HostPort;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves {@code /health/live}, {@code /health/ready} and {@code /metrics} in processes without an API, on two threads
 * of its own.
 */
public final class AdminServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "admin-http");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Starts to serve.
     *
     * @throws UncheckedIOException if it cannot listen on the address
     */
    public AdminServer(HostPort listen, Health health, PrometheusMeterRegistry metrics) {
        try {
            server = HttpServer.create(new InetSocketAddress(listen.host(), listen.port()), 50);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on KURIER_ADMIN_LISTEN=" + listen + ": " + e.getMessage(), e);
        }
        server.createContext(
                "/health/live", exchange -> answer(exchange, 200, "application/json", "{\"status\":\"ok\"}"));
        server.createContext("/health/ready", exchange -> {
            Health.Report report = health.look();
            answer(exchange, report.ok() ? 200 : 503, "application/json", report.json());
        });
        server.createContext(
                "/metrics",
                exchange -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
        server.setExecutor(executor);
        server.start();
    }

    /** The port it listens on, also if the setting was 0. */
    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
