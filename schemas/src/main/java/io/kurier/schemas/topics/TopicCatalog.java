package io.kurier.schemas.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Every topic of one installation. Immutable. */
public final class TopicCatalog {
    private static final Duration TOLERATED_OUTAGE = Duration.ofDays(7);
    private static final Duration SHORTEST_TIER_RETENTION = Duration.ofDays(14);

    private final String prefix;
    private final Map<String, TopicSpec> specs = new LinkedHashMap<>();
    private final Map<String, String> tenants;

    /** Without topics bound to tenants. */
    public TopicCatalog(String prefix, int partitions, Map<String, Duration> tiers) {
        this(prefix, partitions, tiers, Map.of());
    }

    /**
     * @param prefix put before every name, such as {@code kurier.}
     * @param partitions of the topics that are shared between workers
     * @param tiers tier name to its delay, shortest first
     * @param tenants of event topics that belong to one tenant each, by the topic's full name
     * @throws IllegalArgumentException when one of these is a topic of Kurier's own
     */
    public TopicCatalog(String prefix, int partitions, Map<String, Duration> tiers, Map<String, String> tenants) {
        this.prefix = prefix;
        this.tenants = Map.copyOf(tenants);
        add(new TopicSpec(prefix + "events", partitions, false, Duration.ofDays(7), false));
        add(new TopicSpec(prefix + "lanes", partitions, false, Duration.ofDays(14), true));
        tiers.forEach((tier, delay) ->
                add(new TopicSpec(prefix + "retry." + tier, partitions, false, tierRetention(delay), true)));
        add(new TopicSpec(prefix + "dead-letters", partitions, false, Duration.ofDays(30), true));
        add(new TopicSpec(prefix + "held", partitions, false, Duration.ofDays(30), true));
        add(new TopicSpec(prefix + "attempts", partitions, false, Duration.ofDays(7), true));
        add(new TopicSpec(prefix + "quarantine", 1, false, Duration.ofDays(30), true));
        for (String control : List.of("webhooks", "replays", "circuits", "event-types", "tenants", "schemas")) {
            add(new TopicSpec(prefix + control, 1, true, Duration.ZERO, true));
        }
        addBound(partitions);
    }

    private void addBound(int partitions) {
        for (String topic : new TreeSet<>(tenants.keySet())) {
            if (specs.containsKey(topic)) {
                throw new IllegalArgumentException(topic + " is a topic of Kurier's own, expected another");
            }
            add(new TopicSpec(topic, partitions, false, Duration.ofDays(7), false, false));
        }
    }

    /** Long enough that nothing waiting expires while everything is down for a week, twice over. */
    private static Duration tierRetention(Duration delay) {
        Duration needed = delay.plus(TOLERATED_OUTAGE).multipliedBy(2);
        return needed.compareTo(SHORTEST_TIER_RETENTION) > 0 ? needed : SHORTEST_TIER_RETENTION;
    }

    private void add(TopicSpec spec) {
        specs.put(spec.name(), spec);
    }

    public List<TopicSpec> all() {
        return new ArrayList<>(specs.values());
    }

    public String events() {
        return prefix + "events";
    }

    /** Every topic events are read from: the shared one, and those that belong to one tenant each. */
    public List<String> eventTopics() {
        List<String> topics = new ArrayList<>(List.of(events()));
        topics.addAll(new TreeSet<>(tenants.keySet()));
        return topics;
    }

    /** Whose events the topic holds, whatever its records claim; null when it is shared. */
    public @Nullable String tenantOf(String topic) {
        return tenants.get(topic);
    }

    /** Whether it is one of this installation's. */
    public boolean has(String topic) {
        return specs.containsKey(topic);
    }

    public String lanes() {
        return prefix + "lanes";
    }

    public String retry(String tier) {
        return prefix + "retry." + tier;
    }

    public String deadLetters() {
        return prefix + "dead-letters";
    }

    public String attempts() {
        return prefix + "attempts";
    }

    public String quarantine() {
        return prefix + "quarantine";
    }

    public String webhooks() {
        return prefix + "webhooks";
    }

    public String replays() {
        return prefix + "replays";
    }

    public String circuits() {
        return prefix + "circuits";
    }

    public String eventTypes() {
        return prefix + "event-types";
    }

    public String tenants() {
        return prefix + "tenants";
    }

    public String held() {
        return prefix + "held";
    }

    public String schemas() {
        return prefix + "schemas";
    }

    /** Consumer group and transactional ids share the prefix, so that one Kafka holds several installations. */
    public String named(String name) {
        return prefix + name;
    }
}
