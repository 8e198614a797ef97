package io.kurier.scheduler.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.model.retry.RetryTiers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class TierQueueTest {
    private static final RetryTiers.Tier TIER = new RetryTiers.Tier("1s", Duration.ofSeconds(1));
    private static final long RELEASED_AFTER_MS = 750;

    private final TierQueue queue = new TierQueue(TIER);

    private static ConsumerRecord<byte[], byte[]> record(long offset, long appendedAtMs, int bytes) {
        return new ConsumerRecord<>(
                "t",
                0,
                offset,
                appendedAtMs,
                TimestampType.LOG_APPEND_TIME,
                0,
                bytes,
                new byte[0],
                new byte[bytes],
                new RecordHeaders(),
                Optional.empty());
    }

    private List<Long> due(long nowMs, int limit) {
        return queue.due(nowMs, limit).stream().map(ConsumerRecord::offset).toList();
    }

    @Test
    void aRecordIsDueExactlyWhenItsTierReleasesIt() {
        queue.add(List.of(record(0, 10_000, 1)));

        assertThat(due(10_000 + RELEASED_AFTER_MS - 1, 10)).isEmpty();
        assertThat(due(10_000 + RELEASED_AFTER_MS, 10)).containsExactly(0L);
    }

    @Test
    void aRecordBehindOneThatIsNotDueWaitsEvenIfTheBrokersClockWentBack() {
        queue.add(List.of(record(0, 10_000, 1), record(1, 9_000, 1)));

        assertThat(due(9_000 + RELEASED_AFTER_MS, 10)).isEmpty();
        assertThat(due(10_000 + RELEASED_AFTER_MS, 10)).containsExactly(0L, 1L);
    }

    @Test
    void theLimitBoundsTheRecordsAndZeroAllowsNone() {
        queue.add(List.of(record(0, 0, 1), record(1, 0, 1), record(2, 0, 1)));

        assertThat(due(5_000, 2)).containsExactly(0L, 1L);
        assertThat(due(5_000, 0)).isEmpty();
    }

    @Test
    void dueRecordsStayUntilTheyAreRemovedAndTheirBytesWithThem() {
        queue.add(List.of(record(0, 0, 5), record(1, 0, 7)));
        queue.add(List.of(record(2, 0, 11)));

        due(5_000, 10);
        assertThat(List.of(queue.size(), (int) queue.bytes())).containsExactly(3, 23);
        queue.remove(2);

        assertThat(List.of(queue.size(), (int) queue.bytes())).containsExactly(1, 11);
        assertThat(due(5_000, 10)).containsExactly(2L);
    }
}
