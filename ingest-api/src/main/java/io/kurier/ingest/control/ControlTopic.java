package io.kurier.ingest.control;

import io.kurier.runtime.control.ChangeWriter;
import io.kurier.runtime.control.ControlTable;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * One control topic as this process sees and changes it. Reading is possible on any thread; the writer blocks.
 *
 * @param table the newest value of each key
 * @param nextOffset the first offset of the topic that this process has not read
 * @param encoder makes the value of a record
 * @param writer the one fenced writer of the topic
 */
public record ControlTopic<V>(
        ControlTable<V> table, LongSupplier nextOffset, Function<V, byte[]> encoder, ChangeWriter writer) {
    public Optional<V> get(String key) {
        return table.get(key);
    }

    public Collection<V> values() {
        return table.values();
    }

    public byte[] encode(V value) {
        return encoder.apply(value);
    }
}
