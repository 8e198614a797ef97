package io.kurier.expressions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformTest {
    private static final String DATA = "{\"status\":\"done\",\"progress\":100,\"share\":12.5,\"none\":null,"
            + "\"files\":[{\"name\":\"a.mp4\",\"bytes\":1},{\"name\":\"b.mp4\",\"bytes\":2}],\"umlaut\":\"ü\\\"\"}";

    private static EventVariables facts(String data) {
        return new EventVariables(
                "evt_1", "job.completed", "job-1", Instant.parse("2026-01-02T03:04:05.678Z"), data.getBytes(UTF_8));
    }

    private static String body(String text) {
        Transform.Result answer = Transform.parse(text, System::nanoTime).of(facts(DATA));
        return answer instanceof Transform.Result.Body made ? new String(made.json(), UTF_8) : answer.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'text': 'Job ' + job_id + ' is ' + data.status} | {\"text\":\"Job job-1 is done\"}",
                "{'event': type, 'timestamp': time, 'data': data.files} | {\"event\":\"job.completed\",\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"data\":[{\"name\":\"a.mp4\",\"bytes\":1},{\"name\":\"b.mp4\",\"bytes\":2}]}",
                "data.files.map(f, f.name) | [\"a.mp4\",\"b.mp4\"]",
                "data.files.filter(f, f.bytes > 1).map(f, {'n': f.name}) | [{\"n\":\"b.mp4\"}]",
                "data.files.map(f, f.name).join(', ') | \"a.mp4, b.mp4\"",
                "{'share': data.share * 2.0, 'half': double(data.progress) / 3.0} | {\"share\":25,\"half\":33.333333333333336}",
                "{'a': data.none, ?'b': data.?missing, 'c': data.?missing.orValue('-')} | {\"a\":null,\"c\":\"-\"}",
                "data.status.upperAscii() + data.umlaut | \"DONEü\\\"\"",
                "data.status.replace('o', '0').split('0') | [\"d\",\"ne\"]",
                "{'b': null, '2': 1u, '1': data.none} | {\"1\":null,\"2\":1,\"b\":null}",
                "{'z':1,'y':2,'x':3,'w':4,'v':5,'u':6,'t':7,'s':8,'r':9,'q':10,'p':11,'o':12} | {\"z\":1,\"y\":2,\"x\":3,\"w\":4,\"v\":5,\"u\":6,\"t\":7,\"s\":8,\"r\":9,\"q\":10,\"p\":11,\"o\":12}",
                "[1, 2.5] + [1e21, -0.0, true] | [1,2.5,1e+21,0,true]",
                "has(data.missing) ? 'x' : string(data.progress) + '%' | \"100%\"",
            })
    void makesTheBodyOfTheEvent(String text, String json) {
        assertThat(body(text)).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a': data.missing} | missing",
                "{'a': data.status + 1} | overload",
                "{'a': timestamp(time)} | not JSON",
                "{'a': 1.0 / 0.0} | not JSON",
                "{1: 'a'} | a name that is not a string",
                "{'a': data.?status} | not JSON"
            })
    void whatCannotBeMadeSaysWhy(String text, String why) {
        assertThat(Transform.parse(text, System::nanoTime).of(facts(DATA)))
                .isInstanceOfSatisfying(Transform.Result.Failed.class, failed -> assertThat(failed.reason())
                        .containsIgnoringCase(why));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a': datum} | at 1:7: undeclared reference to 'datum'",
                "{'a': | at 1:",
                "data.status.replace(data.a, 'b') | a string literal in quotes as the argument of replace",
                "data.status.replace('', 'b') | at least one character",
                "data.files.join(data.status) | a string literal in quotes as the argument of join",
                "data.files.join('more than sixteen characters') | at most 16 characters",
                "data.status.indexOf('a') | undeclared reference to 'indexOf'"
            })
    void whatIsNoTransformIsRefusedWithItsPlace(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transform.parse(text, System::nanoTime))
                .withMessageContaining(why)
                .withMessageContaining("expected");
    }

    private static String list(String item, int items) {
        return "[" + (item + ",").repeat(items - 1) + item + "]";
    }

    /** The event loop makes the body: whatever an expression grows must stay small, or soon end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "data.l.map(a, data.l.map(b, data.l.map(c, a)))",
                "data.l.map(a, data.t + data.t)",
                "['a'].map(a, a+a).map(a, a+a).map(a, a+a).map(a, a+a+a+a+a+a+a+a).map(a, a+a+a+a+a+a+a+a+a+a)"
                        + ".map(a, a+a+a+a+a+a+a+a+a+a).map(a, a+a+a+a+a+a+a+a+a+a).map(a, a+a+a+a+a+a+a+a+a+a)"
                        + ".map(a, a+a+a+a+a+a+a+a+a+a).map(a, a+a+a+a+a+a+a+a+a+a)",
                "data.l.map(a, data.t.split(''))",
                "data.l.map(a, data.t.replace('a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'))",
                "data.l.map(a, data.t.upperAscii())",
                "data.l.map(a, data.l.map(b, '').join(', '))",
                "data.l.map(a, data.l + data.l)",
                "data.l.map(a, data.t)",
                "data.t + data.t + data.t",
                "dyn([data].map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])) ? 1 : 2",
                "dyn([data].map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])"
                        + ".map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])"
                        + ".map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])) ? 1 : 2",
                "{dyn([data, data, data]): 1}",
                "{}[dyn([data, data, data])]",
                "data.l[dyn(data)]",
                "optional.of(data).orValue(data).orValue(data)",
                "data.l.map(a, dyn(data.t).orValue(1))",
                "data.l.exists(x, !x || !x || !x || !x || !x || !x || !x || !x || !x || !x || !x || !x || !x || !x || !x)",
                "[data].map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])"
                        + ".map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])",
                "[data].map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])"
                        + ".map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])"
                        + ".map(a, a == a)",
                "[optional.of(data.l)].map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])"
                        + ".map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a])"
                        + ".map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, [a,a]).map(a, a == a)"
            })
    void whatGrowsIsBounded(String text) {
        Transform hostile = Transform.parse(text, System::nanoTime);
        EventVariables event = facts("{\"l\":" + list("1", 990) + ",\"t\":\"" + "a".repeat(200_000) + "\"}");
        hostile.of(event);

        long began = System.nanoTime();
        assertThat(hostile.of(event))
                .isInstanceOfSatisfying(Transform.Result.Failed.class, failed -> assertThat(failed.reason())
                        .hasSizeLessThan(400));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void dataThatIsTooLargeMakesNoBody() {
        EventVariables event = facts("\"" + "a".repeat(EventVariables.MAX_DATA_BYTES) + "\"");

        assertThat(Transform.parse("{'a': [data]}", System::nanoTime).of(event))
                .isEqualTo(new Transform.Result.Failed(
                        "the event's data has 262146 bytes; expressions can read at most 262144"));
        assertThat(Transform.parse("type", System::nanoTime).of(event)).isInstanceOf(Transform.Result.Body.class);
    }
}
