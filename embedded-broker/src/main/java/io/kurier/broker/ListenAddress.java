package io.kurier.broker;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.kafka.common.utils.Utils;

/** {@code host:port} as {@code KURIER_KAFKA_LISTEN} has it; IPv6 in brackets. Port 0 means any free one. */
record ListenAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

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

    /** The address clients are told: a wildcard can be listened on, but nobody can connect to it. */
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
