package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whoever holds a key, and names no tenant unless the path does. Paths begin after {@code /api/v1}. */
record Holder(TestApi api, String key) {
    Answer get(String path) {
        return send("GET", path, "");
    }

    Answer delete(String path, String... headers) {
        return send("DELETE", path, "", headers);
    }

    Answer post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer patch(String path, String body, String... headers) {
        return send("PATCH", path, body, headers);
    }

    Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.uri("/api/v1" + path))
                .header("authorization", "Bearer " + key)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body.getBytes(UTF_8)));
        return api.send(headers.length == 0 ? request : request.headers(headers));
    }

    /** The text of a new key of the tenant; the operator's to make. */
    String keyOf(String tenant, String... roles) {
        return newKey(tenant, roles).json().path("key").asText();
    }

    Answer newKey(String tenant, String... roles) {
        String names = Stream.of(roles).map(role -> "\"" + role + "\"").collect(Collectors.joining(","));
        return post("/tenants/" + tenant + "/keys", "{\"roles\":[" + names + "]}")
                .is(201);
    }

    Holder at(TestApi other) {
        return new Holder(other, key);
    }

    Holder with(String otherKey) {
        return new Holder(api, otherKey);
    }
}
