package io.kurier.scheduler.replay;

import io.kurier.runtime.control.ReplayKeys;
import io.kurier.schemas.ReplayFrom;
import io.kurier.schemas.ReplayOrder;
import io.kurier.schemas.ReplayProgress;
import io.kurier.schemas.ReplayRecord;
import io.kurier.schemas.ReplayState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The replays in the topic {@code replays}, unfinished and finished ones apart, so that the loop looks only at those it has
 * work with. {@link #accept} is called by the thread that reads the control tables; any thread may ask.
 */
public final class ReplayTable {
    /** A replay with the values of its two keys; either may be missing. */
    record Replay(
            String id,
            @Nullable ReplayOrder order,
            @Nullable ReplayProgress progress) {
        Replay with(String key, @Nullable ReplayRecord value) {
            return ReplayKeys.isProgress(key)
                    ? new Replay(id, order, value == null ? null : value.getProgress())
                    : new Replay(id, value == null ? null : value.getOrder(), progress);
        }

        boolean isEmpty() {
            return order == null && progress == null;
        }

        /** Orders and states that only a newer version knows are left to one. */
        boolean isUnfinished() {
            return order != null
                    && order.getFrom() != ReplayFrom.UNKNOWN
                    && (progress == null || progress.getState() == ReplayState.RUNNING);
        }

        boolean isFinished() {
            return progress != null
                    && (progress.getState() == ReplayState.COMPLETED || progress.getState() == ReplayState.FAILED);
        }
    }

    private record Finished(long atMs, String id) {}

    private final LongSupplier position;
    private final Map<String, Replay> replays = new HashMap<>();
    /** By id, which is by the time of the order. */
    private final Map<String, Replay> unfinished = new TreeMap<>();

    private final NavigableSet<Finished> finished =
            new TreeSet<>(Comparator.comparingLong(Finished::atMs).thenComparing(Finished::id));

    /** @param position the offset of {@code replays} below which everything was accepted */
    public ReplayTable(LongSupplier position) {
        this.position = position;
    }

    /** @param value null: the key was deleted */
    public synchronized void accept(String key, @Nullable ReplayRecord value) {
        String id = ReplayKeys.id(key);
        Replay old = replays.getOrDefault(id, new Replay(id, null, null));
        Replay now = old.with(key, value);
        if (now.isEmpty()) {
            replays.remove(id);
        } else {
            replays.put(id, now);
        }
        if (now.isUnfinished()) {
            unfinished.put(id, now);
        } else {
            unfinished.remove(id);
        }
        if (old.isFinished()) {
            finished.remove(finished(old));
        }
        if (now.isFinished()) {
            finished.add(finished(now));
        }
    }

    private static Finished finished(Replay replay) {
        ReplayProgress progress = replay.progress();
        return new Finished(progress == null ? 0 : progress.getUpdatedAtMs(), replay.id());
    }

    long position() {
        return position.getAsLong();
    }

    /** The replays to begin or to resume, oldest order first. */
    synchronized List<Replay> unfinished() {
        return List.copyOf(unfinished.values());
    }

    synchronized boolean isUnfinished(String id) {
        return unfinished.containsKey(id);
    }

    synchronized boolean contains(String id) {
        return replays.containsKey(id);
    }

    /**
     * The finished replays that are kept no longer, the first to finish first.
     *
     * @param finishedBeforeMs those that finished earlier are not kept
     * @param most how many are kept
     * @param limit how many ids are returned at most
     */
    synchronized List<String> expired(long finishedBeforeMs, int most, int limit) {
        List<String> expired = new ArrayList<>();
        Iterator<Finished> oldest = finished.iterator();
        for (int left = finished.size(); oldest.hasNext() && expired.size() < limit; left--) {
            Finished next = oldest.next();
            if (left <= most && next.atMs() >= finishedBeforeMs) {
                break;
            }
            expired.add(next.id());
        }
        return expired;
    }
}
