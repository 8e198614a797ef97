package io.kurier.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Our serializers against a real registry server, and against a client nobody here wrote, both ways. Run by the profile
 * {@code registry-server}, which fetches both; {@code node} and {@code npm} must be on the path.
 */
@Tag("registry")
@EnabledIfSystemProperty(named = "kurier.registry.home", matches = ".+")
class RegistryServerST {
    private static final String SUBJECT = "kurier.events-value";
    private static Path work;
    private static RegistryServer server;

    @BeforeAll
    static void start() throws Exception {
        work = Path.of("target", "registry-server-st").toAbsolutePath();
        deleteAll(work);
        Files.createDirectories(work);
        server = new RegistryServer(Path.of(System.getProperty("kurier.registry.home")), work);
        server.start();
        for (String file : List.of("package.json", "client.js")) {
            Files.copy(Path.of("src", "test", "js", file), work.resolve(file));
        }
        run(List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void deleteAll(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var paths = Files.walk(folder)) {
                paths.sorted(java.util.Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    private static String run(List<String> command) throws Exception {
        Path errors = work.resolve("command.log");
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectError(errors.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(() -> read(errors)).isZero();
        return out;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String client(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "client.js", args[0], server.url()));
        command.addAll(List.of(args).subList(1, args.length));
        return run(command);
    }

    /** Ours, unless the profile {@code confluent} puts Confluent's in its place. */
    @SuppressWarnings("unchecked")
    private static Serializer<Object> serializer() throws Exception {
        Serializer<Object> serializer = (Serializer<Object>)
                made(System.getProperty("kurier.serializer", KurierAvroSerializer.class.getName()));
        serializer.configure(Map.of("schema.registry.url", server.url()), false);
        return serializer;
    }

    private static Object made(String type) throws Exception {
        return Class.forName(type).getConstructor().newInstance();
    }

    @SuppressWarnings("unchecked")
    private static Deserializer<Object> deserializer() throws Exception {
        Deserializer<Object> deserializer = (Deserializer<Object>)
                made(System.getProperty("kurier.deserializer", KurierAvroDeserializer.class.getName()));
        deserializer.configure(Map.of("schema.registry.url", server.url(), "specific.avro.reader", true), false);
        return deserializer;
    }

    private static RegistryClient registry() {
        return new RegistryClient(RegistrySettings.from(Map.of("schema.registry.url", server.url())));
    }

    private static Event event(String id) {
        return Event.newBuilder()
                .setId(id)
                .setTenant("acme")
                .setType("job.completed")
                .setJobId("jöb-1")
                .setTime(Instant.parse("2026-01-02T03:04:05.678901Z"))
                .setData(ByteBuffer.wrap("{\"n\":1}".getBytes(UTF_8)))
                .build();
    }

    @Test
    void theOtherClientReadsWhatWeWrite() throws Exception {
        byte[] ours = serializer().serialize("kurier.events", event("ours"));
        JsonNode read =
                new ObjectMapper().readTree(client("decode", HexFormat.of().formatHex(ours)));
        assertThat(read.path("id").asText()).isEqualTo("ours");
        assertThat(read.path("job_id").asText()).isEqualTo("jöb-1");
        assertThat(read.path("time").asLong()).isEqualTo(1_767_323_045_678_901L);
        assertThat(read.path("data").asText()).isEqualTo("{\"n\":1}");
        assertThat(read.path("webhooks_offset").asLong()).isEqualTo(-1);
    }

    @Test
    void weReadWhatTheOtherClientWrites() throws Exception {
        String schema = Files.readString(Path.of("src", "main", "avro", "Event.avsc"));
        String payload =
                "{\"id\":\"theirs\",\"tenant\":\"acme\",\"type\":\"job.completed\",\"job_id\":\"jöb-1\",\"time\":1767323045678901,"
                        + "\"data\":{\"$text\":\"{\\\"n\\\":1}\"}}";
        byte[] theirs = HexFormat.of().parseHex(client("encode", "theirs-value", schema, payload));
        assertThat(deserializer().deserialize("theirs", theirs)).isEqualTo(event("theirs"));
        // the worker's own way
        Event read = new RecordCodec<>(Event.class, new WriterSchemas())
                .decode(theirs, ConfluentFraming.HEAD, registry().byId(ConfluentFraming.id(theirs)));
        assertThat(read).isEqualTo(event("theirs"));
    }

    @Test
    void schemasEvolveWithinWhatTheRegistryAllows() throws Exception {
        String subject = "evolving-value";
        RegistryClient registry = registry();
        int first = registry.register(subject, Event.getClassSchema());
        HttpResponse<String> config = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + "/config/" + subject))
                                .header("content-type", "application/vnd.schemaregistry.v1+json")
                                .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(config.statusCode()).isEqualTo(200);

        Schema later = with(new Schema.Field("later", Schema.create(Schema.Type.STRING), null, "unknown"));
        GenericRecord written = new GenericData.Record(later);
        Event event = event("evolved");
        for (Schema.Field field : Event.getClassSchema().getFields()) {
            written.put(field.name(), event.get(field.pos()));
        }
        written.put("time", 1_767_323_045_678_901L);
        written.put("later", "something");
        byte[] bytes = serializer().serialize("evolving", written);
        assertThat(ConfluentFraming.id(bytes)).isNotEqualTo(first);
        assertThat(registry.latest(subject, Duration.ZERO).id()).isEqualTo(ConfluentFraming.id(bytes));
        assertThat(deserializer().deserialize("evolving", bytes)).isEqualTo(event("evolved"));
        assertThat(registry.lookup(subject, Event.getClassSchema())).isEqualTo(first);

        Schema breaking = with(new Schema.Field("required", Schema.create(Schema.Type.STRING), null, (Object) null));
        assertThatThrownBy(() -> registry.register(subject, breaking)).isInstanceOf(RegistryRefusedException.class);
    }

    private static Schema with(Schema.Field more) {
        Schema own = Event.getClassSchema();
        Schema schema = Schema.createRecord(own.getName(), null, own.getNamespace(), false);
        List<Schema.Field> fields = new ArrayList<>();
        own.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(more);
        schema.setFields(fields);
        return schema;
    }

    @Test
    void withTheServerKilledKnownIdsGoOnAndUnknownOnesWait() throws Exception {
        Serializer<Object> serializer = serializer();
        Deserializer<Object> deserializer = deserializer();
        byte[] before = serializer.serialize("kurier.events", event("before"));
        deserializer.deserialize("kurier.events", before);
        assertThatThrownBy(() -> registry().byId(1_000_000)).isInstanceOf(RegistryRefusedException.class);

        server.kill();
        assertThat(deserializer.deserialize("kurier.events", serializer.serialize("kurier.events", event("down"))))
                .isEqualTo(event("down"));
        Deserializer<Object> fresh = deserializer();
        assertThatThrownBy(() -> fresh.deserialize("kurier.events", before)).isInstanceOf(KafkaException.class);

        server.start();
        assertThat(fresh.deserialize("kurier.events", before)).isEqualTo(event("before"));
        assertThat(registry().lookup(SUBJECT, Event.getClassSchema())).isEqualTo(ConfluentFraming.id(before));
    }
}
