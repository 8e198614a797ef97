package io.kurier.scheduler.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RemainingLettersTest {
    private final RemainingLetters letters = new RemainingLetters(2);

    @Test
    void partitionsAreTakenOneAfterTheOtherInRisingOffsets() {
        letters.add(0, new long[] {});
        letters.add(1, new long[] {4, 9});

        assertThat(letters.count()).isEqualTo(2);
        assertThat(letters.nextPartition()).hasValue(1);
        assertThat(letters.nextOffset(1)).isEqualTo(4);
        letters.skipBelow(1, 5);
        assertThat(letters.nextOffset(1)).isEqualTo(9);
        letters.skipBelow(1, 10);
        assertThat(letters.isEmpty()).isTrue();
    }

    @Test
    void skippingBackwardsChangesNothing() {
        letters.add(0, new long[] {4, 9});
        letters.skipBelow(0, 5);
        letters.skipBelow(0, 0);

        assertThat(letters.nextOffset(0)).isEqualTo(9);
        assertThat(letters.contains(0, 4)).isFalse();
        assertThat(letters.contains(0, 9)).isTrue();
        assertThat(letters.contains(0, 10)).isFalse();
    }

    @Test
    void anotherReplaysTakingIsRememberedOnlyOfLettersThatAreLeft() {
        letters.add(0, new long[] {4, 9});
        letters.skipBelow(0, 5);
        letters.takenByOther(0, 4);
        letters.takenByOther(0, 9);
        letters.takenByOther(0, 77);
        letters.takenByOther(5, 1);

        assertThat(letters.isTakenByOther(0, 4)).isFalse();
        assertThat(letters.isTakenByOther(0, 9)).isTrue();
        assertThat(letters.isTakenByOther(0, 77)).isFalse();
        assertThat(letters.count()).as("it is still passed, and counted then").isEqualTo(1);
    }

    @Test
    void lettersTakenBeforeTheirPartitionIsScannedAreNotAdded() {
        letters.takenByOther(1, 9);
        letters.add(1, new long[] {4, 9});

        assertThat(letters.count()).isEqualTo(1);
        assertThat(letters.contains(1, 9)).isFalse();
    }
}
