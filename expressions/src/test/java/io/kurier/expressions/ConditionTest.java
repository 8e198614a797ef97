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

class ConditionTest {
    private static final String DATA =
            "{\"status\":\"done\",\"progress\":100,\"share\":12.5,\"none\":null,\"tags\":[\"a\",\"b\"],"
                    + "\"large\":123456789012345678901234567890,\"nested\":{\"ok\":true}}";

    private static Condition.Result of(String text) {
        return Condition.parse(text, System::nanoTime).of(facts(DATA));
    }

    private static EventVariables facts(String data) {
        return new EventVariables(
                "evt_1", "job.completed", "job-1", Instant.parse("2026-01-02T03:04:05.678Z"), data.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data.status == 'done'",
                "data.progress == 100 && data.progress >= 99.5",
                "data.share > 12",
                "data.none == null",
                "data.large > 1.0e20",
                "data.progress + 1 == 101",
                "has(data.status) && !has(data.missing)",
                "data.tags.exists(t, t == 'b')",
                "data.nested.ok",
                "'a' in data.tags && size(data.tags) == 2",
                "type.startsWith('job.') && job_id == 'job-1' && id == 'evt_1'",
                "timestamp(time) > timestamp('2026-01-01T00:00:00Z')",
                "data.status.matches('^d.*e$')",
                "matches(data.status, 'on')",
                "data.status.contains('on') && data.status.contains('') && !data.status.contains('doon')"
            })
    void isTrueOfTheEvent(String text) {
        assertThat(of(text)).isEqualTo(new Condition.Result.Value(true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data.status == 'failed'", "data.progress < 100", "data.status == 7", "type == 'job.failed'"})
    void isFalseOfTheEvent(String text) {
        assertThat(of(text)).isEqualTo(new Condition.Result.Value(false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "data.missing == 1 | missing",
                "data.status > 5 | overload",
                "data.status | neither true nor false",
                "data.status + data.status == 'donedone' | overload"
            })
    void whatCannotBeToldOfThisEventSaysWhy(String text, String why) {
        assertThat(of(text)).isInstanceOfSatisfying(Condition.Result.Failed.class, failed -> assertThat(failed.reason())
                .containsIgnoringCase(why));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "datum.x == 1 | at 1:1: undeclared reference to 'datum'",
                "data.x == | at 1:10",
                "type | found string",
                "'a' + 'b' == 'ab' | at 1:5",
                "size(data) | found int",
                "data.status.matches(data.pattern) | a string literal in quotes as the argument of matches",
                "data.status.matches('(a') | pattern '(a' of matches",
                "data.status.matches('(a{1,100}){1,100}') | pattern '(a{1,100}){1,100}' of matches"
            })
    void whatIsNoConditionIsRefusedWithItsPlace(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Condition.parse(text, System::nanoTime))
                .withMessageContaining(why)
                .withMessageContaining("expected");
    }

    @Test
    void whatIsTooLargeOrTooDeepIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Condition.parse("", System::nanoTime));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Condition.parse("true || ".repeat(400) + "true", System::nanoTime));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Condition.parse("(".repeat(200) + "true" + ")".repeat(200), System::nanoTime));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Condition.parse("true" + "||true".repeat(300), System::nanoTime))
                .withMessageContaining("expected");
    }

    /** The event loop evaluates it: nested loops over a large list must end soon. */
    @Test
    void loopsAreBoundedHoweverTheyAreNested() {
        String list = "{\"l\":[" + "1,".repeat(5_000) + "1]}";
        Condition hostile = Condition.parse("data.l.all(a, data.l.all(b, data.l.all(c, a == b)))", System::nanoTime);
        EventVariables event = facts(list);
        hostile.of(event);

        long began = System.nanoTime();
        assertThat(hostile.of(event)).isInstanceOf(Condition.Result.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(500));
    }

    private static String text(int characters) {
        return "\"" + "a".repeat(characters) + "\"";
    }

    private static String list(String item, int items) {
        return "[" + (item + ",").repeat(items - 1) + item + "]";
    }

    /** Each round of a loop, or one call, may look at all of the data: they are bounded together. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "data.l.exists(x, data.t.contains('aaaaaaaaaaab'))",
                "data.l.exists(x, data.t.contains(data.u))",
                "data.l.exists(x, data.t.matches('(a|aa)*b$'))",
                "data.l.exists(x, false || data.t.matches('(a|aa)*b$')) || true",
                "data.l.exists(x, data.t.startsWith(data.t2) && x == 2)",
                "data.l.exists(x, data.t == data.t3 && x == 2)",
                "data.l.exists(x, data.l2 == data.l3 && x == 2)",
                "data.l.exists(x, {'a': data.l2} == {'a': data.l3} && x == 2)",
                "data.l.exists(x, 2 in data.l2)",
                "data.l.exists(x, size(data.t) == 1)",
                "data.l.exists(x, data || data || data || data)",
                "data.l.exists(x, data.t > data.t3)",
                "data.t.matches('(a{1,30}){1,15}b$')"
            })
    void whatReadsTooMuchIsGivenUpSoon(String text) {
        String data = "{\"l\":" + list("1", 900) + ",\"t\":" + text(60_000) + ",\"t2\":" + text(30_000) + ",\"t3\":"
                + text(60_000) + ",\"u\":\"" + "a".repeat(30_000) + "b\",\"l2\":" + list("1", 15_000) + ",\"l3\":"
                + list("1", 15_000) + "}";
        Condition hostile = Condition.parse(text, System::nanoTime);
        EventVariables event = facts(data);
        hostile.of(event);

        long began = System.nanoTime();
        assertThat(hostile.of(event))
                .isInstanceOfSatisfying(Condition.Result.Failed.class, failed -> assertThat(failed.reason())
                        .contains("too much"));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void whatReadsLargeDataOnceIsTold() {
        String data = "{\"l\":" + list("\"some text\"", 5_000) + ",\"t\":" + text(100_000) + ",\"u\":\"b-12\"}";

        assertThat(Condition.parse(
                                "data.t.contains('ab') || 'b' in data.l || data.u.matches('^[a-z]-[0-9]{2}$')",
                                System::nanoTime)
                        .of(facts(data)))
                .isEqualTo(new Condition.Result.Value(true));
    }

    @Test
    void ofLargeDataOnlyWhatNeedsItCannotBeTold() {
        EventVariables large = facts("{\"t\":" + text(EventVariables.MAX_DATA_BYTES) + "}");

        assertThat(Condition.parse("data.t == 'a'", System::nanoTime).of(large))
                .isEqualTo(new Condition.Result.Failed(
                        "the event's data has 262152 bytes; expressions can read at most 262144"));
        assertThat(Condition.parse("type == 'job.completed'", System::nanoTime).of(large))
                .isEqualTo(new Condition.Result.Value(true));
    }

    /** Somebody who may write to the topic did; a worker must not stop at it, nor the next one. */
    @ParameterizedTest
    @ValueSource(strings = {"", "no JSON", "[1", "{\"a\"", "[[", "\u0000"})
    void ofDataThatIsNoJsonNothingCanBeTold(String data) {
        Condition needsIt = Condition.parse("has(data.x)", System::nanoTime);

        assertThat(needsIt.of(facts(data))).isInstanceOf(Condition.Result.Failed.class);
        assertThat(needsIt.of(facts("[".repeat(100_000) + "]".repeat(100_000))))
                .isInstanceOf(Condition.Result.Failed.class);
        assertThat(needsIt.of(facts("[".repeat(102) + "]".repeat(102))))
                .isEqualTo(new Condition.Result.Failed(
                        "the event's data is not valid JSON, or nested more than 100 deep"));
    }
}
