package io.kurier.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's two listening sockets, bound before anything else starts and handed to Kafka when it asks.
 *
 * <p>Kafka would bind them late and halt the JVM when it cannot; here a taken port is an exception, and the
 * controller's port (any free one, loopback only) cannot be lost between its choice and its use.
 */
final class HeldSockets implements ServerSocketFactory, AutoCloseable {
    static final String CLIENTS = "PLAINTEXT";
    static final String CONTROLLER = "CONTROLLER";
    private static final int BACKLOG = 128;

    private final ListenAddress listen;
    private final ServerSocketChannel clients;
    private final ServerSocketChannel controller;

    private HeldSockets(ListenAddress listen, ServerSocketChannel clients, ServerSocketChannel controller) {
        this.listen = listen;
        this.clients = clients;
        this.controller = controller;
    }

    static HeldSockets bind(ListenAddress listen) {
        ServerSocketChannel clients = open(listen.socketAddress(), listen);
        try {
            var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            return new HeldSockets(listen, clients, open(loopback, listen));
        } catch (Throwable failure) {
            Utils.closeQuietly(clients, "the clients' socket");
            throw failure;
        }
    }

    private static ServerSocketChannel open(InetSocketAddress address, ListenAddress listen) {
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open();
            channel.configureBlocking(false);
            return channel.bind(address, BACKLOG);
        } catch (IOException | UnresolvedAddressException failure) {
            Utils.closeQuietly(channel, "a socket that could not be bound");
            throw new BrokerStartException(
                    "The embedded broker cannot listen on %s (%s). Stop what uses that address, or choose another with KURIER_KAFKA_LISTEN=host:port"
                            .formatted(listen, reason(failure)),
                    failure);
        }
    }

    private static String reason(Exception failure) {
        return failure instanceof UnresolvedAddressException
                ? "the host is unknown"
                : String.valueOf(failure.getMessage());
    }

    ListenAddress listening() {
        return new ListenAddress(listen.host(), clients.socket().getLocalPort());
    }

    ListenAddress advertised() {
        return listen.advertisedAt(clients.socket().getLocalPort());
    }

    ListenAddress controller() {
        return new ListenAddress("127.0.0.1", controller.socket().getLocalPort());
    }

    @Override
    public ServerSocketChannel openServerSocket(String listener, InetSocketAddress address, int backlog, int buffer)
            throws IOException {
        return switch (listener) {
            case CLIENTS -> clients;
            case CONTROLLER -> controller;
            default -> ServerSocketFactory.INSTANCE.openServerSocket(listener, address, backlog, buffer);
        };
    }

    /** Kafka closes what it was handed; this closes what it never asked for. */
    @Override
    public void close() {
        Utils.closeQuietly(clients, "the clients' socket");
        Utils.closeQuietly(controller, "the controller's socket");
    }
}
