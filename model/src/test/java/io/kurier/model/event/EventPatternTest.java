package io.kurier.model.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventPatternTest {
    @ParameterizedTest
    @CsvSource({
        "job.completed, job.completed, true",
        "job.completed, job.completed.late, false",
        "job.completed, job.complete, false",
        "job.completed, JOB.completed, false",
        "job.*, job.completed, true",
        "job.*, job.step.completed, true",
        "job.*, job, false",
        "job.*, jobs.completed, false",
        "job.*, my.job.completed, false",
        "job.step.*, job.step.completed, true",
        "job.step.*, job.steps, false",
        "*, job.completed, true",
        "*, job, true"
    })
    void matchesExactlyByPrefixOrAll(String pattern, String type, boolean matches) {
        assertThat(new EventPattern(pattern).matches(type)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                ".*",
                "**",
                "*.*",
                "*.completed",
                "job.*.completed",
                "job*",
                "job.",
                ".job",
                "job..done",
                "job. done",
                "job.**",
                "job.*.",
                "jöb.done",
                "job/done",
                "job.done\n",
                "-job",
                "job-",
                "job.-done"
            })
    void whatIsNoPatternIsRefusedAndNamed(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new EventPattern(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"job", "job.completed", "a.b.c.d", "video_1.done", "2fa.sent", "job-run.step-1", "A"})
    void aTypeIsAPatternThatMatchesItself(String text) {
        assertThat(new EventPattern(text).matches(text)).isTrue();
    }

    @Test
    void lengthIsBounded() {
        assertThat(new EventPattern("a".repeat(126) + ".*").matches("a".repeat(126) + ".b"))
                .isTrue();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new EventPattern("a".repeat(127) + ".*"))
                .withMessageContaining("at most 128 characters");
    }
}
