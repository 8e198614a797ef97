package io.kurier.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void problemNamesFieldValueAndExpectationAndRepeatsDetailAsError() {
        ObjectNode json = Problem.field("limit", "many", "expected 1 to 1000").json();
        assertThat(json.path("error")).isEqualTo(json.path("detail"));
        assertThat(json.path("detail").asText()).isEqualTo("limit is 'many': expected 1 to 1000");
        assertThat(json.path("field").asText()).isEqualTo("limit");
        assertThat(json.path("value").asText()).isEqualTo("many");
        assertThat(json.path("expected").asText()).isEqualTo("expected 1 to 1000");
    }

    @Test
    void expectedIsTakenFromTheDetailIfItIsNotGiven() {
        assertThat(Problem.of(400, "expected an event, an object")
                        .in("[2]")
                        .json()
                        .toString())
                .contains("\"field\":\"[2]\"")
                .contains("\"expected\":\"expected an event, an object\"");
        assertThat(Problem.of(400, "Refused at line 1, column 3: a tab; expected \\t")
                        .expected())
                .isEqualTo("expected \\t");
        assertThat(Problem.notFound("webhook", "wh_1").json().has("expected")).isFalse();
    }

    @Test
    void unknownAndMissingFieldsAreNamedWithWhatIsAllowed() {
        Problem unknown = Problem.unknown("field", "jobId", null, List.of("job_id", "data"));
        assertThat(unknown.detail()).isEqualTo("unknown field jobId; expected one of: data, job_id");
        assertThat(unknown.expected()).isEqualTo("expected one of: data, job_id");
        assertThat(Problem.unknown("field", "a", null, List.of()).detail())
                .isEqualTo("unknown field a; expected no fields here");
        assertThat(Problem.missing("url", "expected a URL").in("[2]").detail())
                .isEqualTo("[2]: required field url is missing; expected a URL");
    }

    @Test
    void everyStatusHasItsOwnTitle() {
        assertThat(IntStream.of(400, 401, 403, 404, 405, 408, 409, 412, 413, 414, 415, 422, 429, 431, 500, 503)
                        .mapToObj(status ->
                                Problem.of(status, "x").json().path("title").asText()))
                .doesNotHaveDuplicates();
    }

    @Test
    void longValuesAreShortened() {
        String id = "x".repeat(10_000);
        assertThat(Problem.notFound("webhook", id).json().toString()).hasSizeLessThan(700);
        assertThat(Problem.field(id, id, "expected less").json().toString()).hasSizeLessThan(1_500);
    }
}
