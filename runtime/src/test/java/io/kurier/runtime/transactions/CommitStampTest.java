package io.kurier.runtime.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitStampTest {
    private final CommitStamp stamp = new CommitStamp("0123abcd", 71);

    @Test
    void thePayloadReadsBackWhateverItHolds() {
        assertThat(CommitStamp.payload(stamp.before("a:b::c"))).contains("a:b::c");
        assertThat(CommitStamp.payload(stamp.before(""))).contains("");
    }

    @Test
    void isOnWhatItStampedAndOnNothingElse() {
        assertThat(stamp.isOn(stamp.before("payload"))).isTrue();
        assertThat(new CommitStamp("0123abcd", 72).isOn(stamp.before("payload")))
                .isFalse();
        assertThat(new CommitStamp("0123abcd", 1).isOn(stamp.before(""))).isFalse();
        assertThat(new CommitStamp("other", 71).isOn(stamp.before("payload"))).isFalse();
        assertThat(stamp.isOn("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k1", "k1:", "k1:a:b", "k2:a:b:payload", "payload", ":::"})
    void whatKurierDidNotWriteHasNoPayload(String metadata) {
        assertThat(CommitStamp.payload(metadata)).isEmpty();
    }

    @Test
    void neverTakesMoreThanItsShare() {
        assertThat(new CommitStamp("01234567", Long.MAX_VALUE).before("")).hasSizeLessThanOrEqualTo(64);
    }
}
