package io.kurier.model.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.model.Ids;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedJsonTest {
    private static final Instant AT = Instant.parse("2026-01-31T10:00:00Z");
    private static final Origin ORIGIN = new Origin("acme", () -> Ids.eventFor("acme", "place-1"), AT, 100);

    private static PublishedEvent plain(String json) throws EventRefusedException {
        return PublishedJson.plain(json.getBytes(UTF_8), ORIGIN);
    }

    private static PublishedEvent structured(String json) throws EventRefusedException {
        return PublishedJson.cloudEvent(json.getBytes(UTF_8), ORIGIN);
    }

    private static String data(PublishedEvent event) {
        return UTF_8.decode(event.data().duplicate()).toString();
    }

    @Test
    void everyFieldIsTaken() throws Exception {
        PublishedEvent event = plain(
                "{\"type\":\"job.completed\",\"data\":{\"n\": 1.0},\"job_id\":\"j\",\"id\":\"mine\",\"time\":\"2026-01-02T03:04:05.6789012Z\",\"expires_after\":\"10m\"}");
        assertThat(event.id()).isEqualTo(Ids.eventFor("acme", "mine"));
        assertThat(event.clientId()).isTrue();
        assertThat(event.tenant()).isEqualTo("acme");
        assertThat(event.type()).isEqualTo("job.completed");
        assertThat(event.jobId()).isEqualTo("j");
        assertThat(event.time()).isEqualTo(Instant.parse("2026-01-02T03:04:05.678901Z"));
        assertThat(data(event)).isEqualTo("{\"n\":1}");
        assertThat(event.expiresAtMs()).isEqualTo(AT.toEpochMilli() + 600_000);
    }

    @Test
    void whatIsNotNamedComesFromItsOrigin() throws Exception {
        PublishedEvent event = plain("{\"event\":\"a\",\"data\":[],\"time\":null}");
        assertThat(event.id()).isEqualTo(Ids.eventFor("acme", "place-1"));
        assertThat(event.clientId()).isFalse();
        assertThat(event.jobId()).isEqualTo(event.id());
        assertThat(event.time()).isEqualTo(AT);
        assertThat(event.expiresAtMs()).isZero();
        assertThat(plain("{\"type\":\"a\",\"data\":{\"task_id\":7}}").jobId()).isEqualTo("7");
        assertThat(plain("{\"type\":\"a\",\"data\":{\"task_id\":7},\"request_id\":\"r\"}")
                        .jobId())
                .isEqualTo("r");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"data\":1}                                     | type: is missing",
                "{\"type\":\"a\"}                                 | data: is missing",
                "{\"type\":\"a b\",\"data\":1}                    | type is 'a b'",
                "{\"type\":null,\"data\":1}                       | type is 'null'",
                "{\"type\":1,\"data\":1}                          | type is '1': expected a string",
                "{\"type\":\"a\",\"data\":1,\"id\":{}}            | id is 'an object'",
                "{\"type\":\"a\",\"data\":1,\"id\":\"\"}          | id is ''",
                "{\"type\":\"a\",\"data\":1,\"job_id\":\"\\ud800\"} | job_id",
                "{\"type\":\"a\",\"event\":\"b\",\"data\":1}      | is given twice",
                "{\"type\":\"a\",\"data\":1,\"data\":2}           | is given twice",
                "{\"type\":\"a\",\"data\":1,\"tenant\":\"b\"}     | tenant: unknown field; allowed: type",
                "{\"type\":\"a\",\"data\":1,\"time\":\"now\"}     | time is 'now'",
                "{\"type\":\"a\",\"data\":1,\"expires_after\":\"1ms\"} | expires_after is '1ms'",
                "{\"type\":\"a\",\"data\":1e}                     | Invalid JSON at line 1",
                "{\"type\":\"a\",\"data\":1} 2                    | nothing after",
                "[]                                               | a JSON object",
                "``                                               | a JSON object",
            })
    void whatIsWrongIsNamed(String json, String why) {
        assertThatThrownBy(() -> plain(json))
                .isInstanceOf(EventRefusedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void tooMuchDataIsRefused() {
        assertThatThrownBy(() -> plain("{\"type\":\"a\",\"data\":\"" + "x".repeat(99) + "\"}"))
                .hasMessageContaining("101 bytes, expected at most 100");
    }

    @Test
    void cloudEventsInTheJsonFormat() throws Exception {
        String head =
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"com.example.a\",\"subject\":\"sub\"";
        PublishedEvent event = structured(head + ",\"time\":\"2026-01-02T03:04:05Z\",\"data\":{\"b\": 1},\"x\":{}}");
        assertThat(event.type()).isEqualTo("com.example.a");
        assertThat(event.jobId()).isEqualTo("sub");
        assertThat(event.clientId()).isTrue();
        assertThat(event.time()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(data(event)).isEqualTo("{\"b\":1}");

        assertThat(data(structured(head + "}"))).isEqualTo("null");
        assertThat(data(structured(head + ",\"data_base64\":\"eyJhIjogMX0=\"}")))
                .isEqualTo("{\"a\":1}");
        assertThat(structured(head + ",\"jobid\":\"j\"}").jobId()).isEqualTo("j");
        assertThat(structured(head + ",\"data\":{\"job_id\":\"d\"}}").jobId()).isEqualTo("d");
        assertThat(structured(head.replace("/s", "/t") + "}").id()).isNotEqualTo(event.id());
        assertThatThrownBy(() -> structured(head + ",\"data_base64\":\"=\"}")).hasMessageContaining("data_base64");
        assertThatThrownBy(() -> structured(head + ",\"id\":\"2\"}")).hasMessageContaining("is given twice");
        assertThatThrownBy(() -> structured("{\"specversion\":\"0.3\"}")).hasMessageContaining("specversion is '0.3'");
    }

    @Test
    void cloudEventsInTheBinaryMode() throws Exception {
        Map<String, String> attributes =
                new HashMap<>(Map.of("specversion", "1.0", "id", "1", "source", "/s", "type", "a.b"));
        PublishedEvent event = PublishedJson.cloudEvent(attributes::get, "ce_", "{\"n\": 1}".getBytes(UTF_8), ORIGIN);
        assertThat(data(event)).isEqualTo("{\"n\":1}");
        assertThat(data(PublishedJson.cloudEvent(attributes::get, "ce_", null, ORIGIN)))
                .isEqualTo("null");
        assertThatThrownBy(() -> PublishedJson.cloudEvent(attributes::get, "ce_", new byte[] {'{'}, ORIGIN))
                .isInstanceOf(EventRefusedException.class);
        attributes.put("datacontenttype", "text/plain");
        assertThatThrownBy(() -> PublishedJson.cloudEvent(attributes::get, "ce_", null, ORIGIN))
                .hasMessageContaining("datacontenttype is 'text/plain'");
        attributes.remove("type");
        assertThatThrownBy(() -> PublishedJson.cloudEvent(attributes::get, "ce_", null, ORIGIN))
                .hasMessageContaining("ce_type");
    }
}
