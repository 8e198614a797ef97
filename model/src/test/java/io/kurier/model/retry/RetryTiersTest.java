package io.kurier.model.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.model.retry.RetryTiers.Tier;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTiersTest {
    private static final RetryTiers LADDER = RetryTiers.parse("1s 5s 30s 2m 10m 1h 6h");

    @ParameterizedTest
    @CsvSource({
        "-1, lane",
        "0, lane",
        "999, lane",
        "1000, 1s",
        "4999, 1s",
        "5000, 5s",
        "29999, 5s",
        "30000, 30s",
        "119999, 30s",
        "120000, 2m",
        "600000, 10m",
        "3599999, 10m",
        "3600000, 1h",
        "21599999, 1h",
        "21600000, 6h",
        "36000000, 6h",
        "604800000, 6h"
    })
    void theLargestTierThatFitsIsNext(long remainingMs, String expected) {
        assertThat(LADDER.next(5_000_000, 5_000_000 + remainingMs)
                        .map(Tier::name)
                        .orElse("lane"))
                .isEqualTo(expected);
    }

    @Test
    void aTierLetsGoAQuarterSecondEarly() {
        assertThat(new Tier("5s", Duration.ofSeconds(5)).releaseAtMs(1_000)).isEqualTo(5_750);
    }

    @Test
    void delaysKeepTheirOrder() {
        assertThat(LADDER.delays().keySet()).containsExactly("1s", "5s", "30s", "2m", "10m", "1h", "6h");
        assertThat(LADDER.delays()).containsEntry("2m", Duration.ofMinutes(2));
    }

    @Test
    void commasAndSpacesBothSeparate() {
        assertThat(RetryTiers.parse(" 1s,5s ,  30s\t2m ").delays().keySet()).containsExactly("1s", "5s", "30s", "2m");
    }

    @Test
    void theListOfTiersIsACopy() {
        var tiers = new java.util.ArrayList<>(List.of(new Tier("1s", Duration.ofSeconds(1))));
        RetryTiers ladder = new RetryTiers(tiers);
        tiers.clear();

        assertThat(ladder.tiers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1s 1s", "60s 1m", "5s 1s", "250ms", "200ms 1s", "0s", "1s x", "1s 5"})
    void whatDoesNotRiseOrIsNoDurationIsRefused(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> RetryTiers.parse(text));
    }

    @Test
    void aLadderWithoutTiersIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new RetryTiers(List.of()));
    }

    @Test
    void theSmallestTierAboveTheEarlyQuarterSecondIsAccepted() {
        assertThat(RetryTiers.parse("251ms").tiers()).hasSize(1);
    }
}
