package io.kurier.dispatcher.offsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kurier.runtime.transactions.TransactionalWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenOffsetsTest {
    private final OpenOffsets offsets = new OpenOffsets(0, OffsetMetadata.NOTHING);

    @Test
    void theLowestOpenOffsetIsCommittedAndTheMetadataNamesTheSettledOnesAboveIt() {
        OpenOffsets.Slot first = open(offsets, 0);
        open(offsets, 1);
        OpenOffsets.Slot third = open(offsets, 2);
        offsets.settle(third);

        assertThat(offsets.base()).isZero();
        assertThat(offsets.metadata().end()).isEqualTo(3);
        assertThat(offsets.metadata().open()).containsOnlyKeys(0L, 1L);

        offsets.settle(first);
        assertThat(offsets.base()).isEqualTo(1);
    }

    @Test
    void whenAllIsSettledTheBaseIsBehindTheGapThatWasRead() {
        offsets.settle(open(offsets, 0));
        offsets.skipTo(5);

        assertThat(offsets.base()).isEqualTo(5);
        assertThat(offsets.metadata().encode(5)).isEmpty();
    }

    @Test
    void aSuccessorProcessesOpenOffsetsAndNoOthers() {
        open(offsets, 0);
        offsets.settle(open(offsets, 1));
        open(offsets, 2);
        offsets.settle(open(offsets, 3));

        OpenOffsets successor = new OpenOffsets(offsets.base(), offsets.metadata());

        assertThat(List.of(0L, 1L, 2L, 3L, 4L)).filteredOn(successor::arrives).containsExactly(0L, 2L, 4L);
    }

    @Test
    void anOpenOffsetWhoseRecordIsGoneDoesNotHoldTheBaseBack() {
        open(offsets, 0);
        offsets.settle(open(offsets, 1));
        OpenOffsets successor = new OpenOffsets(offsets.base(), offsets.metadata());

        assertThat(successor.arrives(7)).isTrue();
        successor.settle(open(successor, 7));

        assertThat(successor.base()).isEqualTo(8);
        assertThat(successor.metadata().encode(8)).isEmpty();
    }

    @Test
    void settlingTwiceIsABug() {
        OpenOffsets.Slot slot = open(offsets, 0);
        offsets.settle(slot);

        assertThatIllegalStateException().isThrownBy(() -> offsets.settle(slot)).withMessageContaining("offset 0");
    }

    @Test
    void oneEventCanAlwaysBeOpenedAndManyWideOnesCannot() {
        assertThat(offsets.fits(0, 100, 1L << 60)).isTrue();
        long next = 0;
        while (offsets.fits(next, 100, 1L << 40)) {
            offsets.open(next++, 100, 1L << 40);
        }
        assertThat(next).isBetween(2L, 10L);
    }

    /** Between two that stay open, many are settled: the gap that remains takes more room than each had at first. */
    @Test
    void stragglersFarApartStillFit() {
        List<OpenOffsets.Slot> done = new ArrayList<>();
        long next = 0;
        while (next < 1_000_000 && offsets.fits(next, 1, 0)) {
            OpenOffsets.Slot slot = open(offsets, next);
            if (next++ % 60 != 0) {
                done.add(slot);
            } else {
                done.forEach(offsets::settle);
                done.clear();
            }
        }
        done.forEach(offsets::settle);
        offsets.settle(offsets.open(next, 1, 0));

        assertThat(offsets.openCount()).isGreaterThan(1_000);
        assertThat(text()).hasSizeLessThanOrEqualTo(TransactionalWriter.MAX_PAYLOAD);
    }

    @Test
    void halfSettledWideEventsStillFit() {
        long highest = 1L << 30;
        for (long next = 0; offsets.fits(next, 1, highest); next++) {
            offsets.settleUpTo(offsets.open(next, 1, highest), highest);
        }

        assertThat(offsets.openCount()).isGreaterThan(100);
        assertThat(text()).hasSizeLessThanOrEqualTo(TransactionalWriter.MAX_PAYLOAD);
    }

    private String text() {
        return offsets.metadata().encode(offsets.base());
    }

    private static OpenOffsets.Slot open(OpenOffsets offsets, long offset) {
        return offsets.open(offset, 1, 0);
    }
}
