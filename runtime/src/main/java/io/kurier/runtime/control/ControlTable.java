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
 * The last value of each key of one control topic. The thread that runs {@link ControlTables} writes it; any thread may
 * read.
 *
 * @param <V> what this process makes of a record's value
 */
public final class ControlTable<V> {
    /** Turns a record's value into the table's value. */
    public interface Reader<V> {
        /** @throws Exception if the value is not usable; see {@link ControlTables#health} for what happens then */
        V read(String key, byte[] value) throws Exception;
    }

    private final String topic;
    private final Reader<V> reader;
    private final Map<String, V> values = new ConcurrentHashMap<>();
    private final List<BiConsumer<String, @Nullable V>> listeners = new ArrayList<>();

    ControlTable(String topic, Reader<V> reader) {
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

    /**
     * Calls the listener for every key now, on the calling thread, and for every later change in order, on the thread
     * that applies it.
     *
     * @param listener gets the key and its value, or null if the key was deleted
     */
    public synchronized void listen(BiConsumer<String, @Nullable V> listener) {
        values.forEach(listener);
        listeners.add(listener);
    }

    synchronized void apply(String key, byte @Nullable [] value) throws Exception {
        @Nullable V read = value == null ? null : reader.read(key, value);
        if (read == null) {
            values.remove(key);
        } else {
            values.put(key, read);
        }
        listeners.forEach(listener -> listener.accept(key, read));
    }
}
