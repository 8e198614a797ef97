package io.kurier.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types that are registered hold events to what they say. */
@ExtendWith(SharedApi.class)
class EventTypesIT {
    private static final String SCHEMA =
            "{'type':'object','required':['size'],'properties':{'size':{'type':'integer','minimum':1}}}";

    private final TestApi api;
    private final ApiClient caller;

    EventTypesIT(TestApi api) {
        this.api = api;
        this.caller = api.caller();
    }

    private Answer put(String type, String body) {
        return api.send(caller.request("/event-types/" + type)
                .PUT(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private Answer publish(ApiClient who, String type, String data) {
        return who.post("/events", ("{'type':'" + type + "','data':" + data + "}").replace('\'', '"'));
    }

    @Test
    void typeIsRegisteredShownReplacedListedAndDeleted() {
        JsonNode made = put("job.completed", "{'description':'done','schema':" + SCHEMA + ",'example':{'size':1}}")
                .is(201)
                .json();
        assertThat(caller.get("/event-types/job.completed").is(200).json()).isEqualTo(made);
        assertThat(made.path("schema").path("required").path(0).asText()).isEqualTo("size");
        assertThat(made.path("example").path("size").asInt()).isEqualTo(1);

        JsonNode replaced =
                put("job.completed", "{'description':'over'}").is(200).json();
        assertThat(replaced.path("schema").isNull()).isTrue();
        assertThat(replaced.path("created_at")).isEqualTo(made.path("created_at"));

        put("a", "{'schema':true}").is(201);
        assertThat(caller.get("/event-types").is(200).ids("type")).containsExactly("a", "job.completed");
        assertThat(caller.get("/webhooks/events").is(200).text())
                .isEqualTo(caller.get("/event-types").text());
        Answer first = caller.get("/event-types?limit=1");
        assertThat(first.ids("type")).containsExactly("a");
        assertThat(first.json().path("data").path(0).path("has_schema").asBoolean())
                .isTrue();
        assertThat(caller.get("/event-types?limit=1&cursor="
                                + first.json().path("next_cursor").asText())
                        .ids("type"))
                .containsExactly("job.completed");
        assertThat(api.caller().get("/event-types").ids("type")).isEmpty();
        api.caller().get("/event-types/a").problem(404);
        api.caller().delete("/event-types/a").problem(404);

        caller.delete("/event-types/a").is(204);
        caller.get("/event-types/a").problem(404);
        caller.delete("/event-types/a").problem(404);
    }

    @Test
    void dataIsHeldToTheSchemaOfItsTypeFromTheAnswerOn() {
        put("job.completed", "{'schema':" + SCHEMA + "}").is(201);

        JsonNode missing = publish(caller, "job.completed", "{}").problem(422, "data/size");
        assertThat(missing.path("detail").asText()).contains("job.completed").contains("required");
        JsonNode wrong = publish(caller, "job.completed", "{'size':'big'}").problem(422, "data/size");
        assertThat(wrong.path("value").asText()).isEqualTo("big");
        assertThat(wrong.path("expected").asText()).contains("integer expected");
        publish(caller, "job.completed", "{'size':7}").is(202);
        publish(caller, "job.failed", "{}").is(202);
        publish(api.caller(), "job.completed", "{}").is(202);

        JsonNode items = caller.post(
                        "/events",
                        "[{\"type\":\"job.completed\",\"data\":{\"size\":0}},{\"type\":\"job.completed\",\"data\":{\"size\":1}}]")
                .is(202)
                .json();
        assertThat(items.path(0).path("problem").path("field").asText()).isEqualTo("[0].data/size");
        assertThat(items.path(0).path("problem").path("status").asInt()).isEqualTo(422);
        assertThat(items.path(1).path("status").asText()).isEqualTo("accepted");
        assertThat(caller.events()).hasSize(3);

        put("job.completed", "{}").is(200);
        publish(caller, "job.completed", "{}").is(202);
    }

    /** Off the event loop, and answered the same. */
    @Test
    void muchDataIsCheckedAside() {
        put("large", "{'schema':{'items':{'enum':['a','b','c','d','e','f','g','h','i','j','k','l','m','n']}}}")
                .is(201);
        String many = "'a',".repeat(35_000);
        publish(caller, "large", "[" + many + "'a']").is(202);
        publish(caller, "large", "[" + many + "'z']").problem(422, "data/35000");
        caller.post("/events", "{\"type\":\"large\",\"data\":[" + many).problem(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "job..x | {} | type",
                "a | {'typo':1} | typo",
                "a | {'description':5} | description",
                "a | {'schema':'object'} | schema",
                "a | {'schema':{'type':'strange'}} | schema/type",
                "a | {'schema':{'properties':{'x':{'$ref':'http://127.0.0.1:1/'}}}} | schema/properties/x/$ref",
                "a | {'schema':{'pattern':'(?=a)'}} | schema/pattern",
                "a | {'schema':{'properties':{'x':{'type':'null'}}},'example':{'x':1}} | example/x",
            })
    void wrongRegistrationIsNamed(String type, String body, String field) {
        put(type, body).problem(400, field);
    }

    @Test
    void strictDoorNamesTheRegisteredTypesTheClosestFirst() throws Exception {
        try (TestApi strict = api.another(Map.of("KURIER_STRICT_EVENT_TYPES", "true"))) {
            ApiClient there = caller.at(strict);
            JsonNode none = publish(there, "job.completed", "{}").problem(422, "type");
            assertThat(none.path("expected").asText()).contains("none is registered");

            for (String type : new String[] {"a.b", "job.completed", "job.failed", "download.progress"}) {
                api.send(there.request("/event-types/" + type).PUT(HttpRequest.BodyPublishers.ofString("{}")))
                        .is(201);
            }
            JsonNode typo = publish(there, "job.complete", "{}").problem(422, "type");
            assertThat(typo.path("value").asText()).isEqualTo("job.complete");
            assertThat(typo.path("expected").asText()).contains("type: job.completed, job.failed, ");
            publish(there, "job.completed", "{}").is(202);
            publish(caller, "job.complete", "{}").is(202);
        }
    }
}
