package io.kurier.sender;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A listener that nobody may reach. Connections wait in its backlog until they are counted. */
final class Canary implements AutoCloseable {
    private final ServerSocketChannel listener;
    private int hits;

    private Canary(ServerSocketChannel listener) {
        this.listener = listener;
    }

    /** @param port 0 for a free one */
    static Canary at(String address, int port) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.configureBlocking(false);
        listener.bind(new InetSocketAddress(address, port));
        return new Canary(listener);
    }

    /** All connections made to it so far. */
    int hits() throws IOException {
        for (SocketChannel hit = listener.accept(); hit != null; hit = listener.accept()) {
            hit.close();
            hits++;
        }
        return hits;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
