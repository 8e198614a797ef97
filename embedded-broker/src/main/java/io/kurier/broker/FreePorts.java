package io.kurier.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;

/** Finds loopback ports that are free at the moment, for settings that do not accept port 0. */
public final class FreePorts {
    private FreePorts() {}

    /**
     * Finds different ports. All are held at once, because taking them one after the other may yield the same port
     * twice.
     *
     * @param n how many ports
     * @throws UncheckedIOException if there are not enough free ports
     */
    public static int[] take(int n) {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < n; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } catch (IOException none) {
            throw new UncheckedIOException("cannot find " + n + " free ports", none);
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
