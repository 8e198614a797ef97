package io.kurier.dispatcher.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueAdmissionTest {
    @Test
    void aSlowQueueLeavesTheRestOfAPartitionToOtherQueues() {
        QueueAdmission.Bounds bounds =
                new QueueAdmission.Bounds(500, 16, Duration.ofSeconds(60), Duration.ofSeconds(1));
        QueueAdmission.Load slow = new QueueAdmission.Load(10, 0, 2_000);
        assertThat(QueueAdmission.decide(slow, bounds.at(500, 1_000))).isEqualTo(QueueAdmission.JOIN);
        assertThat(QueueAdmission.decide(slow, bounds.at(501, 1_000))).isEqualTo(QueueAdmission.LEAVE);
        assertThat(QueueAdmission.decide(new QueueAdmission.Load(10, 0, 900), bounds.at(999, 1_000)))
                .isEqualTo(QueueAdmission.JOIN);
    }

    private static final QueueAdmission.Bounds BOUNDS =
            new QueueAdmission.Bounds(10, 3, Duration.ofSeconds(1), Duration.ofMillis(500));

    @ParameterizedTest(name = "{0} waiting, {1} behind the job, {2} ms: {3}")
    @CsvSource({
        "0, 0, 0, JOIN",
        "9, 2, 1000, JOIN",
        "10, 0, 0, HOLD_BACK",
        "10, 2, 500, HOLD_BACK",
        "10, 0, 501, LEAVE",
        "0, 3, 0, LEAVE",
        "0, 0, 1000.5, LEAVE",
        "10, 3, 2000, LEAVE",
    })
    void aDeliveryJoinsWithinEveryBoundAndAFullQueueHoldsBackOnlyWhileItIsFast(
            int waiting, int behindJob, double estimatedWaitMs, QueueAdmission expected) {
        assertThat(QueueAdmission.decide(new QueueAdmission.Load(waiting, behindJob, estimatedWaitMs), BOUNDS))
                .isEqualTo(expected);
    }
}
