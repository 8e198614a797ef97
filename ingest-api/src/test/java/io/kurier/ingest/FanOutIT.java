package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The limit on the size of an event times the webhooks that it goes to. */
@ExtendWith(SharedApi.class)
class FanOutIT {
    private static final int MAX_BYTES = 1 << 20;
    private static final int WEBHOOKS = 8;
    private static TestApi api;

    @BeforeAll
    static void narrow(TestApi shared) throws InterruptedException {
        api = shared.another(Map.of("KURIER_MAX_FAN_OUT_BYTES", Integer.toString(MAX_BYTES)));
    }

    @AfterAll
    static void close() {
        api.close();
    }

    private static String event(String type, int bytes) {
        return "{\"type\":\"" + type + "\",\"data\":\"" + "x".repeat(bytes - 2) + "\"}";
    }

    private static List<String> webhooks(ApiClient caller) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < WEBHOOKS; i++) {
            ids.add(caller.post(
                            "/webhooks",
                            "{\"url\":\"https://example.com/\",\"events\":[\"job.*\",\"job.done\",\"order.made\"]}")
                    .is(201)
                    .json()
                    .path("id")
                    .asText());
        }
        return ids;
    }

    @Test
    void refusalOfTooLargeFanOutNamesSizeWebhooksAndSetting() {
        ApiClient caller = api.caller();
        List<String> ids = webhooks(caller);
        int most = MAX_BYTES / WEBHOOKS;
        caller.post("/events", event("job.done", most)).is(202);

        JsonNode problem = caller.post("/events", event("job.done", most + 1)).problem(413, "data");
        assertThat(problem.path("value").asText()).isEqualTo((most + 1) + " bytes for " + WEBHOOKS + " webhooks");
        assertThat(problem.path("expected").asText())
                .isEqualTo("expected at most " + MAX_BYTES + " bytes in all (KURIER_MAX_FAN_OUT_BYTES)");

        caller.post("/events", event("nobody.wants", most + 1)).is(202);
        api.caller().post("/events", event("job.done", most + 1)).is(202);
        JsonNode items = caller.post("/events", "[" + event("job.done", most + 1) + "," + event("job.done", 10) + "]")
                .is(202)
                .json();
        assertThat(items.at("/0/problem/status").asInt()).isEqualTo(413);
        assertThat(items.at("/1/status").asText()).isEqualTo("accepted");

        caller.delete("/webhooks/" + ids.get(0)).is(204);
        caller.post("/events", event("job.done", most + 1)).is(202);
        assertThat(caller.events()).hasSize(4);
    }
}
