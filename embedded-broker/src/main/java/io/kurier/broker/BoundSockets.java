package io.kurier.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The broker's two listening sockets, bound before anything else starts and handed to Kafka when it asks for them.
 *
 * <p>Kafka would bind them late and halt the JVM if it cannot. Here, a port in use is an exception, and no other
 * process can take the controller's port (a free one, loopback only) between its choice and its use.
 */
final class BoundSockets implements ServerSocketFactory, AutoCloseable {
    static final String CLIENTS = "PLAINTEXT";
    static final String CONTROLLER = "CONTROLLER";
    private static final int BACKLOG = 128;

    private final ListenAddress listen;
    private final ServerSocketChannel clients;
    private final ServerSocketChannel controller;

    private BoundSockets(ListenAddress listen, ServerSocketChannel clients, ServerSocketChannel controller) {
        this.listen = listen;
        this.clients = clients;
        this.controller = controller;
    }

    static BoundSockets bind(ListenAddress listen) {
        ServerSocketChannel clients = open(listen.socketAddress(), listen);
        try {
            var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            return new BoundSockets(listen, clients, open(loopback, listen));
        } catch (Throwable failure) {
            Utils.closeQuietly(clients, "client socket");
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
            Utils.closeQuietly(channel, "unbound socket");
            throw new BrokerStartException(
                    ("The embedded broker cannot listen on %s (%s). Stop the process that uses this address, or choose"
                                    + " another one with KURIER_KAFKA_LISTEN=host:port.")
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

    /** Closes the sockets that Kafka has not taken; Kafka closes the others itself. */
    @Override
    public void close() {
        Utils.closeQuietly(clients, "client socket");
        Utils.closeQuietly(controller, "controller socket");
    }
}
