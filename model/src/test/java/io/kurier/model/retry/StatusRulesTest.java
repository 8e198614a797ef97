package io.kurier.model.retry;

import static io.kurier.model.retry.StatusRules.Verdict.GIVE_UP;
import static io.kurier.model.retry.StatusRules.Verdict.RETRY;
import static io.kurier.model.retry.StatusRules.Verdict.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusRulesTest {
    @ParameterizedTest
    @CsvSource({"199, RETRY", "200, SUCCESS", "299, SUCCESS", "301, RETRY", "404, RETRY", "410, GIVE_UP", "503, RETRY"})
    void unlessToldOtherwiseOnlyGoneIsFinal(int status, StatusRules.Verdict verdict) {
        assertThat(StatusRules.STANDARD.judge(status)).isEqualTo(verdict);
    }

    /** As the media-downloader and soundhash guides have it. */
    @Test
    void aStatusGoesBeforeItsClass() {
        StatusRules rules = new StatusRules(List.of(), List.of("429"), List.of("4xx"));

        assertThat(rules.judge(429)).isEqualTo(RETRY);
        assertThat(rules.judge(404)).isEqualTo(GIVE_UP);
        assertThat(rules.judge(204)).isEqualTo(SUCCESS);
        assertThat(rules.judge(500))
                .as("named by nobody, where only 429 is tried again")
                .isEqualTo(GIVE_UP);
    }

    /** As the imggo guide has it. */
    @Test
    void whoNamesASuccessHasNoOther() {
        StatusRules rules = new StatusRules(List.of("200"), List.of(), List.of());

        assertThat(rules.judge(200)).isEqualTo(SUCCESS);
        assertThat(rules.judge(202)).isEqualTo(RETRY);
        assertThat(rules.judge(410)).isEqualTo(RETRY);
    }

    @Test
    void aTwoHundredCanBeTakenOut() {
        assertThat(new StatusRules(List.of(), List.of("202"), List.of()).judge(202))
                .isEqualTo(RETRY);
        assertThat(new StatusRules(List.of(), List.of(), List.of("204")).judge(204))
                .isEqualTo(GIVE_UP);
        assertThat(new StatusRules(List.of("3xx"), List.of(), List.of()).judge(307))
                .isEqualTo(SUCCESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "20", "600", "6xx", "2XX", "099", "2000", "-200", "xx", "2xx "})
    void anythingElseIsNoStatus(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StatusRules(List.of(text), List.of(), List.of()))
                .withMessageContaining("expected");
    }
}
