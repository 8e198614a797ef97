package io.kurier.schemas.topics;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * One topic as it must be.
 *
 * @param name the full name, prefix included
 * @param partitions how many partitions it is created with
 * @param compacted a control topic: the last record of each key stays
 * @param retention how long records are kept at the least; unused when compacted
 * @param brokerTime records carry the time of their append; promises about waiting rest on it
 * @param ours Kurier writes there; of a topic that others write, only what its reader needs is checked
 */
public record TopicSpec(
        String name, int partitions, boolean compacted, Duration retention, boolean brokerTime, boolean ours) {

    /** A record holds one event (1 MiB at most by default) and its envelope. */
    public static final int MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

    /** A topic that Kurier writes. */
    public TopicSpec(String name, int partitions, boolean compacted, Duration retention, boolean brokerTime) {
        this(name, partitions, compacted, retention, brokerTime, true);
    }

    /** The settings the topic is created with. */
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("message.timestamp.type", brokerTime ? "LogAppendTime" : "CreateTime");
        settings.put("max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        settings.put("unclean.leader.election.enable", "false");
        if (compacted) {
            settings.put("cleanup.policy", "compact");
            settings.put("min.compaction.lag.ms", millis(Duration.ofMinutes(1)));
            settings.put("max.compaction.lag.ms", millis(Duration.ofDays(1)));
            settings.put("delete.retention.ms", millis(Duration.ofDays(30)));
            settings.put("segment.ms", millis(Duration.ofDays(1)));
        } else {
            settings.put("cleanup.policy", "delete");
            settings.put("retention.ms", millis(retention));
            settings.put("retention.bytes", "-1");
            settings.put("segment.ms", millis(retention.dividedBy(10)));
        }
        return settings;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
