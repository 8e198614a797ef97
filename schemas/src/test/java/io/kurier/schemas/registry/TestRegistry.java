package io.kurier.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A schema registry inside the JVM, as far as Confluent's REST API v1 is used here. Also what it was asked, and with what key. */
public final class TestRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<Integer, ObjectNode> schemas = new HashMap<>();
    private final Map<String, List<Integer>> subjects = new HashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile boolean down;
    private int lastId = 100;

    public TestRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "test-registry");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::handle);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on it answers 503, or no longer does. */
    public void down(boolean isDown) {
        down = isDown;
    }

    /** Every request that came, such as {@code GET /schemas/ids/1}. */
    public List<String> requests() {
        return requests;
    }

    List<String> authorizations() {
        return authorizations;
    }

    /** Registers what a test says, of any type. */
    public synchronized int add(String subject, ObjectNode schema) {
        for (Map.Entry<Integer, ObjectNode> known : schemas.entrySet()) {
            if (known.getValue().equals(schema)) {
                join(subject, known.getKey());
                return known.getKey();
            }
        }
        schemas.put(++lastId, schema);
        join(subject, lastId);
        return lastId;
    }

    public int add(String subject, String schema) {
        return add(subject, JSON.createObjectNode().put("schema", schema));
    }

    private void join(String subject, int id) {
        List<Integer> versions = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
        if (!versions.contains(id)) {
            versions.add(id);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (down) {
            answer(exchange, 503, JSON.createObjectNode());
            return;
        }
        String[] parts = path.substring(1).split("/");
        JsonNode given = body.length == 0 ? null : JSON.readTree(body);
        synchronized (this) {
            if (parts[0].equals("schemas")) {
                ObjectNode found = schemas.get(Integer.parseInt(parts[2]));
                answer(exchange, found == null ? 404 : 200, found == null ? error(40403) : found);
            } else if (given != null && parts.length == 3) {
                int id = add(decoded(parts[1]), (ObjectNode) given);
                answer(exchange, 200, JSON.createObjectNode().put("id", id));
            } else {
                version(exchange, decoded(parts[1]), given, parts);
            }
        }
    }

    private void version(HttpExchange exchange, String subject, JsonNode given, String[] parts) throws IOException {
        List<Integer> versions = subjects.getOrDefault(subject, List.of());
        if (versions.isEmpty()) {
            answer(exchange, 404, error(40401));
            return;
        }
        if (given != null) {
            for (int id : versions) {
                if (schemas.get(id).equals(given)) {
                    answer(exchange, 200, schemas.get(id).deepCopy().put("id", id));
                    return;
                }
            }
            answer(exchange, 404, error(40403));
            return;
        }
        int version = parts[3].equals("latest") ? versions.size() : Integer.parseInt(parts[3]);
        int id = versions.get(version - 1);
        answer(exchange, 200, schemas.get(id).deepCopy().put("id", id).put("version", version));
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part, UTF_8);
    }

    private static ObjectNode error(int code) {
        return JSON.createObjectNode().put("error_code", code).put("message", "not here");
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode json) throws IOException {
        try (exchange) {
            byte[] bytes = json.toString().getBytes(UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
