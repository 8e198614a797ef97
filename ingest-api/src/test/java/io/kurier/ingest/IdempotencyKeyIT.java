package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.model.Ids;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with the same {@code Idempotency-Key} become the same event, which workers deliver once. */
@ExtendWith(SharedApi.class)
class IdempotencyKeyIT {
    private final TestApi api;
    private final ApiClient caller;

    IdempotencyKeyIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    private Answer post(String key, String body) {
        return api.send(caller.request("/events")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @ParameterizedTest
    @CsvSource({"order-7, order-7", "'\"order-7\"', order-7", "' a b ', a b"})
    void keyIsUsedAsTheId(String header, String key) {
        String id = post(header, "{\"type\":\"a\",\"data\":1}")
                .is(202)
                .json()
                .path("id")
                .asText();

        assertThat(id).isEqualTo(Ids.eventFor(caller.tenant(), key));
        assertThat(caller.events()).singleElement().satisfies(stored -> {
            assertThat(stored.event().getId()).isEqualTo(id);
            assertThat(stored.event().getClientId()).isTrue();
            // the job id as well, so that the duplicate goes to the same partition
            assertThat(stored.event().getJobId()).isEqualTo(id);
        });
    }

    @Test
    void ownIdTakesPrecedenceOverTheKeyAndArraysAddTheIndex() {
        String array =
                "[{\"type\":\"a\",\"data\":1},{\"type\":\"a\",\"id\":\"own\",\"data\":1},{\"type\":\"a\",\"data\":1}]";
        JsonNode items = post("k", array).is(202).json();

        assertThat(items.findValuesAsText("id"))
                .containsExactly(
                        Ids.eventFor(caller.tenant(), "k[0]"),
                        Ids.eventFor(caller.tenant(), "own"),
                        Ids.eventFor(caller.tenant(), "k[2]"));
        assertThat(post("k", array).is(202).json()).isEqualTo(items);
    }

    @Test
    void sameKeyIsTheSameEventAtEveryApi() throws Exception {
        String event = "{\"type\":\"a\",\"data\":1}";
        JsonNode first = post("k", event).is(202).json();
        try (TestApi another = api.another(Map.of())) {
            assertThat(another.send(caller.at(another)
                                    .request("/events")
                                    .header("Idempotency-Key", "k")
                                    .POST(HttpRequest.BodyPublishers.ofString(event)))
                            .is(202)
                            .json())
                    .isEqualTo(first);
        }
        assertThat(caller.events().stream().map(TestApi.Stored::key).distinct())
                .as("one partition")
                .hasSize(1);
    }

    @Test
    void eventWithoutKeyAndIdHasAGeneratedId() {
        caller.post("/events", "{\"type\":\"a\",\"data\":1}").is(202);
        assertThat(caller.events())
                .singleElement()
                .satisfies(stored -> assertThat(stored.event().getClientId()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"\""})
    void emptyKeyIsRefused(String key) {
        post(key, "{\"type\":\"a\",\"data\":1}").problem(400, "Idempotency-Key");
    }

    @Test
    void twoKeysAreRefused() {
        api.send(caller.request("/events")
                        .header("Idempotency-Key", "a")
                        .header("Idempotency-Key", "b")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"a\",\"data\":1}")))
                .problem(400, "Idempotency-Key");
        assertThat(caller.events()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1h, 3600", "100ms, 0", "30d, 2592000"})
    void expiryCountsFromAcceptance(String life, long seconds) {
        long before = System.currentTimeMillis();
        caller.post("/events", "{\"type\":\"a\",\"data\":1,\"expires_after\":\"" + life + "\"}")
                .is(202);
        assertThat(caller.events()).singleElement().satisfies(stored -> assertThat(
                        stored.event().getExpiresAtMs())
                .isBetween(before + seconds * 1_000, before + seconds * 1_000 + 60_000));
    }

    @Test
    void expiryMayBeATime() {
        caller.post("/events", "{\"type\":\"a\",\"data\":1,\"expires_at\":\"2026-01-31T10:00:00Z\"}")
                .is(202);
        assertThat(caller.events())
                .singleElement()
                .satisfies(stored -> assertThat(stored.event().getExpiresAtMs()).isEqualTo(1_769_853_600_000L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'expires_after':'99ms'} | expires_after",
                "{'expires_after':'31d'} | expires_after",
                "{'expires_after':'soon'} | expires_after",
                "{'expires_after':10} | expires_after",
                "{'expires_at':'tomorrow'} | expires_at",
                "{'expires_at':'2026-01-31T10:00:00Z','expires_after':'1h'} | expires_after",
                "{'expires_after':'1h','expires_at':'2026-01-31T10:00:00Z'} | expires_at",
            })
    void invalidExpiryIsNamed(String more, String field) {
        caller.post("/events", more.replace("{", "{'type':'a','data':1,").replace('\'', '"'))
                .problem(400, field);
    }
}
