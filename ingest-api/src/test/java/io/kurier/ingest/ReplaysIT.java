package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayRecord;
import io.kurier.testkit.DeadLetterLog;
import io.kurier.testkit.DeadLetterLog.Death;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dead letters, and replays as the API creates and lists them. */
@ExtendWith(SharedApi.class)
class ReplaysIT {
    private final TestApi api;
    private final ApiClient caller;

    ReplaysIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    @Test
    void replayIsInTheTableBeforeTheResponse() {
        Answer answer = caller.post("/replays", """
                {"from": "dead_letters", "rate_per_second": 12.5, "dry_run": true, "filter": {"webhook_id": "wh_1",
                 "type": "job.failed", "reason": "exhausted", "since": "2026-01-01T00:00:00Z",
                 "until": "2026-02-01T01:00:00+01:00", "ids": ["dlv_1", "dlv_2"]}}""");
        String id = answer.is(202).json().path("id").asText();
        assertThat(id).startsWith("rpl_");
        assertThat(answer.header("location")).isEqualTo("/api/v1/replays/" + id);

        ReplayOrder order =
                api.runtime().replays().get(id).map(ReplayRecord::getOrder).orElseThrow();
        assertThat(order.getTenant()).isEqualTo(caller.tenant());
        assertThat(order.getWebhookId()).isEqualTo("wh_1");
        assertThat(order.getType()).isEqualTo("job.failed");
        assertThat(order.getReason()).isEqualTo("exhausted");
        assertThat(order.getSinceMs())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
        assertThat(order.getUntilMs())
                .isEqualTo(Instant.parse("2026-02-01T00:00:00Z").toEpochMilli());
        assertThat(order.getIds()).containsExactly("dlv_1", "dlv_2");
        assertThat(order.getRatePerSecond()).isEqualTo(12.5);
        assertThat(order.getDryRun()).isTrue();

        JsonNode shown = caller.get("/replays/" + id).is(200).json();
        assertThat(shown).isEqualTo(answer.json());
        assertThat(shown.path("state").asText()).isEqualTo("pending");
        assertThat(shown.path("total").isNull()).isTrue();
        assertThat(shown.path("done").asInt()).isZero();
        assertThat(shown.path("filter").path("until").asText()).isEqualTo("2026-02-01T00:00:00Z");
    }

    @Test
    void replayWithoutFilterTakesAllOfTheTenant() {
        JsonNode made = caller.post("/replays", "{}").is(202).json();
        assertThat(made.path("filter").isEmpty()).isTrue();
        assertThat(made.path("rate_per_second").asDouble()).isEqualTo(100);
        assertThat(made.path("dry_run").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'from':'events'}                  | from              | events",
                "{'from':1}                         | from              | 1",
                "{'typo':1}                         | typo              |",
                "{'rate_per_second':0}              | rate_per_second   | 0",
                "{'rate_per_second':-1}             | rate_per_second   | -1",
                "{'rate_per_second':100001}         | rate_per_second   | 100001",
                "{'rate_per_second':'fast'}         | rate_per_second   | \"fast\"",
                "{'dry_run':'yes'}                  | dry_run           | \"yes\"",
                "{'filter':'all'}                   | filter            | \"all\"",
                "{'filter':[]}                      | filter            | []",
                "{'filter':{'status':1}}            | filter.status     |",
                "{'filter':{'webhook_id':1}}        | filter.webhook_id | 1",
                "{'filter':{'ids':'dlv_1'}}         | filter.ids        | \"dlv_1\"",
                "{'filter':{'ids':['dlv_1',2]}}     | filter.ids[1]     | 2",
                "{'filter':{'ids':[]}}              | filter.ids        | []",
                "{'filter':{'since':5}}             | filter.since      | 5",
                "{'filter':{'since':'yesterday'}}   | filter.since      | yesterday",
                "{'filter':{'until':'+999999999-12-31T23:59:59Z'}} | filter.until | +999999999-12-31T23:59:59Z",
            })
    void invalidFieldIsNamedWithItsValue(String order, String field, String value) {
        JsonNode problem = caller.post("/replays", order.replace('\'', '"')).problem(400, field);
        assertThat(problem.path("value").asText(null)).isEqualTo(value);
        assertThat(caller.get("/replays").ids("id")).isEmpty();
    }

    @Test
    void tooManyIdsAreRefused() {
        String ids = String.join(",", Collections.nCopies(1_001, "\"dlv_1\""));
        caller.post("/replays", "{\"filter\":{\"ids\":[" + ids + "]}}").problem(400, "filter.ids");
    }

    @Test
    void replayOfAnotherTenantIsAnsweredLikeAMissingOne() {
        String foreign =
                api.caller().post("/replays", "{}").is(202).json().path("id").asText();
        String missing = "rpl_00000000000000000000000000";
        assertThat(caller.get("/replays/" + foreign).problem(404).toString().replace(foreign, missing))
                .isEqualTo(caller.get("/replays/" + missing).problem(404).toString());
        assertThat(caller.get("/replays").ids("id")).isEmpty();
    }

    @Test
    void replaysAreListedPageByPageNewestFirst() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(0, caller.post("/replays", "{}").is(202).json().path("id").asText());
        }
        assertThat(pages("/replays?limit=2", "id")).isEqualTo(made);
        assertThat(caller.get("/replays?limit=5").json().path("next_cursor").isNull())
                .isTrue();
    }

    @Test
    void deadLettersAreListedPageByPageNewestFirstAndFiltered() {
        Instant start = Instant.parse("2026-01-31T00:00:00Z");
        List<String> entered = new ArrayList<>();
        Death taken = Death.of(caller.tenant(), "wh_0", start.plusSeconds(99));
        Death other = Death.of(caller.tenant(), "wh_0", start.minusSeconds(1)).withType("job.done");
        try (DeadLetterLog log = new DeadLetterLog(api.runtime())) {
            for (int i = 0; i < 5; i++) {
                Death death = Death.of(caller.tenant(), "wh_" + i, start.plusSeconds(i));
                log.enter(death);
                entered.add(0, death.deliveryId());
            }
            log.enter(taken);
            log.take(taken);
            log.enter(Death.of(api.caller().tenant(), "wh_1", start));
            log.enter(other);
        }
        await().untilAsserted(() -> assertThat(
                        caller.get("/dead-letters?type=job.done").is(200).ids("delivery_id"))
                .containsExactly(other.deliveryId()));
        String failed = "/dead-letters?type=job.failed";
        await().untilAsserted(() ->
                assertThat(pages(failed + "&limit=2", "delivery_id")).isEqualTo(entered));
        assertThat(caller.get(failed + "&webhook_id=wh_3").ids("delivery_id")).containsExactly(entered.get(1));
        assertThat(caller.get(failed + "&since=2026-01-31T00:00:03Z&until=2026-01-31T00:00:04Z")
                        .ids("delivery_id"))
                .containsExactly(entered.get(1));
        assertThat(caller.get("/dead-letters?reason=gone").ids("delivery_id")).isEmpty();

        JsonNode shown = caller.get(failed + "&limit=1").json().path("data").path(0);
        assertThat(shown.path("died_at").asText()).isEqualTo("2026-01-31T00:00:04Z");
        assertThat(shown.path("status").asInt()).isEqualTo(503);
        assertThat(shown.path("error").asText()).isEqualTo("timeout");
        assertThat(shown.path("attempts").asInt()).isEqualTo(3);
    }

    private List<String> pages(String path, String field) {
        List<String> read = new ArrayList<>();
        String cursor = null;
        do {
            Answer page = caller.get(path + (cursor == null ? "" : "&cursor=" + cursor))
                    .is(200);
            read.addAll(page.ids(field));
            cursor = page.json().path("next_cursor").asText(null);
        } while (cursor != null && read.size() < 100);
        return read;
    }
}
