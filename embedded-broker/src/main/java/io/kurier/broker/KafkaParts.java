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
 * Kafka's controller and broker, put together as {@link KafkaRaftServer} does, with two differences it has no
 * setting for: the sockets are ours, and a failed start is thrown instead of halting the JVM.
 */
final class KafkaParts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaParts.class);

    private final ControllerServer controller;
    private final BrokerServer broker;

    private KafkaParts(ControllerServer controller, BrokerServer broker) {
        this.controller = controller;
        this.broker = broker;
    }

    static KafkaParts start(KafkaConfig config, HeldSockets sockets, Time time) {
        try {
            KafkaParts parts = assemble(config, sockets, time);
            parts.startUp();
            return parts;
        } catch (Exception failure) { // Scala declares nothing, so checked ones come unannounced
            throw new BrokerStartException("The embedded broker did not start: " + failure.getMessage(), failure);
        }
    }

    private static KafkaParts assemble(KafkaConfig config, HeldSockets sockets, Time time) {
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
        return new KafkaParts(
                new ControllerServer(shared, KafkaRaftServer.configSchema(), folders._2()), new BrokerServer(shared));
    }

    /** The controller's start rethrows after its handler; every other fatal fault is found on a thread of Kafka's. */
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

    /** The broker first: it hands its leadership back through the controller. */
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
