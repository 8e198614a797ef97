package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, routes, methods and bounds: checks that precede every route, on the fast path and on the router. */
@ExtendWith(SharedApi.class)
class PublishFastPathIT {
    /** Every route that needs a key. */
    private static final List<String> ROUTES = List.of(
            "POST /api/v1/events",
            "POST /api/v1/webhooks",
            "GET /api/v1/webhooks",
            "GET /api/v1/webhooks/wh_x",
            "DELETE /api/v1/webhooks/wh_x",
            "GET /api/v1/dead-letters",
            "GET /api/v1/quarantine",
            "GET /api/v1/quarantine/0-x",
            "POST /api/v1/quarantine/0-x/requeue",
            "GET /api/v1/errors",
            "POST /api/v1/replays",
            "GET /api/v1/replays",
            "GET /api/v1/replays/rpl_x",
            "GET /api/v1/nothing-here");

    private final TestApi api;

    PublishFastPathIT(TestApi api) {
        this.api = api;
    }

    static Stream<String> routes() {
        return ROUTES.stream();
    }

    private HttpRequest.Builder request(String route) {
        String[] parts = route.split(" ");
        return HttpRequest.newBuilder(api.uri(parts[1]))
                .method(
                        parts[0],
                        parts[0].equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("{}")
                                : HttpRequest.BodyPublishers.noBody());
    }

    @ParameterizedTest
    @MethodSource("routes")
    void unknownAndRepeatedParametersAreRefused(String route) {
        if (route.endsWith("nothing-here")) {
            return;
        }
        String key = "Bearer " + TestApi.KEY;
        JsonNode unknown = api.send(request(route + "?webhookid=wh_1").header("authorization", key))
                .problem(400, "webhookid");
        assertThat(unknown.path("expected").asText()).contains("tenant");
        api.send(request(route + "?tenant=a&tenant=b").header("authorization", key))
                .problem(400, "tenant");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void requestWithoutAValidKeyIsRefused(String route) {
        Answer none = api.send(request(route));
        none.problem(401);
        assertThat(none.header("www-authenticate")).isEqualTo("Bearer");
        for (String wrong : List.of("wrong", TestApi.KEY + "x", TestApi.KEY.substring(1), " ")) {
            Answer refused = api.send(request(route).header("authorization", "Bearer " + wrong));
            refused.problem(401);
            assertThat(refused.text()).doesNotContain(TestApi.KEY.substring(1));
            api.send(request(route).header("x-api-key", wrong)).problem(401);
        }
        api.send(request(route).header("authorization", "Basic " + TestApi.KEY)).problem(401);

        int opened = api.send(request(route).header("authorization", "Bearer " + TestApi.KEY))
                .status();
        assertThat(opened).isIn(200, 202, 400, 404);
        assertThat(api.send(request(route).header("authorization", "bearer  " + TestApi.KEY))
                        .status())
                .isEqualTo(opened);
        assertThat(api.send(request(route).header("x-api-key", TestApi.KEY)).status())
                .isEqualTo(opened);
    }

    @Test
    void healthAndMetricsNeedNoKey() {
        Answer live = api.send(HttpRequest.newBuilder(api.uri("/health/live"))).is(200);
        assertThat(live.json().path("status").asText()).isEqualTo("ok");

        Answer ready =
                api.send(HttpRequest.newBuilder(api.uri("/health/ready"))).is(200);
        assertThat(ready.header("content-type")).isEqualTo("application/json");
        assertThat(ready.json().path("status").asText()).isEqualTo("ok");
        assertThat(ready.json().path("checks").findValuesAsText("name"))
                .contains("http", "control-tables", "dead-letter-view");
        assertThat(ready.json().path("checks"))
                .allMatch(check -> check.path("ok").asBoolean());
    }

    /** Uses an API of its own, because other tests publish to the shared one at the same time. */
    @Test
    void metricsCountAcceptedEvents() throws Exception {
        try (TestApi own = api.another(Map.of())) {
            own.caller().post("/events", "[{\"type\":\"a\",\"data\":1},{\"type\":\"a\",\"data\":1},1]");
            assertThat(accepted(own)).isEqualTo(2);
        }
    }

    private static double accepted(TestApi own) {
        Answer metrics = own.send(HttpRequest.newBuilder(own.uri("/metrics"))).is(200);
        assertThat(metrics.header("content-type")).startsWith("text/plain; version=0.0.4");
        return metrics.text()
                .lines()
                .filter(line -> line.startsWith("kurier_events_accepted_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/nothing", "/api/v2/events", "/api/v1/webhooks/a/b", "/nothing", "/"})
    void unknownPathIsAProblem(String path) {
        JsonNode problem = api.send(HttpRequest.newBuilder(api.uri(path)).header("x-api-key", TestApi.KEY))
                .problem(404);
        assertThat(problem.path("detail").asText()).contains("GET " + path);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/events, POST",
        "PUT, /api/v1/events, POST",
        "PUT, /api/v1/webhooks/wh_x, 'DELETE, GET, PATCH'",
        "GET, /api/v1/webhooks/wh_x/pause, POST",
        "DELETE, /api/v1/webhooks, 'GET, POST'",
        "POST, /api/v1/event-types, GET",
        "POST, /api/v1/event-types/job.completed, 'DELETE, GET, PUT'",
        "POST, /api/v1/dead-letters, GET",
        "DELETE, /api/v1/quarantine/0-1, GET",
        "GET, /api/v1/quarantine/0-1/requeue, POST",
        "DELETE, /api/v1/replays/rpl_x, GET",
        "POST, /health/ready, GET",
    })
    void wrongMethodIsAProblemThatNamesTheAllowedMethods(String method, String path, String allowed) {
        Answer answer = api.send(HttpRequest.newBuilder(api.uri(path))
                .header("x-api-key", TestApi.KEY)
                .method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.problem(405).path("detail").asText())
                .contains("the method " + method + " is not allowed at " + path);
        assertThat(answer.header("allow").split(", ?")).containsExactlyInAnyOrder(allowed.split(", "));
    }

    @Test
    void tooLargeBodyIsRefusedWithAndWithoutContentLength() {
        byte[] body = " ".repeat(TestApi.MAX_BODY_BYTES + 1).getBytes();
        ApiClient caller = api.caller();
        JsonNode told = caller.post("/events", body).problem(413);
        assertThat(told.path("detail").asText()).contains(Integer.toString(TestApi.MAX_BODY_BYTES));

        HttpRequest.BodyPublisher chunked =
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
        for (String path : List.of("/events", "/webhooks", "/replays")) {
            api.send(caller.request(path).POST(chunked)).problem(413);
        }
    }

    /** The bytes of bodies in memory are bounded for any number of callers. */
    @Test
    void bodiesBeyondTheBoundAreAnsweredWith503() throws Exception {
        try (TestApi narrow = api.another(Map.of("KURIER_MAX_OPEN_BODY_BYTES", "65536"))) {
            ApiClient caller = api.caller().at(narrow);
            String large = "{\"type\":\"a\",\"data\":\"" + "x".repeat(140_000) + "\"}";
            for (int i = 0; i < 20; i++) {
                Answer answer = caller.post("/events", large);
                answer.problem(503);
                assertThat(answer.header("retry-after")).isEqualTo("1");
                caller.post("/events", "{\"type\":\"a\",\"data\":\"" + "x".repeat(40_000) + "\"}")
                        .is(202);
            }
            caller.post("/webhooks", large).problem(503);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/webhooks?limit=0",
                "/webhooks?limit=1001",
                "/webhooks?limit=many",
                "/replays?limit=",
                "/dead-letters?limit=-1",
                "/dead-letters?cursor=abc",
                "/webhooks?cursor=abc",
                "/webhooks?cursor=",
                "/webhooks?cursor=wh_0",
                "/webhooks?cursor=rpl_01k0000000000000000000000a",
                "/event-types?cursor=a..b",
                "/webhooks/events?cursor=*",
                "/replays?cursor=~",
                "/replays?cursor=wh_01k0000000000000000000000a",
                "/tenants?cursor=A",
                "/quarantine?cursor=x",
                "/errors?cursor=-1",
                "/dead-letters?since=yesterday",
                "/dead-letters?until=%2B999999999-12-31T23:59:59Z",
                "/webhooks?tenant=UPPER",
                "/webhooks?tenant=",
                "/dead-letters?tenant=a.b"
            })
    void invalidParameterIsNamed(String path) {
        String[] parameter = path.substring(path.indexOf('?') + 1).split("=", 2);
        JsonNode problem = api.send(
                        HttpRequest.newBuilder(api.uri("/api/v1" + path)).header("x-api-key", TestApi.KEY))
                .problem(400, parameter[0]);
        assertThat(problem.path("value").asText()).isEqualTo(parameter[1].replace("%2B", "+"));
    }

    @Test
    void refusalOfATooLongTenantNamesTheAllowedLength() {
        Answer answer = api.send(HttpRequest.newBuilder(api.uri("/api/v1/webhooks?tenant=" + "a".repeat(65)))
                .header("x-api-key", TestApi.KEY));
        assertThat(answer.problem(400, "tenant").path("expected").asText()).contains("1 to 64");
    }

    /** On every route with a body. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/v1/events",
                "POST /api/v1/events?tenant=default",
                "POST /api/v1/webhooks",
                "PATCH /api/v1/webhooks/wh_x",
                "POST /api/v1/replays",
                "PUT /api/v1/event-types/a",
                "POST /api/v1/tenants"
            })
    void compressedBodyIsUnsupported(String route) {
        String[] parts = route.split(" ");
        JsonNode problem = api.send(HttpRequest.newBuilder(api.uri(parts[1]))
                        .header("x-api-key", TestApi.KEY)
                        .header("content-encoding", "gzip")
                        .method(parts[0], HttpRequest.BodyPublishers.ofByteArray(new byte[] {31, -117, 8, 0})))
                .problem(415, "Content-Encoding");
        assertThat(problem.path("value").asText()).isEqualTo("gzip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/webhooks?limit=%zz",
                "GET /api/v1/webhooks?tenant=%",
                "GET /api/v1/webhooks?limit=5&%zz",
                "GET /api/v1/webhooks/%zz",
                "GET /api/v1/webhooks/%",
                "GET /api/v1/%zz",
                "DELETE /api/v1/webhooks/%ff%fe",
                "GET /%zz"
            })
    void malformedEscapeIsA400(String line) throws IOException {
        String answer =
                api.raw(line + " HTTP/1.1\r\nhost: x\r\nx-api-key: " + TestApi.KEY + "\r\nconnection: close\r\n\r\n");
        assertThat(answer)
                .matches("(?s)HTTP/1.1 4\\d\\d .*")
                .containsIgnoringCase("content-type: application/problem+json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x: y                                                    | 400",
                "host: x~content-length: 2~transfer-encoding: chunked    | 400",
                "host: x~content-length: 2~content-length: 3             | 400",
                "host: x~content-length: -2                              | 400",
                "host: x~transfer-encoding : chunked                     | 400",
                "host: x~x: LONG                                         | 431",
            })
    void forbiddenHeadersAreRefused(String headers, int status) throws IOException {
        String lines = headers.replace("LONG", "y".repeat(20_000)).replace("~", "\r\n");
        String answer = api.raw("POST /api/v1/events HTTP/1.1\r\nx-api-key: " + TestApi.KEY
                + "\r\nconnection: close\r\n" + lines + "\r\n\r\n{}");
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").containsOnlyOnce("HTTP/1.1");
        isProblem(answer, status);
    }

    /** The problem is as complete as any other, although the request reaches no route. */
    private static JsonNode isProblem(String answer, int status) throws IOException {
        assertThat(answer).containsIgnoringCase("content-type: application/problem+json");
        JsonNode problem = new JsonMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isNotEqualTo("Internal Server Error");
        assertThat(problem.path("expected").asText()).startsWith("expected ");
        assertThat(answer.length()).isLessThan(2_000);
        return problem;
    }

    @Test
    void refusalByHttpBoundsNamesTheSetting() throws IOException {
        String rest = " HTTP/1.1\r\nhost: x\r\nx-api-key: " + TestApi.KEY + "\r\nconnection: close\r\n";
        String url = api.raw("GET /api/v1/webhooks?cursor=" + "y".repeat(5_000) + rest + "\r\n");
        assertThat(url).startsWith("HTTP/1.0 414 ").containsIgnoringCase("connection: close");
        assertThat(isProblem(url, 414).path("expected").asText())
                .isEqualTo("expected at most 4096 bytes (KURIER_MAX_REQUEST_LINE_BYTES)");

        String headers = api.raw("GET /health/live" + rest + "x: " + "y".repeat(20_000) + "\r\n\r\n");
        assertThat(isProblem(headers, 431).path("expected").asText())
                .isEqualTo("expected at most 16384 bytes (KURIER_MAX_HEADER_BYTES)");

        String both =
                api.raw("POST /api/v1/events" + rest + "content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}");
        JsonNode problem = isProblem(both, 400);
        assertThat(problem.path("field").asText()).isEqualTo("Transfer-Encoding");
        assertThat(problem.path("value").asText()).isEqualTo("chunked");
    }

    @Test
    void boundsOfTheRequestHeadAreSettings() throws Exception {
        try (TestApi wide =
                api.another(Map.of("KURIER_MAX_REQUEST_LINE_BYTES", "8192", "KURIER_MAX_HEADER_BYTES", "32768"))) {
            wide.send(HttpRequest.newBuilder(wide.uri("/api/v1/webhooks?tenant=" + "y".repeat(6_000)))
                            .header("x-api-key", TestApi.KEY)
                            .header("x", "y".repeat(20_000)))
                    .problem(400, "tenant");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n\r\n", "GET\r\n\r\n", "\0\1\2\r\n\r\n"})
    void malformedHttpIsAProblem(String request) throws IOException {
        isProblem(api.raw(request), 400);
    }
}
