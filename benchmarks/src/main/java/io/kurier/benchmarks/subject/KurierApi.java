package io.kurier.benchmarks.subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The calls of Kurier's HTTP API that prepare a run. Any thread. */
public final class KurierApi {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CALL_TIMEOUT)
            .build();
    private final String base;
    private final String key;

    /**
     * @param port loopback port of the API
     * @param key the API key; empty if only {@link #isReady} is called
     */
    public KurierApi(int port, String key) {
        this.base = "http://127.0.0.1:" + port;
        this.key = key;
    }

    /** @return whether {@code /health/ready} answers 200 */
    public boolean isReady() {
        try {
            return send(request("/health/ready").GET().build()).statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /**
     * @return whether the API knows the webhook
     * @throws UncheckedIOException if the API does not answer
     */
    boolean hasWebhook(String id) {
        return send(request("/api/v1/webhooks/" + id)
                                .header("authorization", "Bearer " + key)
                                .GET()
                                .build())
                        .statusCode()
                == 200;
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
