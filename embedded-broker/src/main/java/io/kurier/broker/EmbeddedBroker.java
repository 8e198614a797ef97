package io.kurier.broker;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and its controller in this JVM, durable in one folder.
 *
 * <p>A fault that Kafka calls fatal after the start (its metadata log cannot be written, say) halts the process,
 * as it does a broker of its own: better no broker than one that has forgotten something.
 * Thread-safe; {@link #close()} may be called more than once.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final HeldSockets sockets;
    private final DataFolder folder;
    private final KafkaParts parts;
    private boolean closed;

    private EmbeddedBroker(HeldSockets sockets, DataFolder folder, KafkaParts parts) {
        this.sockets = sockets;
        this.folder = folder;
        this.parts = parts;
    }

    /**
     * Starts a broker on the system's clock and returns when it serves.
     *
     * @param dataDir created and formatted on first use
     * @param listen {@code host:port}; port 0 takes a free one. A wildcard host advertises {@code 127.0.0.1}
     *     unless {@code advertised.listeners} is among the overrides
     * @param overrides Kafka broker settings, which win over those of this class
     * @throws IllegalArgumentException if {@code listen} or an override is malformed
     * @throws BrokerStartException if the address or the folder is taken, or Kafka does not start
     */
    public static EmbeddedBroker start(Path dataDir, String listen, Map<String, String> overrides) {
        return start(dataDir, listen, overrides, Time.SYSTEM);
    }

    /** The same on a clock of the caller's, which stamps the records of {@code LogAppendTime} topics. */
    public static EmbeddedBroker start(Path dataDir, String listen, Map<String, String> overrides, Time time) {
        HeldSockets sockets = HeldSockets.bind(ListenAddress.parse(listen));
        DataFolder folder = null;
        try {
            folder = DataFolder.open(dataDir);
            var config = BrokerSettings.config(folder.path(), sockets, overrides);
            var broker = new EmbeddedBroker(sockets, folder, KafkaParts.start(config, sockets, time));
            log.info("Kafka serves at {}, its data is in {}", broker.bootstrapServers(), dataDir);
            return broker;
        } catch (Throwable failure) {
            sockets.close();
            if (folder != null) {
                folder.close();
            }
            throw failure;
        }
    }

    /** Where clients find the broker: {@code host:port}. */
    public String bootstrapServers() {
        return sockets.advertised().toString();
    }

    int controllerPort() {
        return sockets.controller().port();
    }

    /** Stops in order: clients are turned away, logs are flushed, the folder is free for the next start. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            parts.close();
        } finally {
            sockets.close();
            folder.close();
        }
    }
}
