package io.kurier.broker;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * Kafka settings of a single broker on one machine. As in any Kafka, flushing is left to the operating system:
 * acknowledged records survive a killed process, but not a power cut.
 */
final class BrokerSettings {
    static final int NODE_ID = 1;

    private BrokerSettings() {}

    static KafkaConfig config(Path folder, BoundSockets sockets, Map<String, String> overrides) {
        var properties = new Properties();
        properties.putAll(addresses(sockets));
        properties.putAll(small());
        properties.putAll(groups());
        properties.put("log.dirs", folder.toString());
        properties.putAll(overrides);
        try {
            return KafkaConfig.fromProps(properties, false);
        } catch (ConfigException wrong) {
            throw new IllegalArgumentException("Invalid setting of the embedded broker: " + wrong.getMessage(), wrong);
        }
    }

    /** The controller's port changes with every start; a static quorum of one node stores no address in its log. */
    private static Map<String, String> addresses(BoundSockets sockets) {
        var map = new LinkedHashMap<String, String>();
        map.put("process.roles", "broker,controller");
        map.put("node.id", String.valueOf(NODE_ID));
        map.put("controller.quorum.voters", NODE_ID + "@" + sockets.controller());
        map.put("controller.listener.names", BoundSockets.CONTROLLER);
        map.put(
                "listeners",
                "%s://%s,%s://%s"
                        .formatted(
                                BoundSockets.CLIENTS,
                                sockets.listening(),
                                BoundSockets.CONTROLLER,
                                sockets.controller()));
        map.put("advertised.listeners", BoundSockets.CLIENTS + "://" + sockets.advertised());
        map.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
        map.put("inter.broker.listener.name", BoundSockets.CLIENTS);
        return map;
    }

    /** One replica of every topic, few partitions for Kafka's own topics, few threads, a small heap. */
    private static Map<String, String> small() {
        var map = new LinkedHashMap<String, String>();
        map.put("auto.create.topics.enable", "false");
        map.put("num.partitions", "4");
        map.put("default.replication.factor", "1");
        map.put("min.insync.replicas", "1");
        map.put("offsets.topic.replication.factor", "1");
        map.put("offsets.topic.num.partitions", "4");
        map.put("transaction.state.log.replication.factor", "1");
        map.put("transaction.state.log.min.isr", "1");
        map.put("transaction.state.log.num.partitions", "4");
        map.put("share.coordinator.state.topic.replication.factor", "1");
        map.put("share.coordinator.state.topic.min.isr", "1");
        map.put("share.coordinator.state.topic.num.partitions", "4");
        // After a kill, the controller accepts the new broker only once the former one's session has ended, by
        // default after 9 s.
        map.put("broker.session.timeout.ms", "3000");
        map.put("broker.heartbeat.interval.ms", "500");
        map.put("num.network.threads", "2");
        map.put("num.io.threads", "4");
        map.put("log.cleaner.dedupe.buffer.size", String.valueOf(16 << 20)); // the default takes 128 MiB of heap
        return map;
    }

    /** A dead group member is removed after 6 s instead of 45 s; offsets are kept for 30 days without a consumer. */
    private static Map<String, String> groups() {
        var map = new LinkedHashMap<String, String>();
        map.put("group.initial.rebalance.delay.ms", "0");
        map.put("group.consumer.min.session.timeout.ms", "6000");
        map.put("group.consumer.session.timeout.ms", "6000");
        map.put("group.consumer.min.heartbeat.interval.ms", "1500");
        map.put("group.consumer.heartbeat.interval.ms", "1500");
        map.put("offsets.retention.minutes", "43200");
        return map;
    }
}
