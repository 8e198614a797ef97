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

/**
 * Announces the Avro schemas this process writes with in the topic {@code schemas}, so that processes of an older
 * version can read its records.
 */
public final class SchemaAnnouncements {
    /**
     * A topic that was just created may refuse the first batch (it has no leader yet) and accept a second one that was
     * already on its way. The first would then stay out of sequence until it times out after two minutes.
     */
    private static final Map<String, Object> ONE_AT_A_TIME =
            Map.of("max.in.flight.requests.per.connection", 1, "delivery.timeout.ms", 30_000);

    private final RecordCodec<SchemaRecord> codec;
    private final WriterSchemas known;

    public SchemaAnnouncements(WriterSchemas known) {
        this.codec = new RecordCodec<>(SchemaRecord.class, known);
        this.known = known;
    }

    /**
     * Returns when every in-sync replica has the schemas. Call it before this process writes its first record; a
     * repetition changes nothing.
     *
     * @throws KafkaException if Kafka does not accept them
     */
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
            throw new KafkaException("cannot announce schemas in the topic " + topic, e.getCause());
        }
    }

    /** Reads a schema from the topic and makes it known to the codecs of this process. */
    public Schema read(String key, byte[] value) throws Exception {
        Schema schema = new Schema.Parser().parse(codec.decode(value).getDefinition());
        known.add(schema);
        return schema;
    }
}
