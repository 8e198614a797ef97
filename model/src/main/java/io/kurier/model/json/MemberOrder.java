package io.kurier.model.json;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Puts the members of an object in ECMAScript's order (ECMA-262, 10.1.11 OrdinaryOwnPropertyKeys): array indices first,
 * ascending, then the others as they came; of equal names the last value, in the first one's place. Remembers where in
 * the output each member of the open objects starts, and moves them when an object closes, if they must move at all.
 * So a byte is moved at most once per level of depth.
 */
final class MemberOrder {
    /** Up to so many members comparing each with each is faster than a set. */
    private static final int FEW = 24;

    private String[] names = new String[32];
    private int[] starts = new int[32];
    private int count;
    private int[] firstMembers = new int[8];
    private int open;

    void openObject() {
        if (open == firstMembers.length) {
            firstMembers = Arrays.copyOf(firstMembers, 2 * open);
        }
        firstMembers[open++] = count;
    }

    /** Says that the member's name, with its quote, starts at {@code start} in the output. */
    void member(String name, int start) {
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
        }
        names[count] = name;
        starts[count++] = start;
    }

    /** Everything of the object but its closing brace is in {@code out}. */
    void closeObject(JsonOut out) {
        int first = firstMembers[--open];
        if (count - first > 1 && (hasArrayIndex(first) || hasDuplicate(first))) {
            rearrange(out, first);
        }
        count = first;
    }

    private boolean hasArrayIndex(int first) {
        for (int i = first; i < count; i++) {
            if (ArrayIndex.isOne(names[i])) {
                return true;
            }
        }
        return false;
    }

    private boolean hasDuplicate(int first) {
        if (count - first > FEW) {
            Set<String> seen = new HashSet<>(2 * (count - first));
            return IntStream.range(first, count).anyMatch(i -> !seen.add(names[i]));
        }
        long seen = 0;
        for (int i = first; i < count; i++) {
            int hash = names[i].hashCode();
            long mark = 1L << (hash ^ hash >>> 6 ^ hash >>> 12);
            if ((seen & mark) != 0 && isAmong(first, i, names[i])) {
                return true;
            }
            seen |= mark;
        }
        return false;
    }

    private boolean isAmong(int from, int to, String name) {
        for (int i = from; i < to; i++) {
            if (names[i].equals(name)) {
                return true;
            }
        }
        return false;
    }

    private void rearrange(JsonOut out, int first) {
        int[] order = ecmaOrder(first);
        int base = starts[first];
        int end = out.size();
        byte[] members = out.copyFrom(base);
        out.setSize(base);
        for (int i = 0; i < order.length; i++) {
            int member = order[i];
            int memberEnd = member + 1 < count ? starts[member + 1] - 1 : end;
            if (i > 0) {
                out.write(',');
            }
            out.write(members, starts[member] - base, memberEnd - starts[member]);
        }
    }

    /** The members to keep, in their order. A map keeps a name where it was put first. */
    private int[] ecmaOrder(int first) {
        Map<Long, Integer> indexed = new TreeMap<>();
        Map<String, Integer> named = new LinkedHashMap<>();
        for (int i = first; i < count; i++) {
            if (ArrayIndex.isOne(names[i])) {
                indexed.put(Long.parseLong(names[i]), i);
            } else {
                named.put(names[i], i);
            }
        }
        return Stream.concat(indexed.values().stream(), named.values().stream())
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
