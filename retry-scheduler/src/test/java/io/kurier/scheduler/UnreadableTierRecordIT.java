package io.kurier.scheduler;

import static io.kurier.scheduler.SchedulerFixture.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kurier.runtime.health.Check;
import io.kurier.scheduler.tier.TierLoop;
import io.kurier.schemas.Delivery;
import io.kurier.schemas.SchemaRecord;
import io.kurier.schemas.wire.WriterSchemas;
import io.kurier.testkit.kafka.KafkaExtension;
import io.kurier.testkit.kafka.ManualClock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UnreadableTierRecordIT {
    private static final ManualClock CLOCK = new ManualClock();

    @RegisterExtension
    private static final KafkaExtension KAFKA = KafkaExtension.perClass(CLOCK);

    @AutoClose
    private final SchedulerFixture fixture = new SchedulerFixture(KAFKA.broker(), CLOCK);

    private RetryScheduler scheduler;
    private String tier;

    @BeforeEach
    void install() throws Exception {
        scheduler = fixture.startScheduler();
        tier = fixture.topics.retry("10m");
    }

    private Optional<Check> schemaCheck() {
        return scheduler.health().stream()
                .filter(check -> check.name().equals("tiers-schema"))
                .findFirst();
    }

    @Test
    void goesToQuarantineByteForByteAndItsPartitionMovesOn() {
        byte[] garbage = {(byte) 0xc3, 1, 2, 3};
        fixture.send(tier, 0, fixture.delivery("before", 0));
        fixture.send(tier, 0, "wh_9", garbage);
        fixture.send(tier, 0, fixture.delivery("after", 0));
        CLOCK.advance(Duration.ofMinutes(10));

        await().atMost(PATIENCE).until(() -> fixture.lanes().size() == 2);

        assertThat(fixture.laneIds()).containsExactly("dlv_before", "dlv_after");
        List<ConsumerRecord<byte[], byte[]>> quarantined = KAFKA.broker().readAll(fixture.topics.quarantine());
        assertThat(quarantined).hasSize(1);
        assertThat(quarantined.get(0).value()).isEqualTo(garbage);
        assertThat(quarantined.get(0).key()).isEqualTo("wh_9".getBytes(UTF_8));
        assertThat(header(quarantined.get(0), "kurier-topic")).isEqualTo(tier);
        assertThat(header(quarantined.get(0), "kurier-partition")).isEqualTo("0");
        assertThat(header(quarantined.get(0), "kurier-offset")).isEqualTo("1");
        assertThat(header(quarantined.get(0), "kurier-why")).contains("Delivery");
        assertThat(schemaCheck()).isEmpty();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    @Test
    void anUnknownSchemaStopsOnlyItsPartitionUntilItIsAnnounced() {
        Schema later = laterSchema();
        fixture.send(tier, 0, fixture.delivery("before", 0));
        fixture.send(tier, 0, "wh_1", as(later, fixture.delivery("later", 0)));
        fixture.send(tier, 0, fixture.delivery("behind", 0));
        fixture.send(tier, 1, fixture.delivery("other", 0));
        CLOCK.advance(Duration.ofMinutes(10));

        await().atMost(PATIENCE)
                .until(() -> fixture.lanes().size() == 2 && schemaCheck().isPresent());

        assertThat(fixture.laneIds()).containsExactlyInAnyOrder("dlv_before", "dlv_other");
        assertThat(KAFKA.broker().readAll(fixture.topics.quarantine())).isEmpty();
        assertThat(schemaCheck().orElseThrow().ok()).isFalse();
        assertThat(schemaCheck().orElseThrow().detail()).contains(tier + "-0 offset 1");
        assertThat(KAFKA.broker()
                        .committed(fixture.topics.named(TierLoop.GROUP))
                        .get(new TopicPartition(tier, 0))
                        .offset())
                .isEqualTo(1);

        fixture.send(
                fixture.topics.schemas(),
                0,
                "later",
                fixture.runtime.codec(SchemaRecord.class).encode(new SchemaRecord("Delivery", later.toString())));

        await().atMost(PATIENCE).until(() -> fixture.lanes().size() == 4);
        assertThat(fixture.laneIds())
                .containsSubsequence("dlv_before", "dlv_later", "dlv_behind")
                .hasSize(4);
        await().atMost(PATIENCE).until(() -> schemaCheck().isEmpty());
        assertThat(KAFKA.broker().readAll(fixture.topics.quarantine())).isEmpty();
    }

    /** Ours with another symbol: the same bytes, another fingerprint. */
    private static Schema laterSchema() {
        return new Schema.Parser()
                .parse(Delivery.getClassSchema()
                        .toString()
                        .replace("\"symbols\":[\"UNKNOWN\",\"PARKED\"", "\"symbols\":[\"UNKNOWN\",\"WAITS\""));
    }

    private byte[] as(Schema writer, Delivery delivery) {
        byte[] bytes = fixture.encode(delivery);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(2, WriterSchemas.fingerprint(writer));
        return bytes;
    }
}
