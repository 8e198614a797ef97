package io.kurier.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kurier.runtime.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Test;

class PausablePollTest {
    private static final TopicPartition OPEN = new TopicPartition("t", 0);
    private static final TopicPartition PAUSED = new TopicPartition("t", 1);
    private static final Duration WAIT = Duration.ofMillis(2);

    private final TestClock clock = new TestClock();
    private final List<Duration> waits = new ArrayList<>();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            waits.add(timeout);
            return super.poll(timeout);
        }
    };

    private void assign() {
        consumer.assign(List.of(OPEN, PAUSED));
        consumer.updateBeginningOffsets(Map.of(OPEN, 0L, PAUSED, 0L));
    }

    @Test
    void theConsumerWaitsWhileNothingIsPaused() {
        assign();

        PausablePoll.poll(consumer, WAIT, clock);

        assertThat(waits).containsExactly(WAIT);
        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void theConsumerNeverWaitsWhileSomethingIsPaused() {
        assign();
        consumer.pause(List.of(PAUSED));

        assertThat(PausablePoll.poll(consumer, WAIT, clock)).isEmpty();
        assertThat(clock.nanoTime()).as("the clock waited instead").isEqualTo(WAIT.toNanos());
        consumer.addRecord(new ConsumerRecord<>("t", 0, 0, new byte[0], new byte[0]));
        assertThat(PausablePoll.poll(consumer, WAIT, clock)).hasSize(1);

        assertThat(waits).containsExactly(Duration.ZERO, Duration.ZERO);
        assertThat(clock.nanoTime())
                .as("a poll that finds records does not wait")
                .isEqualTo(WAIT.toNanos());
    }

    @Test
    void anInterruptedWaitThrowsAsTheConsumerDoes() {
        assign();
        consumer.pause(List.of(PAUSED));
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptException.class).isThrownBy(() -> PausablePoll.poll(consumer, WAIT, clock));
        assertThat(Thread.interrupted()).as("the flag stays set").isTrue();
    }
}
