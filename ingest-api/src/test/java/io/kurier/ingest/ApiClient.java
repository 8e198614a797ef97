package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls an API with one key. Paths begin after {@code /api/v1}; headers are pairs of names and values.
 *
 * @param tenant for the query parameter {@code tenant} of every request; null for requests without it
 */
record ApiClient(TestApi api, String key, @Nullable String tenant) {
    /** The operator, acting for a tenant. */
    static ApiClient ofTenant(TestApi api, String tenant) {
        return new ApiClient(api, TestApi.KEY, tenant);
    }

    @Override
    public String tenant() {
        return Objects.requireNonNull(tenant, "this client names no tenant");
    }

    Answer get(String path) {
        return send("GET", path, "");
    }

    Answer delete(String path, String... headers) {
        return send("DELETE", path, "", headers);
    }

    Answer post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer post(String path, byte[] body) {
        return api.send(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    Answer patch(String path, String body, String... headers) {
        return send("PATCH", path, body, headers);
    }

    Answer send(String method, String path, String body, String... headers) {
        HttpRequest.BodyPublisher publisher = body.isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(body.getBytes(UTF_8));
        HttpRequest.Builder request = request(path).method(method, publisher);
        return api.send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpRequest.Builder request(String path) {
        String query = tenant == null ? "" : (path.contains("?") ? "&" : "?") + "tenant=" + tenant;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(api.uri("/api/v1" + path + query)).header("authorization", "Bearer " + key);
        return tenant == null ? request : request.header("content-type", "application/json");
    }

    /** The same caller at another API. */
    ApiClient at(TestApi other) {
        return new ApiClient(other, key, tenant);
    }

    /** Another key, without the parameter {@code tenant}. */
    ApiClient with(String otherKey) {
        return new ApiClient(api, otherKey, null);
    }

    /** Creates a key with these roles, which needs the operator's key, and returns its text. */
    String keyOf(String tenantId, String... roles) {
        return newKey(tenantId, roles).json().path("key").asText();
    }

    Answer newKey(String tenantId, String... roles) {
        String names = Stream.of(roles).map(role -> "\"" + role + "\"").collect(Collectors.joining(","));
        return post("/tenants/" + tenantId + "/keys", "{\"roles\":[" + names + "]}")
                .is(201);
    }

    /** Creates a webhook for all events and returns its id. */
    String webhook(String url) {
        return post("/webhooks", "{\"url\":\"" + url + "\",\"events\":[\"*\"]}")
                .is(201)
                .json()
                .path("id")
                .asText();
    }

    /** The events of the tenant in the topic {@code events}. */
    List<TestApi.Stored> events() {
        return api.events(tenant());
    }
}
