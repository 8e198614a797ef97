package io.kurier.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Calls the HTTP API as a publisher and an operator do. */
final class ApiClient {
    private static final Pattern ID = Pattern.compile("\"id\":\"([a-z]+_[^\"]+)\"");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String url;
    private final String key;

    /**
     * @param url base URL, without a path
     * @param key API key
     */
    ApiClient(String url, String key) {
        this.url = url;
        this.key = key;
    }

    /** Waits until a standalone process prints its address, and reads the operator key in its data folder. */
    static ApiClient of(ChildProcess standalone, Path folder) throws Exception {
        String line = standalone.awaitLine("  API  ");
        String url = line.substring(line.indexOf("http://"), line.indexOf("/api/v1"));
        return new ApiClient(
                url, Files.readString(folder.resolve("operator.key")).trim());
    }

    ApiClient awaitReady() {
        Awaitility.await("the API at " + url + " is ready")
                .atMost(ChildProcess.WAIT_LIMIT)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> send(request("/health/ready").GET()).statusCode() == 200);
        return this;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(20))
                .header("authorization", "Bearer " + key);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /**
     * Registers a webhook that gets every event.
     *
     * @param waits JSON array of the waits before each retry
     * @return its id
     */
    String registerWebhook(String receiver, String waits) throws Exception {
        var answer = send(request("/api/v1/webhooks")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"url\":\"%s\",\"events\":[\"*\"],\"retry\":{\"schedule\":%s,\"jitter\":0}}"
                                .formatted(receiver, waits))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return ids(answer.body()).get(0);
    }

    /**
     * Sends JSON to a path below {@code /api/v1} and checks the status.
     *
     * @param json may use single quotes instead of double quotes
     * @return the answer's body
     */
    String call(String method, String path, String json, int status) throws Exception {
        return callWith(method, path, json.replace('\'', '"'), status);
    }

    /** The same with JSON that is sent as it is. */
    String callWith(String method, String path, String json, int status) throws Exception {
        var answer = send(request("/api/v1" + path).method(method, HttpRequest.BodyPublishers.ofString(json)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body();
    }

    /** @return the value of a metric; NaN if it does not exist */
    double metric(String name) throws Exception {
        return send(request("/metrics").GET())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    String webhooks() throws Exception {
        return send(request("/api/v1/webhooks").GET()).body();
    }

    /**
     * Publishes an event.
     *
     * @return its id if it was accepted; empty if it was refused or the connection failed
     */
    Optional<String> publish(int n) throws InterruptedException {
        try {
            var answer = send(request("/api/v1/events").POST(HttpRequest.BodyPublishers.ofString(event(n))));
            return answer.statusCode() == 202 ? Optional.of(ids(answer.body()).get(0)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String event(int n) {
        return "{\"type\":\"job.completed\",\"job_id\":\"job-%d\",\"data\":{\"n\":%d}}".formatted(n % 20, n);
    }

    private static List<String> ids(String body) {
        return ID.matcher(body).results().map(match -> match.group(1)).toList();
    }
}
