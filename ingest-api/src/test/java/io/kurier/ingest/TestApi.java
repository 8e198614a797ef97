package io.kurier.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.deliverylog.DeadLetterView;
import io.kurier.ingest.config.IngestApiConfig;
import io.kurier.ingest.http.Routes;
import io.kurier.model.secret.SecretBox;
import io.kurier.runtime.KurierRuntime;
import io.kurier.runtime.config.EgressSettings;
import io.kurier.runtime.config.Settings;
import io.kurier.runtime.kafka.ConfiguredKafkaClients;
import io.kurier.runtime.kafka.KafkaSettings;
import io.kurier.schemas.Event;
import io.kurier.schemas.wire.UnknownSchemaException;
import io.kurier.schemas.wire.UnreadableRecordException;
import io.kurier.sender.SenderConfig;
import io.kurier.testkit.kafka.BrokerFixture;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One API on a broker, with bounds small enough to reach. Tests keep apart by {@link #caller() tenants}. */
final class TestApi implements AutoCloseable {
    static final String KEY = "the-key-of-the-operator";
    static final int MAX_EVENT_BYTES = 150_000;
    static final int MAX_BODY_BYTES = 400_000;

    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final BrokerFixture broker;
    private final String prefix;
    private final KurierRuntime runtime;
    private final IngestApi api;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** One record of the topic {@code events}. */
    record Stored(String key, Event event) {
        String data() {
            return UTF_8.decode(event.getData().duplicate()).toString();
        }
    }

    private TestApi(BrokerFixture broker, String prefix, Map<String, String> overrides) {
        this.broker = broker;
        this.prefix = prefix;
        Map<String, String> given = new HashMap<>();
        // many tests from one address
        given.put("KURIER_WRONG_KEYS_PER_MINUTE", "0");
        given.putAll(Map.of(
                KafkaSettings.BOOTSTRAP_SERVERS,
                broker.bootstrapServers(),
                KafkaSettings.PARTITIONS,
                "2",
                "KURIER_TOPIC_PREFIX",
                prefix,
                IngestApiConfig.LISTEN,
                "127.0.0.1:0",
                IngestApiConfig.OPERATOR_KEY,
                KEY,
                "KURIER_MAX_EVENT_BYTES",
                Integer.toString(MAX_EVENT_BYTES),
                "KURIER_MAX_BODY_BYTES",
                Integer.toString(MAX_BODY_BYTES)));
        given.putAll(overrides);
        Settings settings = Settings.parse(
                given,
                List.of(
                        KafkaSettings.definition(),
                        IngestApiConfig.definition(),
                        EgressSettings.definition(),
                        SenderConfig.definition(),
                        DeadLetterView.definition()));
        KafkaSettings kafka = KafkaSettings.from(settings);
        this.runtime = start(kafka);
        this.api = new IngestApi(runtime, IngestApiConfig.from(settings), settings).start();
    }

    private static KurierRuntime start(KafkaSettings kafka) {
        try {
            return KurierRuntime.start(
                    kafka,
                    new ConfiguredKafkaClients(kafka.client()),
                    SecretBox.withKey("a3VyaWVyIHRlc3RzIHdpdGggdGhpcyBvbmUga2V5ISE="),
                    InstantSource.system());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    static TestApi start(BrokerFixture broker) {
        return new TestApi(broker, broker.uniquePrefix(), Map.of());
    }

    /** One more on the same topics, with some settings of its own. */
    TestApi another(Map<String, String> overrides) {
        return new TestApi(broker, prefix, overrides);
    }

    KurierRuntime runtime() {
        return runtime;
    }

    Routes routes() {
        return api.routes();
    }

    int port() {
        return api.port();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + api.port() + path);
    }

    /** Who acts for a tenant of its own. */
    ApiCaller caller() {
        return new ApiCaller(this, "t" + TENANTS.incrementAndGet());
    }

    /** Who holds that key. */
    Holder holder(String key) {
        return new Holder(this, key);
    }

    Holder operator() {
        return holder(KEY);
    }

    /** Registers a tenant of its own name and tells it. */
    String tenant() {
        String id = caller().tenant();
        operator().post("/tenants", "{\"id\":\"" + id + "\"}").is(201);
        return id;
    }

    /** The answer, which is as the contract has it. */
    Answer send(HttpRequest.Builder builder) {
        try {
            HttpRequest request = builder.timeout(PATIENCE).build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            Answer answer = new Answer(response.statusCode(), response.headers(), response.body());
            new Exchange(request, answer).check();
            return answer;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the bytes as they are and reads until the server closes; ask it to with {@code connection: close}. */
    String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    /** What the topic holds for the tenant. */
    List<Stored> events(String tenant) {
        var codec = runtime.codec(Event.class);
        List<Stored> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                broker.readAll(runtime.topics().events())) {
            try {
                Event event = codec.decode(record.value());
                if (event.getTenant().equals(tenant)) {
                    found.add(new Stored(new String(record.key(), UTF_8), event));
                }
            } catch (UnreadableRecordException e) {
                // what is put back from quarantine is as unreadable as it was
                continue;
            } catch (UnknownSchemaException e) {
                throw new AssertionError("unreadable event at offset " + record.offset(), e);
            }
        }
        return found;
    }

    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return broker.readAll(topic);
    }

    void stop() {
        api.close();
    }

    @Override
    public void close() {
        api.close();
        runtime.close();
    }
}
