package io.kurier.broker;

import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.apache.kafka.server.fault.ProcessTerminatingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's controller and broker, assembled as {@link KafkaRaftServer} does, with two differences for which Kafka has
 * no setting: the sockets are bound beforehand, and a failed start throws an exception instead of halting the JVM.
 */
final class KafkaServers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaServers.class);

    private final ControllerServer controller;
    private final BrokerServer broker;

    private KafkaServers(ControllerServer controller, BrokerServer broker) {
        this.controller = controller;
        this.broker = broker;
    }

    static KafkaServers start(KafkaConfig config, BoundSockets sockets, Time time) {
        try {
            KafkaServers servers = assemble(config, sockets, time);
            servers.startUp();
            return servers;
        } catch (Exception failure) { // Scala code throws checked exceptions without declaring them
            throw new BrokerStartException("The embedded broker did not start: " + failure.getMessage(), failure);
        }
    }

    private static KafkaServers assemble(KafkaConfig config, BoundSockets sockets, Time time) {
        var folders = KafkaRaftServer.initializeLogDirs(config, log, "");
        var shared = new SharedServer(
                config,
                folders._1(),
                time,
                Server.initializeMetrics(config, time, folders._1().clusterId().orElseThrow()),
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                QuorumConfig.parseBootstrapServers(config.quorumConfig().bootstrapServers()),
                faults(),
                sockets);
        return new KafkaServers(
                new ControllerServer(shared, KafkaRaftServer.configSchema(), folders._2()), new BrokerServer(shared));
    }

    /**
     * Kafka rethrows a fault in the controller's start after its handler; any other fatal fault occurs on one of
     * Kafka's threads.
     */
    private static FaultHandlerFactory faults() {
        return (name, fatal, action) ->
                fatal && !name.equals("controller startup") ? halting(action) : new LoggingFaultHandler(name, action);
    }

    private static FaultHandler halting(Runnable action) {
        return new ProcessTerminatingFaultHandler.Builder().setAction(action).build();
    }

    private void startUp() {
        controller.startup();
        try {
            broker.startup();
        } catch (Throwable failure) {
            controller.shutdown();
            throw failure;
        }
    }

    /** Stops the broker first, because it hands over its partitions through the controller. */
    @Override
    public void close() {
        try {
            broker.shutdown();
        } finally {
            controller.shutdown();
        }
        broker.awaitShutdown();
        controller.awaitShutdown();
    }
}
