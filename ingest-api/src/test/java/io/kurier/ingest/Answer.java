package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/** A response of the API. */
record Answer(int status, HttpHeaders headers, String text) {
    private static final JsonMapper MAPPER = new JsonMapper();

    JsonNode json() {
        try {
            return MAPPER.readTree(text);
        } catch (java.io.IOException e) {
            throw new AssertionError("status " + status + " and a body that is not JSON: " + text, e);
        }
    }

    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The values of this field of all items of a page. */
    List<String> ids(String field) {
        List<String> ids = new ArrayList<>();
        json().path("data").forEach(item -> ids.add(item.path(field).asText()));
        return ids;
    }

    Answer is(int expected) {
        assertThat(status).as(text).isEqualTo(expected);
        return this;
    }

    /** Asserts that this is a complete RFC 9457 problem with this status, and returns it. */
    JsonNode problem(int expected) {
        is(expected);
        assertThat(header("content-type")).isEqualTo("application/problem+json");
        JsonNode problem = json();
        assertThat(problem.path("type").asText()).isEqualTo("about:blank");
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("status").asInt()).isEqualTo(expected);
        assertThat(problem.path("detail").asText()).isNotBlank();
        assertThat(problem.path("error")).isEqualTo(problem.path("detail"));
        assertThat(text.length()).as("length of the response").isLessThan(2_000);
        return problem;
    }

    /** Asserts the same, and that the problem names this field. */
    JsonNode problem(int expected, String field) {
        JsonNode problem = problem(expected);
        assertThat(problem.path("field").asText()).as(text).isEqualTo(field);
        assertThat(problem.path("expected").asText()).isNotBlank();
        return problem;
    }
}
