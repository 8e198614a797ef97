package io.kurier.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;

/** Ports of the loopback interface that nobody listens on at the moment, for what cannot be given port 0. */
public final class FreePorts {
    private FreePorts() {}

    /** {@code n} different ports. All are held at once: "open, read, close" twice may yield the same port twice. */
    public static int[] take(int n) {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < n; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } catch (IOException none) {
            throw new UncheckedIOException("No " + n + " free ports", none);
        } finally {
            for (ServerSocket socket : sockets) {
                close(socket);
            }
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException stillHeld) {
            throw new UncheckedIOException(stillHeld);
        }
    }
}
