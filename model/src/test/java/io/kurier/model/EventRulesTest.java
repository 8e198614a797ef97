package io.kurier.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventRulesTest {
    private static final Instant TIME = Instant.parse("2026-01-31T10:00:00Z");

    @ParameterizedTest
    @ValueSource(strings = {"job", "job.completed", "a.b.c.d", "video_1.done", "2fa.sent", "job-run.step-1", "A"})
    void aTypeIsWordsJoinedByDotsOrHyphens(String string) {
        assertThat(EventRules.isType(string)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "job.*", "job.", ".job", "job..x", "job x", "job\"", "job\\x", "jöb", "job\u0000"})
    void aPatternOrAnythingUnsafeInJsonIsNotAType(String string) {
        assertThat(EventRules.isType(string)).isFalse();
    }

    @Test
    void aTypeHas128CharactersAtMost() {
        assertThat(EventRules.isType("a".repeat(128))).isTrue();
        assertThat(EventRules.isType("a".repeat(129))).isFalse();
        assertThat(EventRules.EXPECTED_TYPE).contains("128", "hyphens");
    }

    @Test
    void aNameHas1To256CharactersOfValidUnicode() {
        assertThat(EventRules.isName("")).isFalse();
        assertThat(EventRules.isName("é".repeat(256))).isTrue();
        assertThat(EventRules.isName("é".repeat(257))).isFalse();
        assertThat(EventRules.isName("a 😀\n")).isTrue();
        assertThat(EventRules.isName("a\ud83d")).isFalse();
        assertThat(EventRules.isName("\ude00\ud83d")).isFalse();
        assertThat(EventRules.EXPECTED_NAME).contains("256");
    }

    @ParameterizedTest
    @CsvSource({
        "1969-12-31T23:59:59.999999999Z, false",
        "1970-01-01T00:00:00Z, true",
        "9999-12-31T23:59:59.999999999Z, true",
        "+10000-01-01T00:00:00Z, false"
    })
    void aTimeLiesFrom1970To9999(Instant time, boolean isTime) {
        assertThat(EventRules.isTime(time)).isEqualTo(isTime);
    }

    @Test
    void aTimeIsReadInRfc3339WithAnyOffset() {
        assertThat(EventRules.parseTime("2026-01-31T11:00:00+01:00")).isEqualTo(TIME);
        assertThat(EventRules.parseTime("1970-01-01T00:00:00+00:01")).isNull();
        assertThat(EventRules.parseTime("2026-01-31")).isNull();
        assertThat(EventRules.parseTime("")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "é", "€", "😀", "a\u0000é€😀", "\u07ff\u0800\uffff"})
    void theLengthInUtf8IsThatOfTheEncodedString(String string) {
        assertThat(EventRules.utf8Length(string)).isEqualTo(string.getBytes(UTF_8).length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xd800, 0xdbff, 0xdc00, 0xdfff})
    void halfASurrogatePairHasNoLength(int half) {
        String lone = String.valueOf((char) half);
        for (String string : new String[] {lone, lone + "a", "a" + lone, lone + lone, "😀" + lone}) {
            assertThat(EventRules.utf8Length(string)).as(string).isEqualTo(-1);
        }
    }

    @Test
    void aRefusalNamesTheFieldItsValueAndWhatWasExpected() {
        assertThat(EventRules.refusal("job.done", "j", TIME, "id")).isNull();
        assertThat(EventRules.refusal("job done", "j", TIME, "id"))
                .startsWith("type is 'job done', expected words of letters");
        assertThat(EventRules.refusal("job.done", "x".repeat(257), TIME, "id"))
                .isEqualTo("job_id is '" + "x".repeat(64) + "…', expected 1 to 256 characters of valid Unicode");
        assertThat(EventRules.refusal("job.done", "j", Instant.EPOCH.minusMillis(1), "id"))
                .isEqualTo("time is '1969-12-31T23:59:59.999Z', expected a time from 1970 to 9999");
        assertThat(EventRules.refusal("job.done", "j", TIME, "")).startsWith("id is '', expected a unique string");
        assertThat(EventRules.refusal("job.done", "j", TIME, "\udc00")).startsWith("id is");
        assertThat(EventRules.refusal("job.done", "j", TIME, "x".repeat(1_000))).isNull();
    }

    @Test
    void dataHas3MiBAtMost() {
        assertThat(EventRules.MAX_DATA_BYTES).isEqualTo(3_145_728);
        assertThat(EventRules.tooLarge(3_145_729)).isEqualTo("data has 3145729 bytes, expected at most 3145728");
    }
}
