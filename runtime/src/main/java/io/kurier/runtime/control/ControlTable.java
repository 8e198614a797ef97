package io.kurier.runtime.control;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The last value of each key of one control topic. Written by the thread of {@link ControlTables}; read by any.
 *
 * @param <V> the value as this process uses it
 */
public final class ControlTable<V> {
    /** Turns a record's value into what the table keeps. */
    public interface Reader<V> {
        V read(String key, byte[] value) throws Exception;
    }

    private final String topic;
    private final Reader<V> reader;
    private final Map<String, V> values = new ConcurrentHashMap<>();
    private final List<BiConsumer<String, @Nullable V>> listeners = new ArrayList<>();

    /** @param topic the full name of the topic */
    public ControlTable(String topic, Reader<V> reader) {
        this.topic = topic;
        this.reader = reader;
    }

    String topic() {
        return topic;
    }

    public Optional<V> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    public Collection<V> values() {
        return values.values();
    }

    public int size() {
        return values.size();
    }

    /** Tells the listener of every key now and of every change later, in order, on the changing thread. A null value: deleted. */
    public synchronized void listen(BiConsumer<String, @Nullable V> listener) {
        values.forEach(listener);
        listeners.add(listener);
    }

    /**
     * Applies the next record of the topic and tells the listeners. Called by the one thread that reads the topic.
     *
     * @param value null to remove the key
     * @throws Exception if the reader cannot read the value; the table is unchanged then
     */
    public synchronized void apply(String key, byte @Nullable [] value) throws Exception {
        @Nullable V read = value == null ? null : reader.read(key, value);
        if (read == null) {
            values.remove(key);
        } else {
            values.put(key, read);
        }
        listeners.forEach(listener -> listener.accept(key, read));
    }
}
