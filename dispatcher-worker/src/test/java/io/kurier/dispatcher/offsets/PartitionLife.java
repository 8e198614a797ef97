package io.kurier.dispatcher.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.dispatcher.routing.WideFanOut;
import io.kurier.runtime.transactions.TransactionalWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One partition, its owners one after another, and a model of what they must know: each step is made in both and
 * compared. Steps are drawn from the random numbers alone, so a seed is a life.
 */
final class PartitionLife {
    /** A record: to which webhooks it goes. A wide one is settled range by range. */
    private record Fact(TreeSet<Long> numbers, boolean wide) {}

    /** What is settled: whole offsets, and of the others the webhooks. */
    private record Truth(Set<Long> closed, Map<Long, Set<Long>> parts) {
        Truth copy() {
            Map<Long, Set<Long>> copied = new HashMap<>();
            parts.forEach((offset, numbers) -> copied.put(offset, new HashSet<>(numbers)));
            return new Truth(new HashSet<>(closed), copied);
        }

        Set<Long> of(long offset) {
            return parts.getOrDefault(offset, Set.of());
        }

        void forgetFrom(long base) {
            closed.removeIf(offset -> offset >= base);
            parts.keySet().removeIf(offset -> offset >= base);
        }
    }

    /** One open record in the owner's hands. */
    private record Hand(OpenOffsets.Slot slot, TreeSet<Long> left) {}

    private final Random random;
    private final int fanOut;
    private final int numberRange;
    private final int largestGap;
    private final int stragglers;
    private final NavigableMap<Long, Fact> topic = new TreeMap<>();
    private final List<Hand> hands = new ArrayList<>();
    private long end;
    private Truth now = new Truth(new HashSet<>(), new HashMap<>());
    private Truth durable = now.copy();
    private long committed;
    private String metadata = "";
    private OpenOffsets owner = new OpenOffsets(0, OffsetMetadata.NOTHING);
    private long position;

    PartitionLife(Random random) {
        this.random = random;
        this.fanOut = pick(1, 3, 20, 100);
        this.numberRange = pick(200, 100_000, Integer.MAX_VALUE);
        this.largestGap = pick(1, 3, 300);
        this.stragglers = pick(2, 20, 200);
    }

    private int pick(int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    void live(int steps) {
        for (int step = 0; step < steps; step++) {
            int die = random.nextInt(1_000);
            if (die < 3) {
                crash();
            } else if (die < 5) {
                commit();
                crash();
            } else if (die < 7) {
                crashWithDamagedMetadata();
            } else if (die < 8) {
                expire();
            } else if (die < 30) {
                commit();
            } else if (die < 35) {
                checkedProgress();
            } else if (die < 550) {
                arrive();
            } else {
                work();
            }
        }
        finish();
    }

    private void publish() {
        TreeSet<Long> numbers = new TreeSet<>();
        boolean wide = random.nextInt(20) == 0;
        int count = wide ? WideFanOut.MORE_THAN + 1 + random.nextInt(20) : random.nextInt(fanOut + 1);
        while (numbers.size() < count) {
            numbers.add((long) random.nextInt(numberRange));
        }
        end += random.nextInt(largestGap);
        topic.put(end++, new Fact(numbers, wide));
    }

    private void arrive() {
        Map.Entry<Long, Fact> next = topic.ceilingEntry(position);
        if (next == null) {
            publish();
            next = topic.ceilingEntry(position);
        }
        long offset = next.getKey();
        boolean toDo = owner.arrives(offset);
        assertThat(toDo)
                .as("offset %s is worked on if it is not settled", offset)
                .isEqualTo(!now.closed().contains(offset));
        if (!toDo || open(offset, next.getValue())) {
            position = offset + 1;
        }
    }

    /** As the direct way does it. */
    private boolean open(long offset, Fact fact) {
        int deliveries = fact.wide() ? 1 : fact.numbers().size();
        long highest = fact.numbers().size() <= 1 ? 0 : fact.numbers().last();
        if (!owner.fits(offset, deliveries, highest)) {
            assertThat(hands).as("the only one always fits").isNotEmpty();
            return false;
        }
        OpenOffsets.Slot slot = owner.open(offset, deliveries, highest);
        TreeSet<Long> left = new TreeSet<>(fact.numbers());
        left.removeIf(slot.already::contains);
        TreeSet<Long> expected = new TreeSet<>(fact.numbers());
        expected.removeAll(now.of(offset));
        assertThat(left).as("what is left of offset %s", offset).isEqualTo(expected);
        if (left.isEmpty()) {
            owner.settle(slot);
            now.closed().add(offset);
        } else {
            hands.add(new Hand(slot, left));
        }
        return true;
    }

    /** Settles something of an open record; some records hardly ever get their turn. */
    private void work() {
        if (hands.isEmpty()) {
            return;
        }
        int at = random.nextInt(hands.size());
        Hand hand = hands.get(at);
        long offset = hand.slot().offset;
        if (offset % stragglers == 0 && random.nextInt(50) != 0) {
            workAllButOne(hand);
            return;
        }
        settleSome(hand, 1 + random.nextInt(hand.left().size()));
        if (hand.left().isEmpty()) {
            owner.settle(hand.slot());
            now.closed().add(offset);
            hands.set(at, hands.get(hands.size() - 1));
            hands.remove(hands.size() - 1);
        }
    }

    private void workAllButOne(Hand hand) {
        settleSome(hand, hand.left().size() - 1);
    }

    private void settleSome(Hand hand, int count) {
        long offset = hand.slot().offset;
        boolean wide = topic.get(offset).wide();
        for (int i = 0; i < count; i++) {
            long number = hand.left().pollFirst();
            now.parts().computeIfAbsent(offset, o -> new HashSet<>()).add(number);
            if (!hand.left().isEmpty()) {
                if (wide) {
                    owner.settleUpTo(hand.slot(), number);
                } else {
                    owner.settlePart(hand.slot(), number);
                }
            }
        }
    }

    /** What a commit would say now; it is checked whether or not it goes through. */
    private String checkedProgress() {
        long base = owner.base();
        String text = owner.metadata().encode(base);
        assertThat(text.length()).as("characters of the metadata").isLessThanOrEqualTo(TransactionalWriter.MAX_PAYLOAD);
        assertThat(topic.headMap(base).keySet()).as("below the base %s", base).allMatch(now.closed()::contains);
        Hand lowest = null;
        for (Hand hand : hands) {
            lowest = lowest == null || hand.slot().offset < lowest.slot().offset ? hand : lowest;
        }
        if (lowest != null) {
            assertThat(base).isEqualTo(lowest.slot().offset);
        }
        return text;
    }

    private void commit() {
        metadata = checkedProgress();
        committed = owner.base();
        durable = now.copy();
    }

    private void crash() {
        take(OffsetMetadata.decode(metadata, committed).orElseThrow());
    }

    private void crashWithDamagedMetadata() {
        String damaged = damage(metadata);
        Optional<OffsetMetadata> read = OffsetMetadata.decode(damaged, committed);
        if (!damaged.equals(metadata)) {
            assertThat(read.orElse(OffsetMetadata.NOTHING)).as(damaged).isEqualTo(OffsetMetadata.NOTHING);
            durable.forgetFrom(committed);
            metadata = "";
        }
        take(read.orElse(OffsetMetadata.NOTHING));
    }

    private String damage(String text) {
        if (text.isEmpty() || random.nextBoolean()) {
            return text.substring(0, text.isEmpty() ? 0 : random.nextInt(text.length()));
        }
        char[] chars = text.toCharArray();
        chars[random.nextInt(chars.length - 1)] = "AZaz09-_".charAt(random.nextInt(8));
        return new String(chars);
    }

    private void take(OffsetMetadata payload) {
        owner = new OpenOffsets(committed, payload);
        now = durable.copy();
        hands.clear();
        position = committed;
    }

    /** Retention takes records from the front, and a reader only notices when it reads on. */
    private void expire() {
        if (!topic.isEmpty() && position > committed) {
            long start = committed + random.nextInt((int) Math.min(20, position - committed) + 1);
            commit();
            topic.headMap(start).keySet().forEach(offset -> {
                now.closed().add(offset);
                durable.closed().add(offset);
            });
            topic.headMap(start).clear();
            crash();
        }
    }

    private void finish() {
        publish();
        while (topic.ceilingEntry(position) != null || !hands.isEmpty()) {
            if (topic.ceilingEntry(position) != null) {
                arrive();
            }
            for (Hand hand : List.copyOf(hands)) {
                settleSome(hand, hand.left().size());
                owner.settle(hand.slot());
                now.closed().add(hand.slot().offset);
            }
            hands.clear();
        }
        assertThat(checkedProgress()).as("nothing is open").isEmpty();
        assertThat(owner.base()).as("everything is settled").isEqualTo(end);
        assertThat(now.closed()).containsAll(topic.keySet());
    }
}
