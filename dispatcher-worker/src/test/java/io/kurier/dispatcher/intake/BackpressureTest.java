package io.kurier.dispatcher.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.offsets.OffsetMetadata;
import io.kurier.dispatcher.offsets.OpenOffsets;
import io.kurier.dispatcher.offsets.PartitionAssignment;
import io.kurier.testkit.ManualProcessClock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackpressureTest {
    private static final TopicPartition ONE = new TopicPartition("events", 1);
    private static final TopicPartition TWO = new TopicPartition("events", 2);

    private final ManualProcessClock clock = new ManualProcessClock();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final PartitionAssignment one = assignment(ONE);
    private final PartitionAssignment two = assignment(TWO);
    private boolean isBackedUp;
    private final Backpressure backpressure = new Backpressure(10, 1_000, () -> isBackedUp, clock::nanoTime);

    private static PartitionAssignment assignment(TopicPartition partition) {
        return new PartitionAssignment(
                PartitionAssignment.Path.EVENTS, partition, new OpenOffsets(0, OffsetMetadata.NOTHING), 0);
    }

    private boolean apply() {
        return backpressure.apply(consumer, List.of(one, two));
    }

    @BeforeEach
    void assign() {
        consumer.assign(List.of(ONE, TWO));
    }

    @Test
    void aPartitionWithTooMuchUnsettledPausesAloneUntilHalfIsSettled() {
        one.receive(9, 9);
        assertThat(apply()).isFalse();
        one.receive(1, 1);
        assertThat(apply()).isTrue();
        assertThat(consumer.paused()).containsExactly(ONE);

        for (int i = 0; i < 5; i++) {
            one.release(1);
            assertThat(apply()).as("%d unsettled", one.unsettled()).isTrue();
        }
        one.release(1);

        assertThat(apply()).isFalse();
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void tooManyBytesOfAllPartitionsPauseAll() {
        one.receive(1, 600);
        two.receive(1, 400);
        assertThat(apply()).isFalse();

        two.receive(1, 1);
        assertThat(apply()).isTrue();
        assertThat(consumer.paused()).containsExactlyInAnyOrder(ONE, TWO);

        two.release(401);
        assertThat(apply()).isFalse();
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void nothingIsReadWhileTooMuchWaitsForItsCommit() {
        isBackedUp = true;
        assertThat(apply()).isTrue();
        assertThat(consumer.paused()).containsExactlyInAnyOrder(ONE, TWO);

        isBackedUp = false;
        assertThat(apply()).isFalse();
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void aPartitionThatWaitsForASchemaPausesAloneAndIsTriedAgainEachSecond() {
        assertThat(backpressure.stuck(ONE, "fingerprint 1"))
                .as("it did not wait before")
                .isTrue();
        assertThat(apply()).isTrue();
        assertThat(consumer.paused()).containsExactly(ONE);
        clock.advance(Duration.ofSeconds(1));
        assertThat(apply()).isTrue();

        clock.advance(Duration.ofNanos(1));
        assertThat(apply()).isFalse();
        assertThat(backpressure.stuck(ONE, "fingerprint 1"))
                .as("it waits again")
                .isFalse();
        assertThat(apply()).isTrue();
        assertThat(backpressure.stuck()).containsOnlyKeys(ONE);

        backpressure.notStuck(ONE);
        assertThat(apply()).isFalse();
        assertThat(backpressure.stuck()).isEmpty();
    }
}
