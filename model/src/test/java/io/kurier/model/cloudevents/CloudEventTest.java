package io.kurier.model.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventTest {
    private final Map<String, String> attributes = new HashMap<>(Map.of(
            "specversion", "1.0",
            "id", "1",
            "source", "/jobs",
            "type", "com.example.job.completed",
            "datacontenttype", "application/json"));

    private CloudEvent read() throws CloudEventRefusedException {
        return CloudEvent.of(attributes::get);
    }

    @Test
    void attributesAreTakenAsTheyAre() throws Exception {
        attributes.putAll(Map.of("time", "2026-01-31T10:00:00Z", "subject", "job-1", "jobid", "job-2", "tenant", "x"));

        assertThat(read())
                .isEqualTo(new CloudEvent(
                        "1", "/jobs", "com.example.job.completed", "2026-01-31T10:00:00Z", "job-1", "job-2"));
    }

    @Test
    void optionalAttributesMayBeMissing() throws Exception {
        attributes.remove("datacontenttype");

        assertThat(read()).isEqualTo(new CloudEvent("1", "/jobs", "com.example.job.completed", null, null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"specversion", "id", "source", "type"})
    void whatIsRequiredIsNamedWhenItIsMissingOrEmpty(String name) {
        attributes.remove(name);
        assertThatThrownBy(this::read).isInstanceOfSatisfying(CloudEventRefusedException.class, refused -> {
            assertThat(refused.attribute()).isEqualTo(name);
            assertThat(refused.value()).isNull();
            assertThat(refused.isAboutContentType()).isFalse();
        });
        attributes.put(name, "");
        assertThatThrownBy(this::read)
                .isInstanceOfSatisfying(CloudEventRefusedException.class, refused -> assertThat(refused.attribute())
                        .isEqualTo(name));
    }

    @ParameterizedTest
    @CsvSource({
        "specversion, 0.3, 1.0",
        "specversion, 2.0, 1.0",
        "type, com/example job, such as job.completed",
        "type, com..example, at most 128 characters",
        "datacontenttype, application/xml, +json",
        "datacontenttype, application/avro, +json",
        "datacontenttype, application/json;charset=utf-16, +json",
        "datacontenttype, +json, +json",
    })
    void whatIsNotUsableIsNamedWithWhatWasExpected(String name, String value, String expected) {
        attributes.put(name, value);
        assertThatThrownBy(this::read)
                .hasMessageContaining(value)
                .isInstanceOfSatisfying(CloudEventRefusedException.class, refused -> {
                    assertThat(refused.attribute()).isEqualTo(name);
                    assertThat(refused.value()).isEqualTo(value);
                    assertThat(refused.expected()).contains(expected);
                    assertThat(refused.isAboutContentType()).isEqualTo(name.equals("datacontenttype"));
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON; charset=UTF-8",
                "application/json;charset=\"utf-8\"; x=y",
                "application/vnd.job+json",
                "text/json"
            })
    void jsonMayBeCalledByAnyOfItsNames(String mediaType) {
        assertThat(CloudEvent.isJson(mediaType)).isTrue();
    }

    @Test
    void noTwoPairsOfSourceAndIdHaveTheSameClientId() {
        assertThat(named("a:1", "b").clientId()).isNotEqualTo(named("a", "1:b").clientId());
        assertThat(named("1:a", "b").clientId()).isNotEqualTo(named("1", "a:b").clientId());
        assertThat(named("a", "b").clientId()).isEqualTo(named("a", "b").clientId());
    }

    private static CloudEvent named(String source, String id) {
        return new CloudEvent(id, source, "a", null, null, null);
    }
}
