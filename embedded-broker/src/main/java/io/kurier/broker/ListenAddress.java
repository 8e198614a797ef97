package io.kurier.broker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.kafka.common.utils.Utils;

/**
 * The value of {@code KURIER_KAFKA_LISTEN}: {@code host:port}, with IPv6 addresses in brackets. Port 0 takes a free
 * port.
 */
record ListenAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException if the value is not {@code host:port} */
    static ListenAddress parse(String text) {
        String host = Utils.getHost(text);
        Integer port = host == null ? null : Utils.getPort(text);
        if (host == null || host.isEmpty() || port == null || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "KURIER_KAFKA_LISTEN is '%s', expected host:port such as 127.0.0.1:9092".formatted(text));
        }
        return new ListenAddress(host, port);
    }

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(host, port);
    }

    /**
     * The address advertised to clients: a broker can listen on a wildcard address, but clients cannot connect to it.
     */
    ListenAddress advertisedAt(int boundPort) {
        InetAddress address = socketAddress().getAddress();
        boolean wildcard = address != null && address.isAnyLocalAddress();
        return new ListenAddress(wildcard ? "127.0.0.1" : host, boundPort);
    }

    @Override
    public String toString() {
        return Utils.formatAddress(host, port);
    }
}
