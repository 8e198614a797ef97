package io.kurier.dispatcher.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.schemas.Delivery;
import io.kurier.schemas.Event;
import io.kurier.schemas.WebhookRecord;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.kurier.schemas.wire.WriterSchemas;
import io.kurier.testkit.Fuzzer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever stands in a record is an event or unreadable, in bounded memory: no partition stops. Repeat with {@code -Dseed}. */
class EventDecoderPropertyTest {
    private static final int RUNS = 20_000;
    private static final int LONG_RUNS = 5_000_000;
    /** Avro makes room for a text of 32 MiB when its length says so, before it looks whether it is there. */
    private static final long MOST_BYTES = 48 << 20;

    private static final int BYTES_PER_BYTE = 200;
    private static final List<String> NAMES = List.of(
            "content-type",
            "kurier-tenant",
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_time",
            "ce_subject",
            "ce_jobid");
    private static final List<byte[]> TEXTS = bytes(
            "application/json",
            "application/json; charset=utf-8",
            "application/cloudevents+json",
            "application/avro",
            "acme",
            "1.0",
            "7",
            "/source",
            "job.done",
            "2026-01-31T10:00:00Z");

    private final RecordCodec<Event> codec = new RecordCodec<>(Event.class, new WriterSchemas());
    private final EventDecoder reader =
            new EventDecoder(new TopicCatalog("k.", 1, Map.of(), Map.of("acme.in", "acme")), codec, null);
    private int read;

    private static List<byte[]> bytes(String... texts) {
        List<byte[]> all = new ArrayList<>();
        for (String text : texts) {
            all.add(text.getBytes(UTF_8));
        }
        return all;
    }

    private List<byte[]> values() {
        List<byte[]> all = bytes(
                "{\"type\":\"job.done\",\"job_id\":\"j\",\"data\":{\"n\":1.0,\"s\":\"\\u00e9\"},\"id\":\"mine\"}",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"a\",\"data\":{\"n\": 1}}");
        all.add(codec.encode(Event.newBuilder()
                .setId("mine")
                .setTenant("acme")
                .setType("job.done")
                .setJobId("j")
                .setTime(Instant.ofEpochMilli(1))
                .setData(ByteBuffer.wrap("{\"n\":1}".getBytes(UTF_8)))
                .build()));
        all.add(new byte[] {0, 0, 0, 0, 7, 2, 3});
        return all;
    }

    @Test
    void anyRecordIsAnEventOrUnreadable() {
        run(RUNS);
    }

    @Test
    @Tag("long")
    void anyRecordIsAnEventOrUnreadableForLong() {
        run(LONG_RUNS);
    }

    private void run(int runs) {
        Fuzzer fuzzer = new Fuzzer(EventDecoderPropertyTest.class, MOST_BYTES, BYTES_PER_BYTE);
        fuzzer.run(runs / 2, values(), value -> read(fuzzer, value));
        assertThat(read).as("events among %s runs", runs).isGreaterThan(runs / 500);
        List<RecordCodec<?>> codecs = List.of(
                codec,
                new RecordCodec<>(Delivery.class, new WriterSchemas()),
                new RecordCodec<>(WebhookRecord.class, new WriterSchemas()));
        fuzzer.run(runs / 2, values(), value -> {
            for (RecordCodec<?> any : codecs) {
                try {
                    any.decode(value);
                } catch (UnreadableRecordException | UnknownSchemaException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        });
    }

    /** Headers that make sense, or any. */
    private static RecordHeaders headers(Fuzzer fuzzer) {
        RecordHeaders headers = new RecordHeaders();
        int kind = fuzzer.random().nextInt(4);
        if (kind == 0) {
            return headers;
        }
        if (kind < 3) {
            return (RecordHeaders) headers.add("content-type", TEXTS.get(kind));
        }
        for (String name : NAMES) {
            if (fuzzer.random().nextBoolean()) {
                boolean isSpoilt = fuzzer.random().nextInt(8) == 0;
                byte[] text = TEXTS.get(fuzzer.random().nextInt(TEXTS.size()));
                headers.add(name, isSpoilt ? fuzzer.mutated(TEXTS) : text);
            }
        }
        return headers;
    }

    private void read(Fuzzer fuzzer, byte[] value) throws Exception {
        String topic = fuzzer.random().nextBoolean() ? "k.events" : "acme.in";
        try {
            Event event = reader.read(new ConsumerRecord<>(
                    topic,
                    3,
                    42,
                    fuzzer.random().nextLong(),
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    null,
                    fuzzer.random().nextInt(50) == 0 ? null : value,
                    headers(fuzzer),
                    Optional.empty()));
            read++;
            assertThat(event.getId()).isNotEmpty();
            assertThat(event.getTenant()).matches("[a-z0-9][a-z0-9_-]{0,63}");
        } catch (UnreadableRecordException | UnknownSchemaException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
