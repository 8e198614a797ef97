package io.kurier.dispatcher.decoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.model.EventRules;
import io.kurier.model.Ids;
import io.kurier.schemas.Event;
import io.kurier.schemas.registry.KurierAvroSerializer;
import io.kurier.schemas.registry.RegistryClient;
import io.kurier.schemas.registry.RegistrySettings;
import io.kurier.schemas.registry.RegistryUnavailableException;
import io.kurier.schemas.registry.TestRegistry;
import io.kurier.schemas.topics.TopicCatalog;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.kurier.schemas.wire.WriterSchemas;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventDecoderTest {
    private static final TopicCatalog TOPICS = new TopicCatalog("k.", 1, Map.of(), Map.of("acme.in", "acme"));
    private static final long AT = Instant.parse("2026-01-31T10:00:00Z").toEpochMilli();
    private static final String PLAIN = "{\"type\":\"job.done\",\"job_id\":\"j\",\"data\":{\"n\": 1.0}}";

    private final TestRegistry registry = new TestRegistry();
    private final RecordCodec<Event> codec = new RecordCodec<>(Event.class, new WriterSchemas());
    private final EventDecoder reader = new EventDecoder(
            TOPICS,
            codec,
            new RegistrySchemas(
                    new RegistryClient(RegistrySettings.from(Map.of(RegistrySettings.URL, registry.url()))),
                    System::nanoTime,
                    new SimpleMeterRegistry()));
    private final EventDecoder without = new EventDecoder(TOPICS, codec, null);

    @AfterEach
    void stop() {
        reader.close();
        registry.close();
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, byte[] value, String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return new ConsumerRecord<>(
                topic, 3, 42, AT, TimestampType.CREATE_TIME, 0, 0, null, value, all, Optional.empty());
    }

    private Event shared(byte[] value, String... headers) throws Exception {
        return reader.read(record("k.events", value, headers));
    }

    private Event bound(byte[] value, String... headers) throws Exception {
        return reader.read(record("acme.in", value, headers));
    }

    private byte[] framed(Object value) {
        KurierAvroSerializer serializer = new KurierAvroSerializer();
        serializer.configure(Map.of(RegistrySettings.URL, registry.url()), false);
        return serializer.serialize("k.events", value);
    }

    private static Event event(String tenant) {
        return Event.newBuilder()
                .setId("mine")
                .setTenant(tenant)
                .setType("job.done")
                .setJobId("j")
                .setTime(Instant.ofEpochMilli(AT))
                .setData(ByteBuffer.wrap("{\"n\": 1.0}".getBytes(UTF_8)))
                .build();
    }

    private static String data(Event event) {
        return UTF_8.decode(event.getData().duplicate()).toString();
    }

    @Test
    void ourRecordIsReadInEitherFraming() throws Exception {
        for (byte[] value : new byte[][] {codec.encode(event("acme")), framed(event("acme"))}) {
            Event read = shared(value, "content-type", "application/json");
            assertThat(read.getId()).isEqualTo(Ids.eventFor("acme", "mine"));
            assertThat(read.getTenant()).isEqualTo("acme");
            assertThat(data(read)).isEqualTo("{\"n\":1}");
        }
        assertThatThrownBy(() -> without.read(record("k.events", framed(event("acme")))))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("KURIER_SCHEMA_REGISTRY_URL names no registry");
    }

    @Test
    void plainJsonIsReadByItsContentType() throws Exception {
        Event read = shared(PLAIN.getBytes(UTF_8), "content-type", "application/json; charset=utf-8");
        assertThat(read.getTenant()).isEqualTo("default");
        assertThat(read.getJobId()).isEqualTo("j");
        assertThat(read.getTime()).isEqualTo(Instant.ofEpochMilli(AT));
        assertThat(read.getWebhooksOffset()).isEqualTo(-1);
        assertThat(data(read)).isEqualTo("{\"n\":1}");
        assertThat(Ids.isEvent(read.getId())).isTrue();
        assertThat(shared(PLAIN.getBytes(UTF_8), "content-type", "application/json")
                        .getId())
                .as("read again after a crash")
                .isEqualTo(read.getId());
        assertThatThrownBy(() -> shared(PLAIN.getBytes(UTF_8)))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("content-type: application/json");
        assertThatThrownBy(() -> shared("{}".getBytes(UTF_8), "content-type", "application/json"))
                .hasMessageContaining("type: is missing");
    }

    @Test
    void theTenantIsTheTopicsOrTheHeadersOrTheDefault() throws Exception {
        byte[] json = PLAIN.getBytes(UTF_8);
        String[] type = {"content-type", "application/json"};
        assertThat(bound(json, type).getTenant()).isEqualTo("acme");
        assertThat(bound(json, "content-type", "application/json", "kurier-tenant", "acme")
                        .getTenant())
                .isEqualTo("acme");
        assertThat(shared(json, "content-type", "application/json", "kurier-tenant", "other")
                        .getTenant())
                .isEqualTo("other");
        assertThat(bound(codec.encode(event(""))).getTenant()).isEqualTo("acme");
        assertThat(bound(codec.encode(event("acme"))).getTenant()).isEqualTo("acme");
        assertThatThrownBy(() -> bound(json, "content-type", "application/json", "kurier-tenant", "other"))
                .hasMessageContaining("'other'")
                .hasMessageContaining("belongs to 'acme'");
        assertThatThrownBy(() -> bound(codec.encode(event("other")))).hasMessageContaining("belongs to 'acme'");
        assertThatThrownBy(() -> shared(json, "content-type", "application/json", "kurier-tenant", "A B"))
                .hasMessageContaining("kurier-tenant is 'A B', expected 1 to 64 lower-case");
        assertThatThrownBy(() -> shared(codec.encode(event("")))).isInstanceOf(UnreadableRecordException.class);
    }

    /** Avro's time has room for years that no receiver can read. */
    @Test
    void anUnreadableTimeIsRefusedAsByTheHttpApi() throws Exception {
        Event event = event("acme");
        for (String time : List.of("1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z")) {
            event.setTime(Instant.parse(time));
            assertThat(shared(codec.encode(event)).getTime()).isEqualTo(time);
        }
        for (long micros : new long[] {-1, 253_402_300_800_000_000L, Long.MAX_VALUE, Long.MIN_VALUE}) {
            event.setTime(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
            for (long doors : new long[] {-1, 0}) {
                event.setWebhooksOffset(doors);
                assertThatThrownBy(() -> shared(codec.encode(event)))
                        .isInstanceOf(UnreadableRecordException.class)
                        .hasMessage("time is '" + event.getTime() + "', expected a time from 1970 to 9999");
            }
        }
    }

    @Test
    void aTypeThatIsTooLongIsToldHowLongItMayBe() {
        Event event = event("acme");
        event.setType("a".repeat(129));
        assertThatThrownBy(() -> shared(codec.encode(event)))
                .hasMessageContaining("expected words")
                .hasMessageContaining("hyphens")
                .hasMessageContaining("128");
    }

    /** In a shared topic only the door sets it; in a tenant's own nobody may, since data is then taken on trust. */
    @Test
    void inATenantsTopicNothingIsTakenOnTrust() throws Exception {
        Event claims = event("acme");
        claims.setWebhooksOffset(0);
        Event read = bound(codec.encode(claims));
        assertThat(read.getWebhooksOffset()).isEqualTo(-1);
        assertThat(data(read)).isEqualTo("{\"n\":1}");
        claims.setData(ByteBuffer.wrap(new byte[] {'{'}));
        assertThatThrownBy(() -> bound(codec.encode(claims))).hasMessageContaining("Invalid JSON");
    }

    /** It could be read, but the delivery that waits would fit no record: no transaction with it would ever end well. */
    @Test
    void dataTooLargeToBeWrittenAgainIsRefusedWhoeverSaysThatTheDoorWroteIt() throws Exception {
        Event claims = event("acme");
        claims.setWebhooksOffset(0);
        claims.setData(ByteBuffer.wrap(new byte[EventRules.MAX_DATA_BYTES]));
        assertThat(shared(codec.encode(claims)).getData().remaining()).isEqualTo(EventRules.MAX_DATA_BYTES);
        claims.setData(ByteBuffer.wrap(new byte[EventRules.MAX_DATA_BYTES + 1]));
        assertThatThrownBy(() -> shared(codec.encode(claims)))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("data has 3145729 bytes, expected at most 3145728");
    }

    @Test
    void cloudEventsInBothModes() throws Exception {
        Event binary = shared(
                "{\"n\": 1}".getBytes(UTF_8),
                "ce_specversion",
                "1.0",
                "ce_id",
                "1",
                "ce_source",
                "/s",
                "ce_type",
                "a.b",
                "ce_time",
                "2026-01-02T03:04:05Z",
                "content-type",
                "application/json",
                "kurier-tenant",
                "acme");
        assertThat(binary.getType()).isEqualTo("a.b");
        assertThat(binary.getTenant()).isEqualTo("acme");
        assertThat(binary.getTime()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(data(binary)).isEqualTo("{\"n\":1}");

        String json = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"a.b\",\"data\":{\"n\": 1}}";
        Event structured = bound(json.getBytes(UTF_8), "content-type", "application/cloudevents+json; charset=UTF-8");
        assertThat(structured.getId()).as("the same by either mode").isEqualTo(binary.getId());
        assertThat(data(structured)).isEqualTo("{\"n\":1}");

        assertThatThrownBy(() -> shared(json.getBytes(UTF_8), "content-type", "application/cloudevents-batch+json"))
                .hasMessageContaining("expected application/cloudevents+json");
        assertThatThrownBy(() -> shared(new byte[] {1}, "ce_specversion", "1.0", "ce_id", "1"))
                .isInstanceOf(UnreadableRecordException.class);
        assertThatThrownBy(() -> shared(
                        new byte[] {'x'},
                        "ce_specversion",
                        "1.0",
                        "ce_id",
                        "1",
                        "ce_source",
                        "/s",
                        "ce_type",
                        "a",
                        "content-type",
                        "text/plain"))
                .hasMessageContaining("text/plain");
    }

    @Test
    void dataOfACloudEventMayBeAvroOfAnySchema() throws Exception {
        Schema schema = SchemaBuilder.record("shop.Order")
                .fields()
                .requiredString("sku")
                .optionalInt("count")
                .endRecord();
        byte[] value = framed(new GenericRecordBuilder(schema)
                .set("sku", "a-1")
                .set("count", 2)
                .build());
        String[] headers = {
            "ce_specversion", "1.0", "ce_id", "1", "ce_source", "/s", "ce_type", "order.made", "content-type", ""
        };
        for (String type : new String[] {"application/avro", "avro/binary", "application/vnd.shop.order+avro"}) {
            headers[9] = type;
            assertThat(data(shared(value, headers))).isEqualTo("{\"sku\":\"a-1\",\"count\":2}");
        }
        assertThatThrownBy(() -> shared(new byte[] {1, 2, 3}, headers)).hasMessageContaining("Confluent's framing");
        assertThatThrownBy(() -> shared(value))
                .as("no CloudEvent, and no event")
                .hasMessageContaining("no Event");
    }

    @Test
    void anUnknownIdWaitsWhileTheRegistryIsDownAndKnownOnesGoOn() throws Exception {
        byte[] known = framed(event("acme"));
        shared(known);
        byte[] unknown = {0, 0, 0, 0x12, 0x34, 0};
        registry.down(true);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> shared(unknown)).isInstanceOf(RegistryUnavailableException.class);
        }
        assertThat(shared(known).getTenant()).isEqualTo("acme");
        registry.down(false);
        long began = System.nanoTime();
        Throwable last = null;
        while (!(last instanceof UnreadableRecordException) && System.nanoTime() - began < 20_000_000_000L) {
            last = org.assertj.core.api.Assertions.catchThrowable(() -> shared(unknown));
        }
        assertThat(last).isInstanceOf(UnreadableRecordException.class).hasMessageContaining("4660");
    }
}
