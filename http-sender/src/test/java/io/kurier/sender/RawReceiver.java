package io.kurier.sender;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/**
 * A receiver that is a script over a bare socket, plain or TLS, with a thread for each connection. When the script is
 * through, it reads on until the sender ends the connection. Counts; asks for nothing.
 */
final class RawReceiver implements AutoCloseable {
    /** What is done with one connection. An exception is an end like any other: the sender may break off at will. */
    interface Script {
        void play(Wire wire) throws IOException;
    }

    private static final int SEND_BUFFER_BYTES = 32 * 1024;

    private final ServerSocket listener;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);

    RawReceiver(ServerSocketFactory sockets, Script script) throws IOException {
        this.listener = sockets.createServerSocket(0, 512, InetAddress.getByName("127.0.0.1"));
        this.script = script;
        run("raw-listener", this::listen);
    }

    static RawReceiver plain(Script script) throws IOException {
        return new RawReceiver(ServerSocketFactory.getDefault(), script);
    }

    private static void run(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, 256 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setSendBufferSize(SEND_BUFFER_BYTES);
                open.add(socket);
                accepted.incrementAndGet();
                run("raw-connection", () -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        Wire wire = new Wire(socket, over);
        try (socket) {
            script.play(wire);
            if (!socket.isClosed() && !wire.awaitEnd()) {
                return; // still counted as open
            }
        } catch (IOException e) {
            // the sender's end, seen while writing
        }
        requests.addAndGet(wire.requests());
        open.remove(socket);
    }

    int port() {
        return listener.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** Connections that neither side has ended. */
    int open() {
        return open.size();
    }

    /** Requests of ended connections. */
    int requests() {
        return requests.get();
    }

    /** Lets go of those that ignored their connection until now. */
    void over() {
        over.countDown();
    }

    @Override
    public void close() throws IOException {
        over();
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
