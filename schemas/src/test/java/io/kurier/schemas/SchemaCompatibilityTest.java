package io.kurier.schemas;

import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.schemas.wire.OwnSchemas;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every schema must read what each released version wrote, and be read by it: processes of two versions run side by side
 * during an upgrade, and a rollback reads what the newer one left. A release adds its schemas as a folder of their own;
 * released ones are never edited.
 */
class SchemaCompatibilityTest {
    private static final List<String> RELEASES = List.of("0.1");
    /** In the order in which they refer to each other. */
    private static final List<String> FILES =
            List.of("Event", "Delivery", "Attempt", "DeadLetter", "Webhook", "Replay", "SchemaRecord");

    private static Map<String, Schema> released(String release, UnaryOperator<String> edit) {
        Schema.Parser parser = new Schema.Parser();
        Map<String, Schema> schemas = new LinkedHashMap<>();
        for (String file : FILES) {
            Schema schema = parser.parse(edit.apply(text("/released/" + release + "/" + file + ".avsc")));
            schemas.put(schema.getFullName(), schema);
        }
        return schemas;
    }

    private static Map<String, Schema> released(String release) {
        return released(release, text -> text);
    }

    private static String text(String resource) {
        try (InputStream in = SchemaCompatibilityTest.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What would go wrong between two versions of the schemas; empty when nothing. */
    private static List<String> breaks(Map<String, Schema> ours, Map<String, Schema> theirs) {
        List<String> breaks = new ArrayList<>();
        theirs.forEach((name, their) -> {
            Schema our = ours.get(name);
            if (our == null) {
                breaks.add(name + " is gone");
                return;
            }
            breaks.addAll(unreadable(our, their, "reads what was released"));
            breaks.addAll(unreadable(their, our, "is read by what was released"));
        });
        return breaks;
    }

    private static List<String> unreadable(Schema reader, Schema writer, String direction) {
        var found = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        return found.getType() == COMPATIBLE
                ? List.of()
                : found.getResult().getIncompatibilities().stream()
                        .map(why -> reader.getName() + " no longer " + direction + ": " + why.getMessage() + " at "
                                + why.getLocation())
                        .toList();
    }

    private static Map<String, Schema> own() {
        Map<String, Schema> own = new LinkedHashMap<>();
        OwnSchemas.ALL.forEach(schema -> own.put(schema.getFullName(), schema));
        return own;
    }

    static List<String> releases() {
        return RELEASES;
    }

    @ParameterizedTest
    @MethodSource("releases")
    void everySchemaReadsWhatWasReleasedAndIsReadByIt(String release) {
        assertThat(breaks(own(), released(release))).isEmpty();
    }

    @Test
    void everySchemaOfOursWasReleasedOrIsNewButListed() {
        assertThat(own().keySet()).containsAll(released("0.1").keySet());
        assertThat(FILES).hasSameSizeAs(released("0.1").keySet());
    }

    /** The proof that the test above can fail: each edit of a schema is a change that would lose records. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // a field without default goes: the released version can't read us
                "{\"name\": \"webhook_id\", \"type\": \"string\"}, |  | is read by what was released",
                // another type
                "{\"name\": \"due_at_ms\", \"type\": \"long\" | {\"name\": \"due_at_ms\", \"type\": \"string\" | reads what was released",
                "{\"name\": \"run\", \"type\": \"int\" | {\"name\": \"run\", \"type\": \"long\" | is read by what was released",
                // a field without default comes: we can't read the released version
                "{\"name\": \"tenant\", \"type\": \"string\"} | {\"name\": \"tenant\", \"type\": \"string\"}, {\"name\": \"zone\", \"type\": \"string\"} | reads what was released",
                // another name
                "\"name\": \"due_at_ms\" | \"name\": \"due_ms\" | reads what was released"
            })
    void aChangeThatLosesRecordsIsCaught(String before, String after, String caught) {
        String with = after == null ? "" : after;
        var changed = released("0.1", text -> text.replace(before, with));

        assertThat(changed).as("the edit changes something").isNotEqualTo(released("0.1"));
        assertThat(breaks(changed, released("0.1"))).isNotEmpty().anyMatch(found -> found.contains(caught));
        assertThat(breaks(released("0.1"), released("0.1"))).isEmpty();
    }

    @Test
    void aRemovedSchemaIsCaught() {
        var fewer = released("0.1");
        fewer.remove(Delivery.getClassSchema().getFullName());

        assertThat(breaks(fewer, released("0.1"))).containsExactly("io.kurier.schemas.Delivery is gone");
    }

    @Test
    void aNewFieldWithADefaultAndANewSymbolOfAnEnumWithOneAreNoBreaks() {
        var changed = released("0.1", text -> text.replace(
                        "{\"name\": \"run\", \"type\": \"int\"",
                        "{\"name\": \"zone\", \"type\": \"string\", \"default\": \"\"}, {\"name\": \"run\", \"type\": \"int\"")
                .replace("\"REPLAY\"]", "\"REPLAY\", \"HURRIED\"]"));

        assertThat(changed).isNotEqualTo(released("0.1"));
        assertThat(breaks(changed, released("0.1"))).isEmpty();
    }

    @Test
    void bytesOfTheNextVersionAreReadOnceItsSchemaIsAnnounced() throws Exception {
        Schema next = released("0.1", text -> text.replace(
                                "{\"name\": \"run\", \"type\": \"int\"",
                                "{\"name\": \"zone\", \"type\": \"string\"}, {\"name\": \"run\", \"type\": \"int\"")
                        .replace("\"REPLAY\"]", "\"REPLAY\", \"HURRIED\"]"))
                .get(Delivery.getClassSchema().getFullName());
        byte[] bytes = writtenBy(next);
        WriterSchemas known = new WriterSchemas();
        known.add(next);

        Delivery read = new RecordCodec<>(Delivery.class, known).decode(bytes);

        assertThat(read.getId()).isEqualTo("dlv_1_2");
        assertThat(read.getRun()).isEqualTo(3);
        assertThat(read.getEvent())
                .isEqualTo(Event.newBuilder(Examples.event())
                        .clearClientId()
                        .clearExpiresAtMs()
                        .clearOneOff()
                        .build());
        assertThat(read.getReason()).as("a symbol we don't know").isEqualTo(Waiting.UNKNOWN);
    }

    private static byte[] writtenBy(Schema next) throws IOException {
        GenericData data = new GenericData();
        Event event = Examples.event();
        GenericRecord fact = new GenericData.Record(next.getField("event").schema());
        fact.put("id", event.getId());
        fact.put("tenant", event.getTenant());
        fact.put("type", event.getType());
        fact.put("job_id", event.getJobId());
        fact.put(
                "time",
                event.getTime().getEpochSecond() * 1_000_000 + event.getTime().getNano() / 1_000);
        fact.put("data", event.getData());
        fact.put("webhooks_offset", event.getWebhooksOffset());
        GenericRecord delivery = new GenericData.Record(next);
        delivery.put("id", "dlv_1_2");
        delivery.put("event", fact);
        delivery.put("webhook_id", "wh_2");
        delivery.put("zone", "eu");
        delivery.put("run", 3);
        delivery.put("attempts", 7);
        delivery.put("run_attempts", 2);
        delivery.put("due_at_ms", 1L);
        delivery.put(
                "reason", new GenericData.EnumSymbol(next.getField("reason").schema(), "HURRIED"));
        var buffer = new BinaryMessageEncoder<GenericRecord>(data, next).encode(delivery);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
