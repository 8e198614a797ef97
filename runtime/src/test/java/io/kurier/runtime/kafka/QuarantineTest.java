package io.kurier.runtime.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.schemas.topics.TopicSpec;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class QuarantineTest {
    private static final int MANY = Quarantine.MAX_BYTES + 1;

    private static ConsumerRecord<byte[], byte[]> record(int key, int value, int headers) {
        RecordHeaders own = new RecordHeaders();
        own.add("h", new byte[headers]);
        return new ConsumerRecord<>(
                "events",
                3,
                42,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[key],
                new byte[value],
                own,
                Optional.empty());
    }

    private static ProducerRecord<byte[], byte[]> kept(ConsumerRecord<byte[], byte[]> record, String why) {
        ProducerRecord<byte[], byte[]> kept = Quarantine.of("quarantine", record, why);
        // the same estimate by which the producer refuses a record
        assertThat(AbstractRecords.estimateSizeInBytesUpperBound(
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        Compression.of(CompressionType.NONE).build().type(),
                        kept.key(),
                        kept.value(),
                        kept.headers().toArray()))
                .as("the producer takes it")
                .isLessThan(TopicSpec.MAX_MESSAGE_BYTES);
        return kept;
    }

    private static Quarantine.Origin origin(ProducerRecord<byte[], byte[]> kept) {
        return Quarantine.origin(new ConsumerRecord<>(
                        kept.topic(),
                        0,
                        0,
                        0,
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        kept.key(),
                        kept.value(),
                        kept.headers(),
                        Optional.empty()))
                .orElseThrow();
    }

    @Test
    void whatFitsIsKeptByteForByte() {
        ProducerRecord<byte[], byte[]> kept = kept(record(10, 5 * 1024 * 1024, 20), "why");
        assertThat(kept.key()).hasSize(10);
        assertThat(kept.value()).hasSize(5 * 1024 * 1024);
        assertThat(kept.headers().lastHeader("h").value()).hasSize(20);
        assertThat(origin(kept)).isEqualTo(new Quarantine.Origin("why", "events", 3, 42, false, 1));
    }

    @Test
    void ofWhatDoesNotFitTheValueIsLeftOutFirstThenHeadersThenTheKey() {
        ProducerRecord<byte[], byte[]> noValue = kept(record(10, MANY, 20), "why");
        assertThat(noValue.value()).isNull();
        assertThat(noValue.key()).hasSize(10);
        assertThat(origin(noValue)).isEqualTo(new Quarantine.Origin("why", "events", 3, 42, true, 1));

        ProducerRecord<byte[], byte[]> noHeaders = kept(record(10, 30, MANY), "why");
        assertThat(noHeaders.value()).isNull();
        assertThat(noHeaders.key()).hasSize(10);
        assertThat(origin(noHeaders)).isEqualTo(new Quarantine.Origin("why", "events", 3, 42, true, 0));

        ProducerRecord<byte[], byte[]> noKey = kept(record(MANY, 30, 20), "why");
        assertThat(noKey.key()).isNull();
        assertThat(noKey.value()).isNull();
        assertThat(origin(noKey).tooLarge()).isTrue();
    }

    @Test
    void partsThatFitOneByOneButNotTogetherAreNotKeptTogether() {
        int each = Quarantine.MAX_BYTES / 2;
        ProducerRecord<byte[], byte[]> kept = kept(record(each, each, each), "why");
        assertThat(kept.key()).hasSize(each);
        assertThat(kept.value()).isNull();
        assertThat(origin(kept).ownHeaders()).isZero();
    }

    @Test
    void aReasonThatCitesAWholeRecordIsCut() {
        byte[] long_ = new byte[MANY];
        Arrays.fill(long_, (byte) 'w');
        assertThat(origin(kept(record(1, 1, 1), new String(long_, UTF_8))).why())
                .hasSizeLessThan(20_000)
                .endsWith("…");
    }
}
