package io.kurier.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The few calls of Kurier's HTTP API that prepare a run. Any thread. */
final class KurierApi {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CALL_TIMEOUT)
            .build();
    private final String base;
    private final String key;

    KurierApi(int port, String key) {
        this.base = "http://127.0.0.1:" + port;
        this.key = key;
    }

    /** Whether `/health/ready` answers 200. */
    boolean isReady() {
        try {
            return send(request("/health/ready").GET().build()).statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Whether the webhook is known. */
    boolean hasWebhook(String id) {
        return send(authorized("/api/v1/webhooks/" + id).GET().build()).statusCode() == 200;
    }

    /**
     * Makes a webhook for the events of one type.
     *
     * @return its id
     */
    String createWebhook(String url, String type, String secret) {
        Map<String, Object> webhook = Map.of("url", url, "events", List.of(type), "secret", secret);
        HttpResponse<String> response = send(authorized("/api/v1/webhooks")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(JSON.valueToTree(webhook).toString(), StandardCharsets.UTF_8))
                .build());
        if (response.statusCode() != 201) {
            throw new IllegalStateException(
                    "POST /api/v1/webhooks answered " + response.statusCode() + ", expected 201: " + response.body());
        }
        try {
            JsonNode id = JSON.readTree(response.body()).path("id");
            if (!id.isTextual()) {
                throw new IllegalStateException("POST /api/v1/webhooks answered without an id");
            }
            return id.textValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder authorized(String path) {
        return request(path).header("authorization", "Bearer " + key);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(CALL_TIMEOUT);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri() + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
