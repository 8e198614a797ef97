package io.kurier.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls Kurier's public HTTP API as any user does. Any thread. Every call throws {@link DemoFailedException} if the
 * API does not answer as expected.
 */
final class DemoApi {
    /** The answer to a registration: the webhook's id and secret. */
    record Registered(String id, String secret) {}

    /** Progress of a replay: its state, and how many of its dead letters are done. */
    record Replay(String state, long total, long done) {
        boolean ended() {
            return !state.equals("pending") && !state.equals("running");
        }
    }

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CALL_TIMEOUT)
            .build();
    private final String url;
    private final String key;

    DemoApi(String url, String key) {
        this.url = url;
        this.key = key;
    }

    boolean isReady() throws InterruptedException {
        return send(request("/health/ready").GET()).statusCode() == 200;
    }

    /**
     * @param receiver URL of the webhook
     * @param patterns event types
     * @param waits before each retry, such as {@code 1s}
     */
    Registered register(String receiver, List<String> patterns, List<String> waits) throws InterruptedException {
        ObjectNode webhook = JSON.createObjectNode().put("url", receiver);
        patterns.forEach(webhook.putArray("events")::add);
        ObjectNode retry = webhook.putObject("retry").put("jitter", 0);
        waits.forEach(retry.putArray("schedule")::add);
        JsonNode made = post("/api/v1/webhooks", webhook.toString(), 201);
        return new Registered(made.path("id").asText(), made.path("secret").asText());
    }

    /**
     * @param body a JSON event, or an array of them
     * @return the ids of the accepted events
     */
    List<String> publish(String body) throws InterruptedException {
        JsonNode answer = post("/api/v1/events", body, 202);
        List<String> ids = new ArrayList<>();
        for (JsonNode item : answer.isArray() ? answer : List.of(answer)) {
            if (item.path("status").asText().equals("accepted")) {
                ids.add(item.path("id").asText());
            }
        }
        return ids;
    }

    int deadLetters() throws InterruptedException {
        return get("/api/v1/dead-letters?limit=1000").path("data").size();
    }

    /** @return the replay's id */
    String orderReplay(String webhookId, int ratePerSecond) throws InterruptedException {
        ObjectNode order = JSON.createObjectNode().put("rate_per_second", ratePerSecond);
        order.putObject("filter").put("webhook_id", webhookId);
        return post("/api/v1/replays", order.toString(), 202).path("id").asText();
    }

    Replay replay(String id) throws InterruptedException {
        JsonNode replay = get("/api/v1/replays/" + id);
        return new Replay(
                replay.path("state").asText(),
                replay.path("total").asLong(),
                replay.path("done").asLong());
    }

    private JsonNode post(String path, String body, int expected) throws InterruptedException {
        return json(
                path,
                expected,
                send(request(path).header("content-type", "application/json").POST(BodyPublishers.ofString(body))));
    }

    private JsonNode get(String path) throws InterruptedException {
        return json(path, 200, send(request(path).GET()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(CALL_TIMEOUT)
                .header("authorization", "Bearer " + key);
    }

    private static JsonNode json(String path, int expected, HttpResponse<String> answer) {
        if (answer.statusCode() != expected) {
            throw new DemoFailedException(
                    path + " answered " + answer.statusCode() + ", expected " + expected + "; body: " + answer.body(),
                    null);
        }
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new DemoFailedException(path + " did not answer JSON but: " + answer.body(), e);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest built = request.build();
        try {
            return client.send(built, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DemoFailedException(built.method() + " " + built.uri() + " failed: " + e, e);
        }
    }
}
