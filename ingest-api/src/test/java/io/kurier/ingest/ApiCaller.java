package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest;
import java.util.List;

/** The operator, acting for one tenant. Paths begin after {@code /api/v1}. */
record ApiCaller(TestApi api, String tenant) {
    Answer get(String path) {
        return api.send(request(path).GET());
    }

    Answer delete(String path) {
        return api.send(request(path).DELETE());
    }

    Answer post(String path, String body) {
        return post(path, body.getBytes(UTF_8));
    }

    Answer post(String path, byte[] body) {
        return api.send(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    Answer patch(String path, String body, String... headers) {
        HttpRequest.Builder request = request(path).method("PATCH", HttpRequest.BodyPublishers.ofString(body));
        return api.send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpRequest.Builder request(String path) {
        String mark = path.contains("?") ? "&" : "?";
        return HttpRequest.newBuilder(api.uri("/api/v1" + path + mark + "tenant=" + tenant))
                .header("authorization", "Bearer " + TestApi.KEY)
                .header("content-type", "application/json");
    }

    /** The same tenant at another API. */
    ApiCaller at(TestApi other) {
        return new ApiCaller(other, tenant);
    }

    List<TestApi.Stored> events() {
        return api.events(tenant);
    }

    /** Makes a webhook and tells its id. */
    String webhook(String url) {
        return post("/webhooks", "{\"url\":\"" + url + "\",\"events\":[\"*\"]}")
                .is(201)
                .json()
                .path("id")
                .asText();
    }
}
