package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.ingest.http.ContractRoutes;
import io.kurier.ingest.http.Routes;
import io.kurier.model.tenant.Role;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The server has the routes and roles of the contract. Each route gets one request that succeeds and one that is refused.
 * {@link TestApi} checks these exchanges, and those of all other tests, against the contract's schemas.
 */
@ExtendWith(SharedApi.class)
class ContractIT {
    private final TestApi api;
    private final ContractSuccesses successes;

    ContractIT(TestApi api) {
        this.api = api;
        this.successes = new ContractSuccesses(api);
    }

    private static String name(Routes.Row row) {
        return row.method() + " " + row.path().replaceAll(":([a-z_]+)", "{$1}");
    }

    @Test
    void contractHasExactlyTheRoutesOfTheServer() {
        assertThat(Contract.get().operations().stream().map(Contract.Operation::name))
                .containsExactlyInAnyOrderElementsOf(
                        api.routes().rows().stream().map(ContractIT::name).toList());
    }

    @TestFactory
    Stream<DynamicTest> everyRouteIsForTheRoleOfTheContract() {
        return api.routes().rows().stream()
                .map(row -> DynamicTest.dynamicTest(name(row), () -> {
                    JsonNode operation = operation(row).json();
                    if (row.role() == null) {
                        assertThat(operation.path("security").isArray()).isTrue();
                        assertThat(operation.path("security")).isEmpty();
                        assertThat(operation.has("x-kurier-role")).isFalse();
                    } else {
                        assertThat(operation.has("security")).isFalse();
                        assertThat(operation.path("x-kurier-role").asText())
                                .isEqualTo(
                                        row.role() == Role.OPERATOR
                                                ? "operator"
                                                : row.role().text());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyRouteTakesTheParametersOfTheContract() {
        return api.routes().rows().stream()
                .map(row -> DynamicTest.dynamicTest(name(row), () -> assertThat(operation(row).parameters().stream()
                                .filter(parameter ->
                                        parameter.path("in").asText().equals("query"))
                                .map(parameter -> parameter.path("name").asText()))
                        .containsExactlyInAnyOrderElementsOf(row.query())));
    }

    private static Contract.Operation operation(Routes.Row row) {
        return Contract.get().operations().stream()
                .filter(known -> known.name().equals(name(row)))
                .findFirst()
                .orElseThrow();
    }

    @TestFactory
    Stream<DynamicTest> everyRouteSucceedsAsTheContractSays() {
        return api.routes().rows().stream()
                .map(row -> DynamicTest.dynamicTest(name(row), () -> {
                    Answer answer = successes.of(name(row));
                    assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyRouteRefusesAsTheContractSays() {
        return api.routes().rows().stream()
                .map(row -> DynamicTest.dynamicTest(name(row), () -> {
                    String path = row.path().replaceAll(":[a-z_]+", "none");
                    String wrong = "?tenant=NO" + (row.query().contains("limit") ? "&limit=0" : "");
                    boolean takesBody = List.of("POST", "PUT", "PATCH")
                            .contains(row.method().name());
                    HttpRequest.Builder broken = HttpRequest.newBuilder(api.uri(path + wrong))
                            .header("x-api-key", TestApi.KEY)
                            .method(
                                    row.method().name(),
                                    takesBody
                                            ? HttpRequest.BodyPublishers.ofString("no JSON")
                                            : HttpRequest.BodyPublishers.noBody());
                    if (row.role() == null) {
                        // open routes ignore the query and the body
                        HttpRequest.Builder large = HttpRequest.newBuilder(api.uri(path))
                                .method(
                                        row.method().name(),
                                        HttpRequest.BodyPublishers.ofByteArray(new byte[TestApi.MAX_BODY_BYTES + 1]));
                        assertThat(api.send(large).status()).isIn(200, 404);
                        return;
                    }
                    Answer answer = api.send(broken);
                    assertThat(answer.status()).isBetween(400, 499);
                    answer.problem(answer.status());
                    api.send(HttpRequest.newBuilder(api.uri(path))
                                    .method(row.method().name(), HttpRequest.BodyPublishers.noBody()))
                            .problem(401);
                }));
    }

    @Test
    void contractIsServedAsYamlAndJson() {
        Answer yaml = api.send(HttpRequest.newBuilder(api.uri("/openapi.yaml"))).is(200);
        assertThat(yaml.text()).isEqualTo(ContractRoutes.text("openapi.yaml"));
        Answer json = api.send(HttpRequest.newBuilder(api.uri("/openapi.json"))).is(200);
        assertThat(json.json()).isEqualTo(Contract.get().root());
    }

    @Test
    void pageLoadsOnlyItsOwnFiles() {
        Answer page = api.send(HttpRequest.newBuilder(api.uri("/docs"))).is(200);
        assertThat(page.header("content-security-policy"))
                .startsWith("default-src 'none'")
                .doesNotContain("unsafe", "http", "*");
        assertThat(page.text()).doesNotContain("http:", "https:", "<style", " on", "javascript:");
        assertThat(page.text().split("<script", -1)).hasSize(2);
        for (String file : List.of("docs.js", "docs.css")) {
            Answer part =
                    api.send(HttpRequest.newBuilder(api.uri("/docs/" + file))).is(200);
            assertThat(part.text()).doesNotContain("http:", "https:", "innerHTML", "@import", "eval(");
            assertThat(part.header("x-content-type-options")).isEqualTo("nosniff");
        }
        for (String path : List.of("/docs/", "/docs/docs.html", "/docs/openapi.yaml", "/docs/..%2Fdocs.js")) {
            api.send(HttpRequest.newBuilder(api.uri(path))).problem(404);
        }
    }

    /** The check of all exchanges can fail. */
    @Test
    void responsesThatViolateTheContractAreDetected() {
        HttpRequest list = HttpRequest.newBuilder(api.uri("/api/v1/webhooks")).build();
        assertRejected(list, 200, "{\"data\":[],\"next_cursor\":null,\"more\":1}", "more");
        assertRejected(list, 200, "{\"data\":[]}", "next_cursor");
        assertRejected(list, 201, "{\"data\":[],\"next_cursor\":null}", "no such status");
        assertRejected(list, 500, "{}", "no such status");
        HttpRequest other =
                HttpRequest.newBuilder(api.uri("/api/v1/webhooks?verbose=1")).build();
        assertRejected(other, 200, "{\"data\":[],\"next_cursor\":null}", "no parameter verbose");
        HttpRequest publish = HttpRequest.newBuilder(api.uri("/api/v1/events"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"a\",\"data\":1,\"typo\":1}"))
                .build();
        assertRejected(publish, 202, "{\"id\":\"evt_1\",\"status\":\"accepted\"}", "typo");
        new Exchange(list, answer(200, "{\"data\":[],\"next_cursor\":null}")).check();
    }

    private static void assertRejected(HttpRequest request, int status, String text, String why) {
        assertThatThrownBy(() -> new Exchange(request, answer(status, text)).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(why);
    }

    private static Answer answer(int status, String text) {
        HttpHeaders headers =
                HttpHeaders.of(Map.of("content-type", List.of("application/json")), (name, value) -> true);
        return new Answer(status, headers, text);
    }
}
