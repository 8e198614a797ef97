package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.model.Ids;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CloudEvents over HTTP, in each of the three modes. */
@ExtendWith(SharedApi.class)
class CloudEventsIT {
    private static final String STRUCTURED = "application/cloudevents+json; charset=utf-8";
    private static final String BATCH = "application/cloudevents-batch+json";

    private static ApiClient refused;
    private final TestApi api;
    private final ApiClient caller;

    CloudEventsIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    @BeforeAll
    static void act(TestApi api) {
        refused = api.caller();
    }

    @AfterAll
    static void refusedEventsAreNotStored() {
        assertThat(refused.events()).isEmpty();
    }

    private Answer post(String contentType, String body, String... headers) {
        return post(caller, contentType, body, headers);
    }

    private Answer post(ApiClient who, String contentType, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.uri("/api/v1/events?tenant=" + who.tenant()))
                .header("authorization", "Bearer " + TestApi.KEY)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        List<String> all = new ArrayList<>(List.of(headers));
        if (!contentType.isEmpty()) {
            all.addAll(List.of("content-type", contentType));
        }
        return api.send(all.isEmpty() ? request : request.headers(all.toArray(String[]::new)));
    }

    private static String event(String more) {
        return ("{'specversion':'1.0','id':'1','source':'/jobs','type':'com.example.job.completed'" + more + "}")
                .replace('\'', '"');
    }

    @Test
    void structuredEventIsStoredWithItsAttributes() {
        String more = ",'time':'2026-01-31T10:00:00.5+01:00','subject':'job-1','datacontenttype':'application/json',"
                + "'tenant':'other','comexampleextension':7,'traceparent':null,'data':{ 'a': 1.0 }";
        String id = post(STRUCTURED, event(more)).is(202).json().path("id").asText();

        assertThat(caller.events()).singleElement().satisfies(stored -> {
            assertThat(stored.event().getId()).isEqualTo(id).matches(Ids::isEvent);
            assertThat(stored.event().getClientId()).isTrue();
            assertThat(stored.event().getTenant()).isEqualTo(caller.tenant());
            assertThat(stored.event().getType()).isEqualTo("com.example.job.completed");
            assertThat(stored.event().getTime()).isEqualTo(Instant.parse("2026-01-31T09:00:00.5Z"));
            assertThat(stored.key()).isEqualTo(caller.tenant() + "/job-1");
            assertThat(stored.data()).isEqualTo("{\"a\":1}");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",'jobid':'j','subject':'s','data':{'job_id':'d'}   | j  | {\"job_id\":\"d\"}",
                ",'subject':'s','data':{'job_id':'d'}               | d  | {\"job_id\":\"d\"}",
                ",'subject':'s','data':'text'                       | s  | \"text\"",
                ",'subject':'s'                                     | s  | null",
                ",'jobid':'j','data_base64':'eyAiYSIgOiAxLjAgfQ=='  | j  | {\"a\":1}",
            })
    void jobIdAndDataAreFound(String more, String job, String data) {
        post(STRUCTURED, event(more)).is(202);

        assertThat(caller.events()).singleElement().satisfies(stored -> {
            assertThat(stored.event().getJobId()).isEqualTo(job);
            assertThat(stored.data()).isEqualTo(data);
        });
    }

    @Test
    void binaryEventHasItsAttributesInHeaders() {
        String[] headers = {
            "ce-specversion",
            "1.0",
            "ce-id",
            "a%20%C3%BC",
            "ce-source",
            "\"/jobs\"",
            "ce-type",
            "job.completed",
            "ce-subject",
            "job%2F1",
            "ce-time",
            "2026-01-31T10:00:00Z"
        };
        String first = post("application/json", "{ \"a\" : 1 }", headers)
                .is(202)
                .json()
                .path("id")
                .asText();

        assertThat(first).isEqualTo(Ids.eventFor(caller.tenant(), "cloudevent:5:/jobs:a ü"));
        assertThat(caller.events()).singleElement().satisfies(stored -> {
            assertThat(stored.event().getJobId()).isEqualTo("job/1");
            assertThat(stored.event().getTime()).isEqualTo(Instant.parse("2026-01-31T10:00:00Z"));
            assertThat(stored.data()).isEqualTo("{\"a\":1}");
        });
        // the same CloudEvent in another mode gets the same event id
        assertThat(post(STRUCTURED, event("").replace("\"1\"", "\"a ü\"").replace("com.example.", ""))
                        .is(202)
                        .json()
                        .path("id")
                        .asText())
                .isEqualTo(first);
    }

    @Test
    void binaryEventMayHaveNoDataAndNoContentType() {
        post("", "", "ce-specversion", "1.0", "ce-id", "1", "ce-source", "s", "ce-type", "a")
                .is(202);
        assertThat(caller.events()).singleElement().satisfies(stored -> assertThat(stored.data())
                .isEqualTo("null"));
    }

    @Test
    void batchIsAnsweredItemByItem() {
        JsonNode items = post(BATCH, "[" + event("") + "," + event(",'time':'now'") + ",5," + event(",'id2':'x'") + "]")
                .is(202)
                .json();

        assertThat(items.findValuesAsText("status")).containsSubsequence("accepted", "refused", "refused", "accepted");
        assertThat(items.path(1).path("problem").path("field").asText()).isEqualTo("[1].time");
        assertThat(items.path(0).path("id")).isEqualTo(items.path(3).path("id"));
        assertThat(caller.events()).hasSize(2);
        assertThat(post(BATCH, "[]").is(202).json()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/cloudevents+json       | {}                                   | 400 | specversion",
                "application/cloudevents+json       | {'specversion':'0.3'}                | 400 | specversion",
                "application/cloudevents+json       | {'specversion':'1.0','id':'1','type':'a'} | 400 | source",
                "application/cloudevents+json       | EVENT,'id':'2'                       | 400 | id",
                "application/cloudevents+json       | EVENT,'jobid':''                     | 400 | jobid",
                "application/cloudevents+json       | EVENT,'data':1,'data_base64':'MQ=='  | 400 | data",
                "application/cloudevents+json       | EVENT,'data_base64':'*'              | 400 | data_base64",
                "application/cloudevents+json       | EVENT,'data_base64':'ew=='           | 400 | data_base64",
                "application/cloudevents+json       | EVENT,'data_base64':5                | 400 | data_base64",
                "application/cloudevents+json       | EVENT,'data_base64':{'a':1}          | 400 | data_base64",
                "application/cloudevents+json       | EVENT,'data':1,'data_base64':5       | 400 | data_base64",
                "application/cloudevents+json       | EVENT,'subject':1.5                  | 400 | subject",
                "application/cloudevents+json       | EVENT,'jobid':{'a':1}                | 400 | jobid",
                "application/cloudevents+json       | {'specversion':1.0,'id':'1','source':'/s','type':'a'} | 400 | specversion",
                "application/cloudevents+json       | {'specversion':'1.0','id':true,'source':'/s','type':'a'} | 400 | id",
                "application/cloudevents+json       | EVENT,'datacontenttype':'text/plain','data':'a' | 415 | datacontenttype",
                "application/cloudevents+json       | [EVENT]                              | 400 | ''",
                "application/cloudevents-batch+json | EVENT                                | 400 | ''",
                "application/cloudevents+xml        | EVENT                                | 415 | Content-Type",
                "application/cloudevents            | EVENT                                | 415 | Content-Type",
                "application/cloudevents-batch+avro | EVENT                                | 415 | Content-Type",
            })
    void invalidAttributeIsNamed(String contentType, String body, int status, String field) {
        String whole = body.replace("[EVENT]", "[" + event("") + "]");
        if (whole.startsWith("EVENT")) {
            whole = event(whole.substring("EVENT".length()));
        }
        Answer answer = post(refused, contentType, whole.replace('\'', '"'));
        assertThat(answer.problem(status).path("field").asText("")).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ce-specversion | 1.1   | application/json | 400 | ce-specversion",
                "ce-type        | a b   | application/json | 400 | ce-type",
                "ce-id          | %zz   | application/json | 400 | ce-id",
                "ce-id          | %+1   | application/json | 400 | ce-id",
                "ce-id          | %     | application/json | 400 | ce-id",
                "ce-id          | %ff   | application/json | 400 | ce-id",
                "ce-time        | soon  | application/json | 400 | ce-time",
                "ce-x           | 1     | text/plain       | 415 | Content-Type",
                "ce-x           | 1     | application/x-www-form-urlencoded | 415 | Content-Type",
            })
    void invalidHeaderIsNamed(String header, String value, String contentType, int status, String field) {
        List<String> headers = new ArrayList<>(List.of(header, value));
        for (String name : List.of("ce-specversion", "ce-id", "ce-source", "ce-type")) {
            if (!name.equals(header)) {
                headers.addAll(List.of(name, name.equals("ce-specversion") ? "1.0" : "a"));
            }
        }
        post(refused, contentType, "{}", headers.toArray(String[]::new)).problem(status, field);
    }

    @Test
    void dataOfABinaryEventMustBeJson() {
        post(refused, "application/json", "{", "ce-specversion", "1.0", "ce-id", "1", "ce-source", "s", "ce-type", "a")
                .problem(400);
    }
}
