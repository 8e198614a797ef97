package io.kurier.scheduler.replay;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the letters stand that a replay has still to move. Memory: eight bytes and a bit per letter; while a partition is
 * not yet scanned, also the offsets that other replays take from it meanwhile. One thread.
 */
final class RemainingLetters {
    /** The letters of one scanned partition. */
    private static final class Found {
        final long[] offsets;
        final BitSet takenByOthers = new BitSet();
        int next;

        Found(long[] offsets) {
            this.offsets = offsets;
        }

        int left() {
            return offsets.length - next;
        }

        void skipBelow(long offset) {
            int index = Arrays.binarySearch(offsets, next, offsets.length, offset);
            next = index < 0 ? -index - 1 : index;
        }
    }

    private final @Nullable Found[] partitions;
    private final List<Set<Long>> takenDuringScan;

    RemainingLetters(int partitions) {
        this.partitions = new Found[partitions];
        this.takenDuringScan =
                Stream.<Set<Long>>generate(HashSet::new).limit(partitions).toList();
    }

    /** Adds what the scan of a partition found, without what other replays took during the scan. */
    void add(int partition, long[] risingOffsets) {
        Set<Long> taken = takenDuringScan.get(partition);
        partitions[partition] = new Found(Arrays.stream(risingOffsets)
                .filter(offset -> !taken.contains(offset))
                .toArray());
        taken.clear();
    }

    /** Another replay has taken the letter, so that this one must not. */
    void takenByOther(int partition, long offset) {
        if (partition >= partitions.length) {
            return;
        }
        Found found = partitions[partition];
        if (found == null) {
            takenDuringScan.get(partition).add(offset);
        } else {
            int index = Arrays.binarySearch(found.offsets, offset);
            if (index >= found.next) {
                found.takenByOthers.set(index);
            }
        }
    }

    boolean isTakenByOther(int partition, long offset) {
        Found found = found(partition);
        int index = Arrays.binarySearch(found.offsets, offset);
        return index >= 0 && found.takenByOthers.get(index);
    }

    long count() {
        return Arrays.stream(partitions)
                .filter(Objects::nonNull)
                .mapToLong(Found::left)
                .sum();
    }

    boolean isEmpty() {
        return nextPartition().isEmpty();
    }

    /** The first partition with letters left. */
    OptionalInt nextPartition() {
        return IntStream.range(0, partitions.length)
                .filter(partition -> {
                    Found found = partitions[partition];
                    return found != null && found.left() > 0;
                })
                .findFirst();
    }

    long nextOffset(int partition) {
        Found found = found(partition);
        return found.offsets[found.next];
    }

    /** Whether a letter that is left stands there. */
    boolean contains(int partition, long offset) {
        Found found = found(partition);
        return Arrays.binarySearch(found.offsets, found.next, found.offsets.length, offset) >= 0;
    }

    /** Drops the partition's letters below the offset. */
    void skipBelow(int partition, long offset) {
        found(partition).skipBelow(offset);
    }

    private Found found(int partition) {
        return Objects.requireNonNull(partitions[partition], "the partition is not scanned yet");
    }
}
