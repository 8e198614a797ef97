package io.kurier.schemas.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;
import org.jspecify.annotations.Nullable;

/**
 * The schemas records may have been written with, by fingerprint: our own, and those other versions announced in the
 * topic {@code schemas}. Any thread may add and look up.
 */
public final class WriterSchemas implements SchemaStore {
    private final Map<Long, Schema> byFingerprint = new ConcurrentHashMap<>();

    public WriterSchemas() {
        OwnSchemas.ALL.forEach(this::add);
    }

    public void add(Schema schema) {
        byFingerprint.put(fingerprint(schema), schema);
    }

    @Override
    public @Nullable Schema findByFingerprint(long fingerprint) {
        return byFingerprint.get(fingerprint);
    }

    /** The CRC-64-AVRO fingerprint of the schema's parsing canonical form, as single-object encoding carries it. */
    public static long fingerprint(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
    }
}
