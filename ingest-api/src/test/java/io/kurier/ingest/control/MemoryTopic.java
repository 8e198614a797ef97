package io.kurier.ingest.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kurier.runtime.control.ChangeWriter;
import io.kurier.runtime.control.ControlTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A control topic in memory. Its writer applies each decision at once, unless the test lets the change fail or another
 * process come first. One thread.
 */
public final class MemoryTopic<V> implements ChangeWriter {
    public final ControlTable<V> table;
    /** Each decision that wrote something, with the keys it changed, in order. */
    public final List<Decision> written = new ArrayList<>();

    private final Map<String, MemoryTopic<?>> others = new HashMap<>();
    private final Deque<Runnable> beforeDecisions = new ArrayDeque<>();
    private final List<V> encoded = new ArrayList<>();
    private int failures;
    private int takenOver;
    private long nextOffset;

    /** A topic whose values are whatever {@link #encode} was given. */
    public MemoryTopic(String name) {
        this.table = new ControlTable<>(name, (key, value) -> at(value));
    }

    /** A topic of real records. */
    public MemoryTopic(String name, ControlTable.Reader<V> reader) {
        this.table = new ControlTable<>(name, reader);
    }

    private V at(byte[] value) {
        return encoded.get(Integer.parseInt(new String(value, UTF_8)));
    }

    public byte[] encode(V value) {
        encoded.add(value);
        return Integer.toString(encoded.size() - 1).getBytes(UTF_8);
    }

    public ControlTopic<V> topic() {
        return new ControlTopic<>(table, () -> nextOffset, this::encode, this);
    }

    /** Decisions of this topic's writer may add to that one. */
    MemoryTopic<V> alsoWriting(String name, MemoryTopic<?> other) {
        others.put(name, other);
        return this;
    }

    /** Writes as another process would. */
    public void put(String key, @Nullable V value) {
        apply(key, value == null ? null : encode(value));
    }

    /** Another process changes something after the next request came in and before it is decided. */
    public void beforeNextDecision(Runnable change) {
        beforeDecisions.add(change);
    }

    /** So many changes find Kafka unavailable. */
    public void fail(int times) {
        failures = times;
    }

    public int takenOver() {
        return takenOver;
    }

    @Override
    public void write(Decider decider) throws ChangeWriter.UnavailableException, InterruptedException {
        if (failures > 0) {
            failures--;
            throw new ChangeWriter.UnavailableException("Kafka is away: the test's fault", null);
        }
        if (!beforeDecisions.isEmpty()) {
            beforeDecisions.remove().run();
        }
        Decision decision = decider.decide();
        if (decision.values().isEmpty()) {
            return;
        }
        decision.values().forEach(this::apply);
        decision.additions().forEach(added -> others.get(added.topic()).apply(added.key(), added.value()));
        written.add(decision);
    }

    private void apply(String key, byte @Nullable [] value) {
        try {
            table.apply(key, value);
            nextOffset++;
        } catch (Exception e) {
            throw new AssertionError("unreadable value of " + key, e);
        }
    }

    @Override
    public void takeOverAnew() {
        takenOver++;
    }
}
