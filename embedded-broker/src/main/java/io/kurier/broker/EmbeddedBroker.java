package io.kurier.broker;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and its controller in this JVM, durable in one folder.
 *
 * <p>A fault that Kafka calls fatal after the start (for example, its metadata log cannot be written) halts the
 * process, as it does in a separate broker: going on could lose acknowledged records. Thread-safe; {@link #close()}
 * may be called more than once.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final BoundSockets sockets;
    private final DataFolder folder;
    private final KafkaServers servers;
    private boolean closed;

    private EmbeddedBroker(BoundSockets sockets, DataFolder folder, KafkaServers servers) {
        this.sockets = sockets;
        this.folder = folder;
        this.servers = servers;
    }

    /**
     * Starts a broker on the system clock and returns once it accepts clients.
     *
     * @param dataDir created and formatted on first use
     * @param listen {@code host:port}; port 0 takes a free one. A wildcard host advertises {@code 127.0.0.1} unless
     *     {@code advertised.listeners} is among the overrides
     * @param overrides Kafka broker settings that replace those of this class
     * @throws IllegalArgumentException if {@code listen} or an override is malformed
     * @throws BrokerStartException if the address or the folder is in use, or Kafka does not start
     */
    public static EmbeddedBroker start(Path dataDir, String listen, Map<String, String> overrides) {
        return start(dataDir, listen, overrides, Time.SYSTEM);
    }

    /**
     * The same on the caller's clock, which sets the timestamps of {@code LogAppendTime} topics.
     *
     * @param time the broker's clock
     */
    public static EmbeddedBroker start(Path dataDir, String listen, Map<String, String> overrides, Time time) {
        BoundSockets sockets = BoundSockets.bind(ListenAddress.parse(listen));
        DataFolder folder = null;
        try {
            folder = DataFolder.open(dataDir);
            var config = BrokerSettings.config(folder.path(), sockets, overrides);
            var broker = new EmbeddedBroker(sockets, folder, KafkaServers.start(config, sockets, time));
            log.info("Embedded Kafka listens on {}, data folder {}", broker.bootstrapServers(), dataDir);
            return broker;
        } catch (Throwable failure) {
            sockets.close();
            if (folder != null) {
                folder.close();
            }
            throw failure;
        }
    }

    /** @return the address for clients, {@code host:port} */
    public String bootstrapServers() {
        return sockets.advertised().toString();
    }

    int controllerPort() {
        return sockets.controller().port();
    }

    /** Stops the broker: disconnects clients, flushes the logs and releases the folder. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            servers.close();
        } finally {
            sockets.close();
            folder.close();
        }
    }
}
