package io.kurier.runtime.control;

import io.kurier.runtime.kafka.KafkaClients;
import io.kurier.schemas.SchemaRecord;
import io.kurier.schemas.wire.OwnSchemas;
import io.kurier.schemas.wire.RecordCodec;
import io.kurier.schemas.wire.WriterSchemas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Tells all processes the schemas this one writes, so that version N reads what N+1 wrote. */
public final class SchemaAnnouncements {
    /**
     * A topic just made may refuse a first batch (no leader yet) and take the second, which was on its way; the first then
     * is out of sequence for good, until it times out after two minutes.
     */
    private static final Map<String, Object> ONE_AT_A_TIME =
            Map.of("max.in.flight.requests.per.connection", 1, "delivery.timeout.ms", 30_000);

    private final RecordCodec<SchemaRecord> codec;
    private final WriterSchemas known;

    public SchemaAnnouncements(WriterSchemas known) {
        this.codec = new RecordCodec<>(SchemaRecord.class, known);
        this.known = known;
    }

    /** Returns when every in-sync replica has them: before this process's first record. Repeating it changes nothing. */
    public void announce(KafkaClients clients, String topic) throws InterruptedException {
        try (var producer = clients.producer(ONE_AT_A_TIME)) {
            List<Future<RecordMetadata>> sends = new ArrayList<>();
            for (Schema schema : OwnSchemas.ALL) {
                byte[] key = Long.toHexString(WriterSchemas.fingerprint(schema)).getBytes(StandardCharsets.UTF_8);
                byte[] value = codec.encode(new SchemaRecord(schema.getName(), schema.toString()));
                sends.add(producer.send(new ProducerRecord<>(topic, 0, key, value)));
            }
            for (Future<RecordMetadata> send : sends) {
                send.get();
            }
        } catch (ExecutionException e) {
            throw new KafkaException("cannot announce schemas in " + topic, e.getCause());
        }
    }

    public Schema read(String key, byte[] value) throws Exception {
        Schema schema = new Schema.Parser().parse(codec.decode(value).getDefinition());
        known.add(schema);
        return schema;
    }
}
