package io.kurier.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.runtime.time.ProcessClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PausablePollTest {
    private static final TopicPartition OPEN = new TopicPartition("t", 0);
    private static final TopicPartition PAUSED = new TopicPartition("t", 1);
    private static final Duration WAIT = Duration.ofMillis(2);

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

        PausablePoll.poll(consumer, WAIT);

        assertThat(waits).containsExactly(WAIT);
    }

    @Test
    void theConsumerNeverWaitsWhileSomethingIsPaused() {
        assign();
        consumer.pause(List.of(PAUSED));

        assertThat(PausablePoll.poll(consumer, WAIT)).isEmpty();
        consumer.addRecord(new ConsumerRecord<>("t", 0, 0, new byte[0], new byte[0]));
        assertThat(PausablePoll.poll(consumer, WAIT)).hasSize(1);

        assertThat(waits).containsExactly(Duration.ZERO, Duration.ZERO);
    }

    @Test
    void aGivenClockWaitsWhileSomethingIsPaused() throws Exception {
        List<Duration> slept = new ArrayList<>();
        ProcessClock clock = new ProcessClock() {
            @Override
            public Instant instant() {
                return Instant.EPOCH;
            }

            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public void sleep(Duration pause) {
                slept.add(pause);
            }
        };
        assign();
        PausablePoll.poll(consumer, WAIT, clock);
        assertThat(slept).isEmpty();
        consumer.pause(List.of(PAUSED));

        assertThat(PausablePoll.poll(consumer, WAIT, clock)).isEmpty();
        assertThat(slept).containsExactly(WAIT);
        consumer.addRecord(new ConsumerRecord<>("t", 0, 0, new byte[0], new byte[0]));
        assertThat(PausablePoll.poll(consumer, WAIT, clock)).hasSize(1);

        assertThat(slept).containsExactly(WAIT);
        assertThat(waits).containsExactly(WAIT, Duration.ZERO, Duration.ZERO);
    }
}
