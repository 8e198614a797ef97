package io.kurier.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A receiver over real HTTP that checks every signature and reports every request. It can refuse until {@link
 * #accept}.
 */
final class DemoReceiver implements AutoCloseable {
    private static final int THREADS = 8;
    private static final int MAX_BODY = 1024 * 1024;
    private static final int ACCEPTED = 200;
    private static final int REFUSED = 503;
    private static final int FORGED = 401;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final Consumer<ReceivedDelivery> listener;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private volatile boolean accepting;
    private volatile @Nullable SignatureCheck signatures;

    /**
     * @param accepting whether it answers 200 from the start, instead of 503
     * @param listener called with each request before it is answered, on the receiver's threads
     */
    DemoReceiver(String name, boolean accepting, Consumer<ReceivedDelivery> listener) {
        this.name = name;
        this.accepting = accepting;
        this.listener = listener;
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            threads.shutdownNow();
            throw new DemoFailedException("the receiver " + name + " cannot open a port: " + e.getMessage(), e);
        }
        server.createContext("/", this::receive);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
    }

    /** Checks signatures with this secret from now on; before, every signature counts as wrong. */
    void useSecret(String secret) {
        signatures = new SignatureCheck(secret);
    }

    /** Answers 200 from now on. */
    void accept() {
        accepting = true;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY);
            long nowMs = System.currentTimeMillis();
            String id = exchange.getRequestHeaders().getFirst("webhook-id");
            SignatureCheck check = signatures;
            boolean genuine = check != null
                    && check.isGenuine(
                            id,
                            exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                            exchange.getRequestHeaders().getFirst("webhook-signature"),
                            body,
                            nowMs);
            int status = !genuine ? FORGED : accepting ? ACCEPTED : REFUSED;
            JsonNode event = JSON.readTree(body);
            listener.accept(new ReceivedDelivery(
                    name,
                    String.valueOf(id),
                    attempt(exchange),
                    event.path("type").asText(),
                    event.path("job_id").asText(),
                    nowMs,
                    genuine,
                    status));
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static int attempt(HttpExchange exchange) {
        String text = exchange.getRequestHeaders().getFirst("webhook-attempt");
        return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
