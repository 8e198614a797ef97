package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.model.Ids;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted is in the topic, as it was meant; what is not is not. */
@ExtendWith(SharedApi.class)
class PublishingIT {
    private final TestApi api;
    private final ApiCaller caller;

    PublishingIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    @Test
    void acceptedEventIsInTheTopicWhenTheAnswerComes() {
        String webhook = caller.webhook("https://example.com/hook");
        long offset = api.runtime().tables().position(api.runtime().topics().webhooks());
        Answer answer = caller.post(
                "/events",
                "{\"type\":\"job.completed\",\"job_id\":\"job-1\",\"time\":\"2026-01-31T10:00:00.123456+02:00\","
                        + "\"data\":{ \"size\": 5.0, \"path\": \"a\\/b\", \"2\": true, \"1\": \"\\u00fc\" }}");
        answer.is(202);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.json().path("status").asText()).isEqualTo("accepted");

        assertThat(caller.events()).singleElement().satisfies(stored -> {
            assertThat(stored.key()).isEqualTo(caller.tenant() + "/job-1");
            assertThat(stored.event().getId())
                    .isEqualTo(answer.json().path("id").asText())
                    .matches(Ids::isEvent);
            assertThat(stored.event().getType()).isEqualTo("job.completed");
            assertThat(stored.event().getJobId()).isEqualTo("job-1");
            assertThat(stored.event().getTime()).isEqualTo(Instant.parse("2026-01-31T08:00:00.123456Z"));
            assertThat(stored.data()).isEqualTo("{\"1\":\"ü\",\"2\":true,\"size\":5,\"path\":\"a/b\"}");
            assertThat(stored.event().getWebhooksOffset())
                    .as("where the webhooks stood, %s among them", webhook)
                    .isEqualTo(offset)
                    .isPositive();
        });
    }

    @Test
    void eventWithoutTimeGetsTheTimeOfItsArrival() {
        caller.post("/events", "{\"type\":\"job.completed\",\"data\":null}").is(202);
        assertThat(caller.events()).singleElement().satisfies(stored -> {
            assertThat(stored.event().getTime()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
            assertThat(stored.data()).isEqualTo("null");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'a','job_id':'j','data':{'job_id':'d'}}                               | j",
                "{'type':'a','request_id':'r','data':{'job_id':'d'}}                           | r",
                "{'type':'a','task_id':'t','data':{'job_id':'d'}}                              | t",
                "{'type':'a','task_id':'t','request_id':'r','data':{}}                         | r",
                "{'type':'a','request_id':'r','task_id':'t','job_id':'j','data':{}}            | j",
                "{'type':'a','job_id':'j','request_id':'r','data':{}}                          | j",
                "{'type':'a','data':{'task_id':'t','request_id':'r','job_id':'d'}}             | d",
                "{'type':'a','data':{'task_id':'t','request_id':'r','job_id':''}}              | r",
                "{'type':'a','data':{'deep':{'job_id':'no'},'task_id':'t','job_id':{'a':1}}}   | t",
                "{'type':'a','data':{'job_id':12345678901234567890}}                           | 12345678901234567890",
                "{'type':'a','job_id':null,'data':{'request_id':'r'}}                          | r",
            })
    void jobIsTakenFromTheFirstPlaceThatNamesIt(String event, String job) {
        caller.post("/events", event.replace('\'', '"')).is(202);
        assertThat(caller.events()).singleElement().satisfies(stored -> {
            assertThat(stored.event().getJobId()).isEqualTo(job);
            assertThat(stored.key()).isEqualTo(caller.tenant() + "/" + job);
        });
    }

    @Test
    void jobMayHoldAnyCharacter() {
        caller.post(
                        "/events",
                        "{\"type\":\"a\",\"job_id\":\"line\\r\\nbreak.and.dot/slash \\ud83d\\ude00\",\"data\":{}}")
                .is(202);
        assertThat(caller.events()).singleElement().satisfies(stored -> {
            assertThat(stored.event().getJobId()).isEqualTo("line\r\nbreak.and.dot/slash \ud83d\ude00");
            assertThat(stored.key()).isEqualTo(caller.tenant() + "/line\r\nbreak.and.dot/slash \ud83d\ude00");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "50001", ""})
    void oddNamesInDataAreKept(String name) {
        String odd = name.equals("50001") ? "n".repeat(50_001) : name;
        caller.post("/events", "{\"type\":\"a\",\"data\":{\"" + odd + "\":1,\"job_id\":\"j\"}}")
                .is(202);
        assertThat(caller.events()).singleElement().satisfies(stored -> {
            assertThat(stored.data()).contains("\"" + odd + "\":1");
            assertThat(stored.event().getJobId()).isEqualTo("j");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-8"})
    void bodyIsJsonWhateverItIsCalled(String contentType) {
        String text = "100 % & =" + "x".repeat(20_000);
        Answer answer = api.send(HttpRequest.newBuilder(api.uri("/api/v1/events?tenant=" + caller.tenant()))
                .header("x-api-key", TestApi.KEY)
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"a\",\"data\":\"" + text + "\"}")));
        answer.is(202);
        assertThat(caller.events()).singleElement().satisfies(stored -> assertThat(stored.data())
                .isEqualTo("\"" + text + "\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'a','data':{'job_id':'','request_id':null,'task_id':1.5}}",
                "{'type':'a','data':[{'job_id':'in an array'}]}",
                "{'type':'a','data':'job_id'}"
            })
    void eventWithoutAnyJobIsItsOwn(String event) {
        caller.post("/events", event.replace('\'', '"')).is(202);
        assertThat(caller.events()).singleElement().satisfies(stored -> assertThat(
                        stored.event().getJobId())
                .isEqualTo(stored.event().getId()));
    }

    @Test
    void eventStandsForType() {
        caller.post("/events", "{\"event\":\"download.progress\",\"data\":{}}").is(202);
        assertThat(caller.events())
                .singleElement()
                .satisfies(stored -> assertThat(stored.event().getType()).isEqualTo("download.progress"));
    }

    @Test
    void idOfTheCallerBecomesTheSameEventIdEachTimeAndAnotherForAnotherTenant() {
        String event = "{\"type\":\"a\",\"id\":\"order 7.created\\r\\n\",\"data\":{}}";
        String first = id(caller.post("/events", event));
        assertThat(first).matches(Ids::isEvent).doesNotContain(".");
        assertThat(id(caller.post("/events", event))).isEqualTo(first);
        assertThat(id(api.caller().post("/events", event))).isNotEqualTo(first);
        assertThat(id(caller.post("/events", event.replace("7", "8")))).isNotEqualTo(first);
    }

    @Test
    void idOfKurierIsKept() {
        String id = Ids.event(1_700_000_000_000L, ThreadLocalRandom.current());
        assertThat(id(caller.post("/events", "{\"type\":\"a\",\"id\":\"" + id + "\",\"data\":{}}")))
                .isEqualTo(id);
    }

    private static String id(Answer answer) {
        return answer.is(202).json().path("id").asText();
    }

    @Test
    void arrayIsAnsweredItemByItem() {
        Answer answer = caller.post(
                "/events",
                "[{\"type\":\"a\",\"job_id\":\"1\",\"data\":{}},{\"type\":\"not a type\",\"data\":{}},"
                        + "7,{\"type\":\"b\",\"job_id\":\"4\",\"data\":{}}]");
        JsonNode items = answer.is(202).json();
        assertThat(items).hasSize(4);
        assertThat(items.path(0).path("status").asText()).isEqualTo("accepted");
        assertThat(items.path(1).path("status").asText()).isEqualTo("refused");
        JsonNode problem = items.path(1).path("problem");
        assertThat(problem.path("field").asText()).isEqualTo("[1].type");
        assertThat(problem.path("value").asText()).isEqualTo("not a type");
        assertThat(problem.path("expected").asText()).isNotBlank();
        assertThat(items.path(2).path("problem").path("field").asText()).isEqualTo("[2]");
        assertThat(items.path(3).path("status").asText()).isEqualTo("accepted");

        assertThat(caller.events())
                .extracting(stored -> stored.event().getId())
                .containsExactlyInAnyOrder(
                        items.path(0).path("id").asText(),
                        items.path(3).path("id").asText());
    }

    @Test
    void arrayOfRefusedItemsOnlyIsRefused() {
        JsonNode items = caller.post("/events", "[{\"type\":\"a\"},{\"data\":1}]")
                .is(400)
                .json();
        assertThat(items)
                .hasSize(2)
                .allMatch(item -> item.path("status").asText().equals("refused"));
        assertThat(caller.events()).isEmpty();
    }

    @Test
    void emptyArrayIsRefused() {
        caller.post("/events", "[]").problem(400);
    }

    @Test
    void thousandEventsAreAcceptedAndOneMoreRefusesAll() {
        List<String> events = Collections.nCopies(1_000, "{\"type\":\"a\",\"data\":1}");
        JsonNode items = caller.post("/events", events.toString()).is(202).json();
        assertThat(items)
                .hasSize(1_000)
                .allMatch(item -> item.path("status").asText().equals("accepted"));
        assertThat(caller.events()).hasSize(1_000);

        ApiCaller other = api.caller();
        other.post("/events", "[" + String.join(",", events) + "," + events.get(0) + "]")
                .problem(413);
        assertThat(other.events()).isEmpty();
    }

    @Test
    void tooLargeEventOfAnArrayRefusesOnlyItself() {
        String large = "\"" + "x".repeat(TestApi.MAX_EVENT_BYTES) + "\"";
        JsonNode items = caller.post("/events", "[{\"type\":\"a\",\"data\":" + large + "},{\"type\":\"a\",\"data\":1}]")
                .is(202)
                .json();
        assertThat(items.path(0).path("problem").path("status").asInt()).isEqualTo(413);
        assertThat(items.path(1).path("status").asText()).isEqualTo("accepted");
        assertThat(caller.events()).hasSize(1);
    }

    @Test
    void largestEventIsAccepted() {
        String largest = "\"" + "x".repeat(TestApi.MAX_EVENT_BYTES - 2) + "\"";
        caller.post("/events", "{\"type\":\"a\",\"data\":" + largest + "}").is(202);
        assertThat(caller.events()).singleElement().satisfies(stored -> assertThat(stored.data())
                .isEqualTo(largest));
    }
}
