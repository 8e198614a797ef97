package io.kurier.broker;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * What one broker alone on one machine is told. Flushing is left to the operating system, as in any Kafka: what
 * was acknowledged outlives a killed process, not a power cut.
 */
final class BrokerSettings {
    static final int NODE_ID = 1;

    private BrokerSettings() {}

    static KafkaConfig config(Path folder, HeldSockets sockets, Map<String, String> overrides) {
        var properties = new Properties();
        properties.putAll(addresses(sockets));
        properties.putAll(small());
        properties.putAll(groups());
        properties.put("log.dirs", folder.toString());
        properties.putAll(overrides);
        try {
            return KafkaConfig.fromProps(properties, false);
        } catch (ConfigException wrong) {
            throw new IllegalArgumentException("The embedded broker's settings: " + wrong.getMessage(), wrong);
        }
    }

    /** The controller's port changes with every start; a static quorum of one keeps no address in its log. */
    private static Map<String, String> addresses(HeldSockets sockets) {
        var map = new LinkedHashMap<String, String>();
        map.put("process.roles", "broker,controller");
        map.put("node.id", String.valueOf(NODE_ID));
        map.put("controller.quorum.voters", NODE_ID + "@" + sockets.controller());
        map.put("controller.listener.names", HeldSockets.CONTROLLER);
        map.put(
                "listeners",
                "%s://%s,%s://%s"
                        .formatted(
                                HeldSockets.CLIENTS,
                                sockets.listening(),
                                HeldSockets.CONTROLLER,
                                sockets.controller()));
        map.put("advertised.listeners", HeldSockets.CLIENTS + "://" + sockets.advertised());
        map.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
        map.put("inter.broker.listener.name", HeldSockets.CLIENTS);
        return map;
    }

    /** One replica of everything, few partitions for Kafka's own topics, few threads, a small heap. */
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
        // After a kill the controller waits for the former broker's session to end (9 s by default) before it
        // lets the new one in.
        map.put("broker.session.timeout.ms", "3000");
        map.put("broker.heartbeat.interval.ms", "500");
        map.put("num.network.threads", "2");
        map.put("num.io.threads", "4");
        map.put("log.cleaner.dedupe.buffer.size", String.valueOf(16 << 20)); // the default takes 128 MiB of heap
        return map;
    }

    /** A member that died is missed after 6 s instead of 45 s; offsets outlive a month without a consumer. */
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
