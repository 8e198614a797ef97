package io.kurier.ingest.publish;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.ingest.eventtypes.EventTypes;
import io.kurier.ingest.http.Problem;
import io.kurier.model.json.EcmaJson;
import io.kurier.model.json.JsonRefusedException;
import io.kurier.model.webhook.WebhookCounts;
import io.kurier.schemas.Event;
import io.kurier.testkit.Fuzzer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any body posted to {@code /events} becomes events or a 4xx, in bounded memory. Repeat a run with {@code -Dseed}. */
class PublishingPropertyTest {
    private static final int RUNS = 6_000;
    private static final int LONG_RUNS = 5_000_000;
    private static final int MAX_EVENT_BYTES = 1 << 20;
    /** Not called: no event below has a {@code webhook_url}. */
    private static final PublishContext DOOR = new PublishContext(
            "acme",
            1,
            1_770_000_000_000L,
            new Random(1),
            MAX_EVENT_BYTES,
            "key",
            new EventTypes(tenant -> false),
            null,
            new FanOutLimit(new WebhookCounts(), Long.MAX_VALUE));

    private static final List<byte[]> OWN = examples(
            "{\"type\":\"job.completed\",\"job_id\":\"j\",\"data\":{\"n\":1.50,\"s\":\"\\u00e9\",\"10\":[1,{}],\"2\":null}}",
            "[{\"type\":\"a\",\"data\":1},{\"event\":\"b-c.d\",\"task_id\":\"t\",\"data\":{\"request_id\":\"r\"},\"expires_after\":\"10s\"}]",
            "{\"type\":\"a\",\"id\":\"mine\",\"time\":\"2026-01-31T10:00:00.123456789+01:00\",\"data\":123456789012345678901234567890e-400}",
            "{\"type\":\"a\",\"data\":\"" + "x".repeat(3_000) + "\",\"expires_at\":\"2027-01-01T00:00:00Z\"}",
            "{\"type\":\"a\",\"data\":" + "[".repeat(99) + "]".repeat(99) + "}",
            "[" + "{\"type\":\"a\",\"data\":{}},".repeat(1_100) + "{}]");
    private static final List<byte[]> CLOUD_EVENTS = examples(
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"a.b\",\"jobid\":7,\"time\":\"2026-01-01T00:00:00Z\",\"data\":{\"n\":1}}",
            "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"a\",\"data_base64\":\"eyJhIjoxfQ==\",\"subject\":\"x\"}]",
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"a\",\"datacontenttype\":\"application/json; charset=utf-8\"}");
    /** Each case has lines of headers, followed by a line with the body. */
    private static final List<byte[]> BINARY = examples(
            "specversion:1.0\nid:1\nsource:/s\ntype:a.b\njobid:%E2%82%AC%20x\ntime:2026-01-01T00:00:00Z\ndatacontenttype:application/json\n\n{\"a\":1}",
            "specversion:1.0\nid:\"quoted \\\" id\"\nsource:%\ntype:\"a\nsubject:\u00fc%C3%A9\n\n[1,2]",
            "specversion:1.0\nid:😀\nsource:%F0%9F%98%80%\ntype:a\ndatacontenttype:application/vnd.x+json\n\n");

    private int accepted;
    private int refused;

    private static List<byte[]> examples(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
    }

    /** An array of 1,000 items of 1 KB each gets a response of at most the same size. */
    private static Fuzzer fuzzer() {
        return new Fuzzer(PublishingPropertyTest.class, 4 << 20, 200);
    }

    @Test
    void anyBodyBecomesEventsOrAProblem() {
        run(RUNS);
    }

    @Test
    @Tag("long")
    void anyBodyBecomesEventsOrAProblemForLong() {
        run(LONG_RUNS);
    }

    private void run(int runs) {
        Fuzzer fuzzer = fuzzer();
        fuzzer.run(runs / 2, OWN, body -> check(() -> EventParser.parse(body, DOOR)));
        fuzzer.run(runs / 4, CLOUD_EVENTS, body -> {
            check(() -> CloudEventParser.json(body, false, DOOR));
            check(() -> CloudEventParser.json(body, true, DOOR));
        });
        fuzzer.run(runs / 4, BINARY, this::binary);
        assertThat(accepted).as("events among %s runs", runs).isGreaterThan(runs / 50);
        assertThat(refused).as("refusals among %s runs", runs).isGreaterThan(runs / 10);
    }

    private void binary(byte[] input) {
        // Vert.x decodes headers as ISO 8859-1: one character per byte
        String text = new String(input, ISO_8859_1);
        int end = text.indexOf("\n\n");
        Map<String, String> headers = new HashMap<>();
        text.substring(0, Math.max(0, end))
                .lines()
                .filter(line -> line.contains(":"))
                .forEach(line -> headers.put(
                        "ce-" + line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
        byte[] body = text.substring(end < 0 ? text.length() : end + 2).getBytes(ISO_8859_1);
        String type = headers.remove("ce-datacontenttype");
        check(() -> CloudEventParser.binary(headers::get, type, body, DOOR));
    }

    /** The context of one request. */
    private interface Reading {
        PublishRequest read();
    }

    private void check(Reading reading) {
        try {
            for (PublishItem item : reading.read().items()) {
                if (item instanceof PublishItem.Refused wrong) {
                    check(wrong.problem());
                } else {
                    check(((PublishItem.Accepted) item).event());
                }
            }
        } catch (Problem.RefusedException e) {
            check(e.problem());
        }
    }

    private void check(Problem problem) {
        refused++;
        if (problem.status() != 400 && problem.status() != 413 && problem.status() != 415) {
            throw new AssertionError(problem.json());
        }
    }

    /** Accepted data is normalised JSON, and every string of the event is well-formed Unicode. */
    private void check(Event event) {
        accepted++;
        byte[] data = new byte[event.getData().remaining()];
        event.getData().duplicate().get(data);
        try {
            assertThat(EcmaJson.normalize(data, EcmaJson.Limits.DEFAULT)).isEqualTo(data);
        } catch (JsonRefusedException e) {
            throw new AssertionError("stored data is refused", e);
        }
        for (String text : List.of(event.getId(), event.getJobId(), event.getType())) {
            assertThat(text).isNotEmpty();
            assertThat(new String(text.getBytes(UTF_8), UTF_8)).isEqualTo(text);
        }
        assertThat(event.getTenant()).isEqualTo("acme");
    }
}
