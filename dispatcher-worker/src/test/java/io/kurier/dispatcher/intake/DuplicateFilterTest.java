package io.kurier.dispatcher.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kurier.dispatcher.Samples;
import io.kurier.dispatcher.config.IdempotencySettings;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.UnknownSchemaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class DuplicateFilterTest {
    private static final int BASE = 5;

    private final List<Event> events =
            LongStream.range(0, BASE).mapToObj(i -> Samples.event("j", (int) i)).toList();
    /** Offsets of records whose schema nobody knows yet. */
    private final Set<Long> unknown = new HashSet<>();

    private static DuplicateFilter ids(Duration readBack) {
        return new DuplicateFilter(
                new IdempotencySettings.Bounds(100, Duration.ofHours(1), readBack), ProcessClock.system(), 0, BASE);
    }

    private static List<ConsumerRecord<byte[], byte[]>> from(long offset) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (long i = offset; i < BASE; i++) {
            records.add(new ConsumerRecord<>("events", 0, i, null, new byte[0]));
        }
        return records;
    }

    private DecodedRecord decode(ConsumerRecord<byte[], byte[]> record) throws UnknownSchemaException {
        if (unknown.contains(record.offset())) {
            throw new UnknownSchemaException("the registry has not answered yet");
        }
        return new DecodedRecord.OfEvent(record.offset(), 0, events.get((int) record.offset()), null);
    }

    private boolean isKnown(DuplicateFilter ids, int event) {
        return ids.check(new DecodedRecord.OfEvent(BASE + 1, 0, events.get(event), null), 0)
                instanceof DecodedRecord.Duplicate;
    }

    @Test
    void aRecordThatWaitsForItsSchemaIsReadBackWhenItIsThere() throws Exception {
        DuplicateFilter ids = ids(Duration.ofMinutes(5));
        RecentIdsRecovery recovery = ids.recovery();
        unknown.add(2L);

        for (int i = 0; i < 3; i++) {
            long from = i == 0 ? 0 : 2;
            DuplicateFilter.WaitsForSchemaException unread = catchThrowableOfType(
                    DuplicateFilter.WaitsForSchemaException.class,
                    () -> ids.recover(recovery, from(from), this::decode));
            assertThat(unread.offset).isEqualTo(2);
            assertThat(unread).hasMessageContaining("has not answered yet");
        }
        unknown.clear();
        assertThat(recovery.endsStep(ids.recover(recovery, from(2), this::decode), System.nanoTime()))
                .isTrue();
        assertThat(recovery.isDone()).isTrue();
        ids.recovered(recovery);

        for (int event = 0; event < BASE; event++) {
            assertThat(isKnown(ids, event)).as("event %d", event).isTrue();
        }
    }

    @Test
    void whenTheTimeIsUpARecordThatWaitsIsDoneWithout() throws Exception {
        DuplicateFilter ids = ids(Duration.ZERO);
        RecentIdsRecovery recovery = ids.recovery();
        unknown.add(2L);

        assertThat(recovery.endsStep(ids.recover(recovery, from(0), this::decode), System.nanoTime()))
                .isTrue();
        ids.recovered(recovery);

        assertThat(isKnown(ids, 1)).isTrue();
        assertThat(isKnown(ids, 2)).isFalse();
        assertThat(isKnown(ids, 3)).isTrue();
    }
}
