package io.kurier.scheduler.replay;

import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.kafka.EndOffsets;
import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.runtime.kafka.PausablePoll;
import io.kurier.runtime.time.ProcessClock;
import io.kurier.schemas.DeadLetter;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic of entries and takings, {@code dead-letters} or {@code held}: once through, to find the offsets of those a replay means that are still dead,
 * and then those again. Memory: the ids of one partition at a time, then eight bytes an entry. One thread.
 */
final class DeadLetterScan implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterScan.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long NOT_MEANT = -1;

    private final KafkaClients kafka;
    private final ProcessClock clock;
    private final Consumer<byte[], byte[]> reader;
    private final RecordCodec<DeadLetter> codec;
    private final Runnable onRead;
    private final List<TopicPartition> partitions;

    /**
     * @param onRead called with each read of a long scan, so that its owner stays a member of its group
     */
    DeadLetterScan(KurierRuntime runtime, String topic, Runnable onRead) {
        this.onRead = onRead;
        this.kafka = runtime.kafka();
        this.clock = runtime.clock();
        this.reader = kafka.reader();
        this.codec = runtime.codec(DeadLetter.class);
        this.partitions = reader.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
                .toList();
    }

    /** End offset of each partition, now, with what open transactions wrote. */
    List<Long> ends() throws InterruptedException {
        Map<TopicPartition, Long> ends = EndOffsets.of(kafka, partitions);
        return partitions.stream()
                .map(partition -> ends.getOrDefault(partition, 0L))
                .toList();
    }

    /**
     * The entries below the ends that match and are still dead, with all that was taken until now. Waits for the end of
     * transactions that are open now.
     *
     * @return of each partition, rising offsets
     */
    List<long[]> stillDead(Predicate<DeadLetter> isMeant, List<Long> ends) throws InterruptedException {
        List<long[]> found = new ArrayList<>();
        List<Long> now = ends();
        for (TopicPartition partition : partitions) {
            found.add(stillDead(isMeant, partition, ends.get(partition.partition()), now.get(partition.partition())));
        }
        return found;
    }

    private long[] stillDead(Predicate<DeadLetter> isMeant, TopicPartition partition, long end, long readTo) {
        Map<String, Long> last = new HashMap<>();
        reader.assign(List.of(partition));
        reader.seekToBeginning(List.of(partition));
        while (reader.position(partition) < readTo) {
            onRead.run();
            for (ConsumerRecord<byte[], byte[]> record : PausablePoll.poll(reader, POLL, clock)) {
                DeadLetter letter = read(record);
                if (letter == null) {
                    continue;
                }
                boolean meant = record.offset() < end && isMeant.test(letter);
                last.put(letter.getDeliveryId(), meant ? record.offset() : NOT_MEANT);
            }
        }
        long[] offsets = last.values().stream()
                .mapToLong(Long::longValue)
                .filter(offset -> offset != NOT_MEANT)
                .toArray();
        Arrays.sort(offsets);
        return offsets;
    }

    /** The records at some of these rising offsets, from the first on; at least one if there is any. */
    List<ConsumerRecord<byte[], byte[]>> at(int partition, long[] offsets, int from, int limit) {
        TopicPartition wanted = partitions.get(partition);
        reader.assign(List.of(wanted));
        reader.seek(wanted, offsets[from]);
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        while (found.isEmpty() && reader.position(wanted) <= offsets[offsets.length - 1]) {
            for (ConsumerRecord<byte[], byte[]> record : PausablePoll.poll(reader, POLL, clock)) {
                if (found.size() < limit && Arrays.binarySearch(offsets, record.offset()) >= 0) {
                    found.add(record);
                }
            }
        }
        return found;
    }

    @Nullable
    DeadLetter read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return codec.decode(record.value());
        } catch (UnreadableRecordException | UnknownSchemaException e) {
            log.error(
                    "{} partition {} offset {} is passed over: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.toString());
            return null;
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
