package io.kurier.dispatcher.routing;

import io.kurier.schemas.Event;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Jobs that had a wide event recently: their later events are parked behind it in the lanes. Event loop only. */
final class WideFanOutJobs {
    /** Jobs that are remembered; above this, the oldest are forgotten. */
    private static final int MAX = 1_000;

    private final Duration remembered;
    private final Map<String, Long> untilMs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX;
        }
    };

    /** @param remembered for so long later events of a wide event's job are parked too */
    WideFanOutJobs(Duration remembered) {
        this.remembered = remembered;
    }

    void had(Event wide, long nowMs) {
        String job = jobOf(wide);
        untilMs.remove(job);
        untilMs.put(job, nowMs + remembered.toMillis());
    }

    boolean isFollowedBy(Event event, long nowMs) {
        return !untilMs.isEmpty() && untilMs.getOrDefault(jobOf(event), 0L) > nowMs;
    }

    void forgetOld(long nowMs) {
        untilMs.values().removeIf(ms -> ms <= nowMs);
    }

    private static String jobOf(Event event) {
        return event.getTenant() + "/" + event.getJobId();
    }
}
