package io.kurier.dispatcher.waiting;

import java.util.EnumMap;
import java.util.Map;

/** Numbers of waiting deliveries by reason. One thread fills it; then it is read-only. */
public final class WaitCounts {
    private final Map<WaitReason, Integer> byReason = new EnumMap<>(WaitReason.class);

    public void add(WaitReason reason, int deliveries) {
        byReason.merge(reason, deliveries, Integer::sum);
    }

    public int of(WaitReason reason) {
        return byReason.getOrDefault(reason, 0);
    }

    public int total() {
        return byReason.values().stream().mapToInt(Integer::intValue).sum();
    }
}
