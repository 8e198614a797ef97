package io.kurier.dispatcher.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.offsets.OffsetMetadata;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.RecentIdsMark;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommittedProgressTest {
    private static final TopicPartition PARTITION = new TopicPartition("events", 0);
    private static final String STAMP = "k1:writer:1:";

    private static OpenOffsets read(long offset, String metadata) {
        return CommittedProgress.openOffsets(PARTITION, new OffsetAndMetadata(offset, metadata));
    }

    private static String payloadWithOpen(long base, long open, long end) {
        OffsetMetadata.Builder builder = new OffsetMetadata.Builder(base, end);
        builder.open(base, OffsetMetadata.Settled.upTo(-1));
        builder.open(open, OffsetMetadata.Settled.upTo(-1));
        return builder.build().encode(base);
    }

    @Test
    void aPartitionThatWasNeverCommittedStartsAtItsBeginning() {
        OpenOffsets offsets = CommittedProgress.openOffsets(PARTITION, null);

        assertThat(offsets.base()).isZero();
        assertThat(offsets.arrives(0)).isTrue();
        assertThat(CommittedProgress.lowestRememberedId(null)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", STAMP})
    void aCommitWithoutAPayloadMeansThatNothingAboveIsSettled(String metadata) {
        OpenOffsets offsets = read(7, metadata);

        assertThat(offsets.base()).isEqualTo(7);
        assertThat(offsets.arrives(7)).isTrue();
        assertThat(offsets.arrives(8)).isTrue();
    }

    @Test
    void whatTheFormerOwnerSettledAboveTheOffsetIsNotRepeated() {
        OpenOffsets offsets = read(7, STAMP + payloadWithOpen(7, 9, 11) + RecentIdsMark.of(7, 3));

        assertThat(offsets.base()).isEqualTo(7);
        assertThat(offsets.arrives(7)).isTrue();
        offsets.open(7, 1, 0);
        assertThat(offsets.arrives(8)).isFalse();
        assertThat(offsets.arrives(9)).isTrue();
        offsets.open(9, 1, 0);
        assertThat(offsets.arrives(10)).isFalse();
        assertThat(offsets.arrives(11)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {STAMP + "garbage", "written by another program"})
    void metadataThatCannotBeReadRepeatsFromTheOffsetOn(String metadata) {
        OpenOffsets offsets = read(7, metadata);

        assertThat(offsets.base()).isEqualTo(7);
        assertThat(offsets.arrives(7)).isTrue();
        assertThat(offsets.arrives(8)).isTrue();
    }

    @Test
    void aPayloadBesideAnotherOffsetIsNotBelieved() {
        OpenOffsets offsets = read(6, STAMP + payloadWithOpen(7, 9, 11));

        assertThat(offsets.arrives(6)).isTrue();
        assertThat(offsets.arrives(8)).isTrue();
    }

    @Test
    void theLowestRememberedIdIsTheOffsetItselfWithoutAMark() {
        assertThat(CommittedProgress.lowestRememberedId(new OffsetAndMetadata(7, STAMP)))
                .isEqualTo(7);
        assertThat(CommittedProgress.lowestRememberedId(new OffsetAndMetadata(7, STAMP + RecentIdsMark.of(7, 3))))
                .isEqualTo(3);
    }
}
